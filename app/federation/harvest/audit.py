"""Compares what is held of a node with the state it has signed, and fetches what is missing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from app.database import Sessions
from app.federation.fetching import FetchFailed
from app.federation.harvest.documents import PeerDocuments
from app.federation.harvest.holdings import Held, held_of, untrusted_records
from app.federation.harvest.models import Audit, KnownIssuer
from app.federation.jose import KeySet
from app.federation.state import Line, read_lines, state_root

MOST_REPAIRS = 2000
"""Statements fetched one by one in a run; more come with the next."""

TakeLine = Callable[[str, Line], bool]
"""Takes in a statement that was fetched because of a line of a signed state; tells whether more may come."""

InTime = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResult:
    """The result for one node, and how many statements were fetched for it."""

    audit: Audit
    repaired: int = 0


class StateAudit:
    """Compares and repairs."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def agrees(self, known: KnownIssuer) -> bool:
        """Tell whether exactly what the node stands by is held, with good signatures."""
        return _root(known, self._held(known)) == known.state_root

    def repair(
        self,
        known: KnownIssuer,
        documents: PeerDocuments,
        take: TakeLine,
        in_time: InTime,
        unusable: Collection[tuple[str, int]] = (),
    ) -> AuditResult:
        """Fetch what the node's state lists and is missing here; returns how both compare then.

        The list may come from anybody: it counts only if its hash is the root that the node has signed. Versions in
        `unusable` (sub, number) came already and were set aside.
        """
        lines = _lines(known, documents)
        if lines is None:
            return AuditResult(audit=Audit.OK if self.agrees(known) else self._judge(known, complete=False))
        missing = [line for line in self._missing(known, lines) if line[:2] not in unusable]
        repaired = _fetch(missing[:MOST_REPAIRS], documents, take, in_time)
        if self.agrees(known):
            return AuditResult(audit=Audit.OK, repaired=repaired)
        return AuditResult(audit=self._judge(known, complete=not self._missing(known, lines)), repaired=repaired)

    def untrusted(self, known: KnownIssuer) -> tuple[str, ...]:
        """Return the ids of records whose signatures have lost their worth."""
        lost = [kid for kid, key in known.record_keys.items() if key.compromised]
        if not lost:
            return ()
        with self._sessions.reading() as db:
            return untrusted_records(db, known.origin, lost)

    def _missing(self, known: KnownIssuer, lines: Collection[Line]) -> list[Line]:
        """Return the lines that are not held; those of which something newer is held are not missing."""
        held = {known.naming.sub(one.record_id): one for one in self._held(known)}
        return [line for line in lines if _lacks(held.get(line[0]), line, known.record_keys)]

    def _judge(self, known: KnownIssuer, *, complete: bool) -> Audit:
        if not complete or known.issued_at is None:
            return Audit.BEHIND
        newer = any(held.issued_at > known.issued_at for held in self._held(known))
        return Audit.BEHIND if newer else Audit.MISMATCH

    def _held(self, known: KnownIssuer) -> tuple[Held, ...]:
        with self._sessions.reading() as db:
            return held_of(db, known.origin)


def _root(known: KnownIssuer, held: Iterable[Held]) -> str:
    naming = known.naming
    good = [one for one in held if not one.needs_renewal(known.record_keys)]
    return state_root([(naming.sub(one.record_id), one.ver, one.digest) for one in good])


def _lacks(held: Held | None, line: Line, keys: KeySet) -> bool:
    if held is None:
        return True
    _sub, ver, digest = line
    if ver < held.ver:
        return False
    return (ver, digest) != (held.ver, held.digest) or held.needs_renewal(keys)


def _lines(known: KnownIssuer, documents: PeerDocuments) -> Sequence[Line] | None:
    """Return the lines behind the signed root; None when the peer cannot give them."""
    try:
        text = documents.lines(known.naming.origin)
    except FetchFailed:
        return None
    if f"sha256:{sha256(text.encode('ascii')).hexdigest()}" != known.state_root:
        return None
    # What it lists of others is nothing that it could decide.
    return [line for line in read_lines(text) if known.naming.record_id(line[0])]


def _fetch(missing: Sequence[Line], documents: PeerDocuments, take: TakeLine, in_time: InTime) -> int:
    done = 0
    for line in missing:
        if not in_time():
            break
        try:
            jws = documents.statement(line[2], line[0])
        except FetchFailed as error:
            if error.code == "status":
                continue
            break
        done += 1
        if not take(jws, line):
            break
    return done
