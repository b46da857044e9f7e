"""The state root: one hash over which versions a node stands by. Whoever holds them all can work it out as well."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from app.catalogue.models import OWN
from app.federation.held import HeldStatements, ListPosition

Line = tuple[str, int, str]
"""Sub, version and digest: what a state says of one record."""

_LINE = re.compile(r"(https?://[!-~]{1,250}/r/[0-9a-f-]{36}) ([1-9][0-9]{0,8}) (sha256:[0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeState:
    """What a node stands by at change number `seq`: `count` records, withdrawn ones included, and their root."""

    seq: int
    count: int
    root: str


def state_line(sub: str, ver: int, digest: str) -> str:
    """Return the line that stands for one record."""
    return f"{sub} {ver} {digest}\n"


def read_lines(text: str) -> list[Line]:
    """Return the lines of a state that somebody sent; what is no such line is passed over."""
    found = (_LINE.fullmatch(line) for line in text.splitlines())
    return [(line[1], int(line[2]), line[3]) for line in found if line]


def state_root(records: Iterable[tuple[str, int, str]]) -> str:
    """Return the root over (sub, version, digest) of all records, in any order.

    It is "sha256:" and the hex SHA-256 over the lines, sorted by sub (as bytes).
    """
    return _root(state_line(*record) for record in sorted(records))


def held_lines(held: HeldStatements, origin: str) -> str:
    """Return the lines of everything held of one origin, in the order of the root; "" stands for own records.

    The SHA-256 of the text is the root of that origin if nothing of it is missing here.
    """
    items = held.items.versions_of(origin, 0)
    records = sorted((held.sub_of(origin, record_id), ver, digest) for _seq, record_id, ver, digest in items)
    return "".join(state_line(*record) for record in records)


class OwnState:
    """The state of this node, kept up to date from one change to the next. Safe to share between threads."""

    def __init__(self, held: HeldStatements) -> None:
        """Start empty; the first question reads everything."""
        self._held = held
        self._lock = Lock()
        self._lines: dict[str, str] = {}
        self._order: list[str] = []
        self._generation = 0
        self._state = NodeState(seq=0, count=0, root=_root(()))

    def at(self, position: ListPosition) -> NodeState:
        """Return the state at a position that the projection has reached."""
        with self._lock:
            if position.generation != self._generation:
                self._lines, self._order, self._generation = {}, [], position.generation
                self._state = NodeState(seq=0, count=0, root=_root(()))
            if position.seq > self._state.seq:
                self._advance(position.seq)
            return self._state

    def _advance(self, seq: int) -> None:
        changed = self._held.items.versions_of(OWN, self._state.seq)
        for _seq, record_id, ver, digest in changed:
            if record_id not in self._lines:
                # All names begin alike, so sorting by id is sorting by name.
                insort(self._order, record_id)
            self._lines[record_id] = state_line(self._held.sub_of(OWN, record_id), ver, digest)
        root = _root(self._lines[record_id] for record_id in self._order) if changed else self._state.root
        self._state = NodeState(seq=seq, count=len(self._order), root=root)


def _root(lines: Iterable[str]) -> str:
    return f"sha256:{sha256(''.join(lines).encode('ascii')).hexdigest()}"
