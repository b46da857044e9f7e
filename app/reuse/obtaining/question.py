"""One place, one solution and one route, as every rule sees them, and the links that rules share."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from app.records.record import Record
from app.reuse.front_matter import UNKNOWN, Citation, citations, group, is_old, newest, own_day
from app.reuse.naming import Party, PartyKind
from app.reuse.network import Network
from app.reuse.obtaining.answer import ChainLink, Saying, claim, closed, gap, own, recorded, stated
from app.reuse.place import Place
from app.reuse.route import ReuseRoute, kept_up_as_of

CARRIERS = frozenset({"municipal_it", "state_it", "cooperative"})
"""Kinds of organisation that pass on to their members what they can obtain themselves.

A member of an association, by contrast, does not belong to every body that the association has joined.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """Finds the memberships of `place` in `network`."""

    place: Place
    network: Network

    def steps_to(self, body: Party, *, direct: bool = False) -> tuple[ChainLink, ...]:
        """Return the shortest known path to `body`, else one with doubts, else a gap; `direct`: one membership."""
        known = self._search(body, direct=direct, doubtful=False)
        return known or self._search(body, direct=direct, doubtful=True) or (self._gap(self.place.party, body),)

    def member_step(self, member: Party, body: Party) -> ChainLink:
        """Return the recorded membership of one organisation in another, preferring a known one to a doubtful one."""
        found = [step for step in self._onwards(member) if step.object.key == body.key]
        return next((step for step in found if step.known), found[0] if found else self._gap(member, body))

    def carriers(self) -> tuple[Party, ...]:
        """Return the organisations to which the place is known to belong and that pass on what they can obtain."""
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


_DOUBT_BY_STATUS = {
    "available": None,
    "pilot": "status_pilot",
    "planned": "status_planned",
    "unknown": "status_unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Whether `place` can obtain `solution` on `route`, as seen `today`."""

    place: Place
    solution: Record
    route: ReuseRoute
    network: Network
    today: date

    @property
    def provider(self) -> Party:
        """The provider of the route, with its name in the network."""
        return self.network.named(self.route.provider)

    @property
    def target(self) -> Party:
        """The solution as the end of a chain."""
        return Party(kind=PartyKind.SOLUTION, key=self.solution.ref, name=self.solution.title, ref=self.solution.ref)

    @property
    def belonging(self) -> Belonging:
        """The memberships of the place."""
        return Belonging(place=self.place, network=self.network)

    @property
    def saying(self) -> Saying:
        """The basis of the route's entry."""
        return self.saying_of(self.route.sources)

    def saying_of(self, sources: tuple[Citation, ...]) -> Saying:
        """Return a basis of sources that were read when the route was checked."""
        return replace(self.saying_with(newest(sources, self.route.checked), sources), dated=own_day(sources))

    def is_old(self, saying: Saying) -> bool:
        """Return whether a statement is too old to rely on."""
        return is_old(saying.as_of or UNKNOWN, self.today)

    def saying_with(self, as_of: str, sources: tuple[Citation, ...]) -> Saying:
        """Return the basis of another part of the solution's record."""
        return Saying(as_of=as_of, sources=sources, origin=self.solution.origin)

    @property
    def status_doubt(self) -> str | None:
        """Why the route may not be open today; None if the record calls it available."""
        return _DOUBT_BY_STATUS.get(self.route.status, "status_unknown")

    @property
    def is_free(self) -> bool:
        """Return whether a source says that the licence is free of charge, on whichever route."""
        price = group(self.solution, "price")
        return price.get("model") == "free" and bool(citations(self.solution, price.get("sources", ())))

    @property
    def upkeep(self) -> tuple[ChainLink, ...]:
        """Return the link from whoever maintains the solution; empty if no fresh source names anybody."""
        day = kept_up_as_of(self.solution, self.today)
        if not day:
            return ()
        held = group(self.solution, "maintainer")
        keeper = self.network.named(self.network.naming(self.solution.origin).organisation(held["org"]))
        saying = self.saying_with(day, citations(self.solution, held.get("sources", ())))
        return (claim("maintained", keeper, self.target, saying),)

    def closed(self) -> tuple[ChainLink, ...]:
        """Return the links that the route's own entry rules out for this place."""
        route, found = self.route, []
        if route.status == "withdrawn":
            found.append(self._closed("offers", self.provider, self.target, "status_withdrawn"))
        outside = route.eligible.excludes(self.place)
        if outside:
            found.append(self._closed("eligible", self.place.party, self.provider, outside))
        return tuple(found)

    def offers(self) -> ChainLink:
        """Return the link from the provider to the solution; unknown if the provider's record is not held here."""
        lost = self.route.provider.ref and self.route.provider.key not in self.network.organisations
        doubt = self.status_doubt or ("provider_not_recorded" if lost else None)
        if doubt == "status_unknown" and self.is_free:
            doubt = "access_not_described"
        return claim("offers", self.provider, self.target, self.saying, doubt)

    def served_by(self, body: Party) -> tuple[ChainLink, ...]:
        """Return a doubt if the body serves other places only; it is no more, as this solution may be an exception."""
        known = self.network.organisations.get(body.key)
        outside = known.eligible.excludes(self.place) if known else None
        if known is None or outside is None:
            return ()
        saying = Saying(as_of=known.as_of, sources=known.eligible_sources, origin=known.origin)
        return (gap("serves", known.party, self.place.party, outside, saying),)

    def named_memberships(self) -> tuple[Party, ...]:
        """Return the bodies to one of which the place must belong on this route; empty if it requires no membership."""
        return tuple(map(self.network.named, self.route.eligible.membership))

    def eligible(self) -> ChainLink:
        """Return the link that says whether the route's fields admit the place without any membership."""
        doubt = None if self.route.eligible.includes(self.place) else "conditions_in_words"
        return claim("eligible", self.place.party, self.provider, self.saying, doubt)

    def joining(self) -> ChainLink:
        """Return the step of becoming a partner; the partnership decides whom it admits."""
        reason = "accession" if self.route.eligible.includes(self.place) else "accession_in_words"
        return own("join", self.place.party, self.provider, reason, self.saying)

    def _closed(self, code: str, subject: Party, obj: Party, reason: str) -> ChainLink:
        return closed(code, subject, obj, reason, self.saying)
