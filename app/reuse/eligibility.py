# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which places a route or an organisation is meant for, as far as the record says so in fields."""

from __future__ import annotations

from dataclasses import dataclass

from app.reuse.front_matter import Fields
from app.reuse.naming import Naming
from app.reuse.party import Party
from app.reuse.place import Place

NATIONWIDE = "DE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """States, kinds of place and memberships, each a list of alternatives; `note` says in words what they do not."""

    states: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    membership: tuple[Party, ...] = ()
    note: str | None = None

    @classmethod
    def read(cls, value: Fields, naming: Naming) -> Eligible:
        """Return the conditions of one `eligible` object; `naming` reads the names in it."""
        return cls(
            states=frozenset(value.get("states", ())),
            kinds=frozenset(value.get("kinds", ())),
            membership=tuple(naming.mentioned(name) for name in value.get("membership", ())),
            note=value.get("note"),
        )

    def excludes(self, place: Place) -> str | None:
        """Return why the place is left out ("outside_states", "outside_kinds"), None where nothing says so.

        A place without state or kind is never left out: what the asker did not say is not known.
        """
        if place.state and self.states and not self._names_state(place):
            return "outside_states"
        if place.kind and self.kinds and place.kind not in self.kinds:
            return "outside_kinds"
        return None

    def includes(self, place: Place) -> bool:
        """Tell whether the fields alone let the place in; words in `note` are for people to read."""
        fits = (not self.states or self._names_state(place)) and (not self.kinds or place.kind in self.kinds)
        return bool(self.states or self.kinds) and not self.membership and fits

    def _names_state(self, place: Place) -> bool:
        return NATIONWIDE in self.states or place.state in self.states
