"""Finds how a place belongs to an organisation, directly or over its provider."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.reuse.naming import Party
from app.reuse.network import Network
from app.reuse.obtaining.step import ChainLink, gap, recorded, stated
from app.reuse.place import Place

CARRIERS = frozenset({"municipal_it", "state_it", "cooperative"})
"""Kinds of organisation that pass on to their members what they may obtain themselves.

A place in an association is not thereby in every body that the association has joined.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """Looks from `place` through `network`."""

    place: Place
    network: Network

    def steps_to(self, body: Party, *, direct: bool = False) -> tuple[ChainLink, ...]:
        """Return the shortest way to `body` whose links are all known; failing that, one with doubts, or a gap.

        `direct` admits memberships of the place itself only.
        """
        known = self._search(body, direct=direct, doubtful=False)
        return known or self._search(body, direct=direct, doubtful=True) or (self._gap(self.place.party, body),)

    def member_step(self, member: Party, body: Party) -> ChainLink:
        """Return the recorded membership of one organisation in another, a known one before a doubtful one."""
        found = [step for step in self._onwards(member) if step.object.key == body.key]
        return next((step for step in found if step.known), found[0] if found else self._gap(member, body))

    def carriers(self) -> tuple[Party, ...]:
        """Return who passes on to the place what it may obtain itself, by a known membership."""
        known = (self.network.named(step.object) for step in self._own() if step.known)
        return tuple(dict.fromkeys(party for party in known if self._carries(party)))

    def _gap(self, member: Party, body: Party) -> ChainLink:
        return gap("belongs_to", member, self.network.named(body), "membership_not_recorded")

    def _search(self, body: Party, *, direct: bool, doubtful: bool) -> tuple[ChainLink, ...]:
        ways: deque[tuple[ChainLink, ...]] = deque((step,) for step in self._own() if doubtful or step.known)
        seen: set[str] = set()
        while ways:
            way = ways.popleft()
            here = way[-1].object
            if here.key == body.key:
                return (*way[:-1], replace(way[-1], object=self.network.named(body)))
            if not direct and here.key not in seen and self._carries(here):
                seen.add(here.key)
                ways.extend((*way, step) for step in self._onwards(here) if doubtful or step.known)
        return ()

    def _own(self) -> Iterator[ChainLink]:
        for name in sorted(self.place.memberships):
            for body in self.network.meant(name):
                yield stated(self.place.party, body)
        for found in self.network.memberships_naming(self.place):
            yield recorded(found, self.place.party, self.network.named(found.body))

    def _onwards(self, here: Party) -> Iterator[ChainLink]:
        for found in self.network.memberships_of(here.key):
            yield recorded(found, here, self.network.named(found.body))

    def _carries(self, party: Party) -> bool:
        found = self.network.organisations.get(party.key)
        return found is not None and found.type in CARRIERS
