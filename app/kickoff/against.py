"""Holds what a record says against what the asker said: time, money, and whether their place stands in it.

Nothing here moves or removes a hit: what took too long elsewhere teaches most. Whoever compares asks first whether a
record is about what was asked for alone, see `Offers.is_in_scope`: thirty projects are not held against the money for
one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.kickoff.places.directory import PlaceDirectory
from app.kickoff.places.names import folded
from app.records.five_lines import Amount, CostSum, Duration
from app.records.record import Municipality, Record
from app.reuse.place import Place
from app.shared.official_key import shortest

EURO = "EUR"
_DISTRICT = 5
"""Digits of the key of a district, with which the keys of its municipalities begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAgainst:
    """How long it took until it was in use, against the months that the asker has."""

    duration: Duration
    months: int
    limit: int

    @property
    def is_over(self) -> bool:
        """Tell whether it took longer."""
        return self.months > self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class CostAgainst:
    """What something cost against the euros that the asker has; of a range the lower end counts."""

    amount: Amount
    limit: int

    @property
    def is_over(self) -> bool:
        """Tell whether it cost more; of a running cost a year counts."""
        return (self.amount.a_year if self.amount.is_running else self.amount.value) > self.limit


def time_against(duration: Duration, limit: int | None) -> TimeAgainst | None:
    """Return the comparison of time; None where either is not known: years of operation are no time to wait."""
    months = duration.months_to_use
    return TimeAgainst(duration=duration, months=months, limit=limit) if months and limit else None


def cost_against(cost: CostSum, limit: int | None) -> CostAgainst | None:
    """Return the comparison of cost: what was paid once, else each year; in euros alone.

    Where sources contradict each other, the least that one of them says counts; parts alone say nothing of the whole,
    and what was only planned is mostly the money of a whole programme.
    """
    amount = min(cost.once, key=lambda one: one.value, default=None) or cost.running
    if amount is None or limit is None or amount.currency != EURO:
        return None
    return CostAgainst(amount=amount, limit=limit)


class Named(StrEnum):
    """How the asker's place stands in a record: itself, its district, or a place in its district."""

    ITSELF = "itself"
    DISTRICT = "district"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A municipality of a record that concerns the asker, and how."""

    how: Named
    name: str


def named_place(record: Record, asker: Place | None, places: PlaceDirectory) -> NamedPlace | None:
    """Return the municipality of a record that concerns the asker most; None where there is none.

    Places are compared by official key, which the list of places adds where a record or the asker names none.
    """
    if asker is None or not asker.name:
        return None
    own = _key(asker.name, asker.state, asker.kind, asker.ars, places)
    found = (_named(town, asker, own, places) for town in record.municipalities if not town.lies_in.is_abroad)
    order = list(Named)
    return min((one for one in found if one), key=lambda one: order.index(one.how), default=None)


def _named(town: Municipality, asker: Place, own: str, places: PlaceDirectory) -> NamedPlace | None:
    key = _key(town.name, town.state, town.kind, town.ars, places)
    if not own or not key:
        alike = (folded(town.name), town.state, town.kind) == (folded(asker.name or ""), asker.state, asker.kind)
        is_meant = alike and not places.has_namesakes(town.name, town.state)
        return NamedPlace(Named.ITSELF, town.name) if is_meant else None
    if key == own:
        return NamedPlace(Named.ITSELF, town.name)
    if len(key) == _DISTRICT and own.startswith(key):
        return NamedPlace(Named.DISTRICT, town.name)
    return NamedPlace(Named.INSIDE, town.name) if len(own) == _DISTRICT and key.startswith(own) else None


def _key(name: str, state: str, kind: str, ars: str | None, places: PlaceDirectory) -> str:
    if ars:
        return shortest(ars)
    found = places.known(name, state, kind)
    return shortest(found.ars) if found and found.ars else ""
