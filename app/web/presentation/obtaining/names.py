# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What routes, places and parties are called in the language of the interface."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.content.schema import SchemaSet
from app.reuse import Party, PartyKind
from app.web.presentation.fields import Links
from app.web.presentation.shown import Link
from app.web.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Words codes by the labels of the schemas and finds the pages of parties; `node` names a node by its origin."""

    schemas: SchemaSet
    lang: str
    links: Links
    node: Callable[[str], str]

    def route(self, code: str) -> str:
        """Return the name of a reuse route."""
        field = self.schemas.kind("solution").field("reuse_routes")
        part = field.part("route") if field else None
        return part.value_label(code, self.lang) if part else code

    def states(self, codes: Iterable[str]) -> str:
        """Return the names of states, one after the other."""
        return ", ".join(sorted(self.schemas.label("state", code, self.lang) for code in codes))

    def kinds(self, codes: Iterable[str]) -> str:
        """Return the names of kinds of place, one after the other."""
        return ", ".join(sorted(self.schemas.label("place_kind", code, self.lang) for code in codes))

    def page(self, party: Party) -> Link | None:
        """Return where to read more about a party: its record here, else its own address, else nothing.

        The record of another node that is not held here is read there.
        """
        record = self.links.record(party.ref) if party.ref else None
        there = party.ref if party.ref and "://" in party.ref else None
        href = record.href if record else party.url or there
        return Link(label=name_of(party), href=href) if href else None

    def according_to(self, origins: Iterable[str]) -> str:
        """Return on whose word something rests that other nodes say; empty where nobody else does."""
        others = dict.fromkeys(self.node(origin) for origin in origins if origin)
        return _("according to %(nodes)s", nodes=", ".join(others)) if others else ""


def name_of(party: Party) -> str:
    """Return the name of a party; titles of solutions are cut to the name in front of the colon."""
    if party.kind is PartyKind.PLACE and not party.name:
        return _("Your municipality")
    if party.kind is PartyKind.SOLUTION:
        return short_title(party.name)
    return party.name or _("unknown")


def short_title(title: str) -> str:
    """Return the name in front of the colon of a title, the whole title where it has none."""
    return title.partition(": ")[0]
