"""One route to a solution, as its record states it: for which places, and where its free code is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.records.record import Record
from app.reuse.front_matter import UNKNOWN, Citation, Fields, citations, entries, group, is_old, own_day, word
from app.reuse.naming import Naming, Party
from app.reuse.place import Place

NATIONWIDE = "DE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """States, kinds of place and memberships, each a list of alternatives; `note` has further conditions in words."""

    states: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    membership: tuple[Party, ...] = ()
    note: str | None = None

    @classmethod
    def read(cls, value: Fields, naming: Naming) -> Eligible:
        """Return the conditions of an `eligible` object; `naming` reads the names in it."""
        return cls(
            states=frozenset(value.get("states", ())),
            kinds=frozenset(value.get("kinds", ())),
            membership=tuple(naming.mentioned(name) for name in value.get("membership", ())),
            note=value.get("note"),
        )

    def excludes(self, place: Place) -> str | None:
        """Return why the place is excluded, or None. A place without state or kind never is."""
        if place.state and self.states and not self._names_state(place):
            return "outside_states"
        if place.kind and self.kinds and place.kind not in self.kinds:
            return "outside_kinds"
        return None

    def includes(self, place: Place) -> bool:
        """Return whether the fields alone admit the place; the words in `note` are for people to read."""
        fits = (not self.states or self._names_state(place)) and (not self.kinds or place.kind in self.kinds)
        return bool(self.states or self.kinds) and not self.membership and fits

    def _names_state(self, place: Place) -> bool:
        return NATIONWIDE in self.states or place.state in self.states


IN_HOUSE = frozenset({"inhouse_municipal_it", "inhouse_govdigital", "efa_marketplace", "fit_store"})
"""Routes between public bodies, by which a municipality orders without buying on the market."""


PURCHASES = frozenset({"tender", "direct_award"})
"""Routes by which a municipality buys on the market."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReuseRoute:
    """`code` and `status` are of the schema; `precondition`, `note` and `listing_url` are the record's own words."""

    code: str
    provider: Party
    eligible: Eligible
    status: str
    checked: str
    sources: tuple[Citation, ...]
    precondition: str | None = None
    note: str | None = None
    listing_url: str | None = None


def reuse_routes(solution: Record, naming: Naming) -> tuple[ReuseRoute, ...]:
    """Return the routes of a solution in the order of its record; `naming` reads the names of organisations."""
    return tuple(_route(solution, entry, naming) for entry in entries(solution, "reuse_routes"))


def _route(solution: Record, entry: Fields, naming: Naming) -> ReuseRoute:
    return ReuseRoute(
        code=entry["route"],
        provider=naming.organisation(entry["provider"]),
        eligible=Eligible.read(entry["eligible"], naming),
        status=entry["status"],
        checked=entry["last_checked"],
        sources=citations(solution, entry["sources"]),
        precondition=entry.get("precondition"),
        note=entry.get("note"),
        listing_url=entry.get("listing_url"),
    )


SELF_HOST = "self_host_oss"


def is_documented_open(solution: Record) -> bool:
    """Return whether licence and location of all code are recorded; calling it open source is not enough."""
    has_licence = word(solution, "software_license") != UNKNOWN
    listed = (entry.get("listing_url") for entry in entries(solution, "reuse_routes") if entry["route"] == SELF_HOST)
    is_placed = bool(group(solution, "repository").get("url")) or any(listed)
    return word(solution, "openness") == "open_source" and has_licence and is_placed


def kept_up_as_of(solution: Record, today: date) -> str:
    """Return the newest date of a source that names the maintainer; "" if that has ended, is old or is not stated."""
    held = group(solution, "maintainer")
    day, until = own_day(citations(solution, held.get("sources", ()))), str(held.get("until", UNKNOWN))
    ended = until != UNKNOWN and until < today.isoformat()[: len(until)]
    is_said = held.get("type", UNKNOWN) not in (UNKNOWN, "none") and "org" in held and day != UNKNOWN
    return "" if ended or not is_said or is_old(day, today) else day
