# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Parts that others can fetch by themselves: own records, those of one origin, one topic, one kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.federation.held import HeldItem, HeldStatements, Selection
from app.federation.held.own import OWN
from app.federation.issuer import Issuer
from app.federation.oai.errors import Code, OaiError

_SPEC = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(?::[A-Za-z0-9\-_.!~*'()]+)*", re.ASCII)


class Sets:
    """The sets of one node."""

    def __init__(self, issuer: Issuer) -> None:
        """Name own records after `issuer`."""
        self._issuer = issuer

    def selection(self, spec: str | None) -> Selection | None:
        """Return what a set selects; None when there is no such set. Raises OaiError when it cannot be one."""
        if spec is None:
            return Selection()
        if _SPEC.fullmatch(spec) is None:
            raise OaiError(Code.BAD_ARGUMENT, "This is not how a set is written.")
        kind, _, value = spec.partition(":")
        if spec == "own":
            return Selection(origin=OWN)
        if kind == "origin" and value:
            return Selection(origin=OWN if value == self._issuer.origin else value)
        if kind == "topic" and value:
            return Selection(topic=value)
        return Selection(kind=value) if kind == "kind" and value else None

    def of(self, item: HeldItem) -> Iterator[str]:
        """Yield the sets that an item belongs to."""
        if item.origin == OWN:
            yield "own"
        yield f"origin:{self.origin(item.origin)}"
        yield f"kind:{item.kind}"
        yield from (f"topic:{topic}" for topic in item.topics)

    def all(self, held: HeldStatements) -> Iterator[tuple[str, str, str]]:
        """Yield spec, group (own, origin, kind or topic) and value of every set that has something in it."""
        items = held.items
        origins = items.origins()
        if OWN in origins:
            yield "own", "own", self._issuer.origin
        yield from ((f"origin:{self.origin(origin)}", "origin", self.origin(origin)) for origin in origins)
        yield from ((f"kind:{kind}", "kind", kind) for kind in items.kinds())
        yield from ((f"topic:{topic}", "topic", topic) for topic in items.topics())

    def origin(self, origin: str) -> str:
        """Return the name of an origin as sets show it."""
        return origin or self._issuer.origin
