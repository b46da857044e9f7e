"""Compares records with each other and with the asker's situation.

Up to five records: what they say of each topic, and in which of the five lines they really differ. One record and the
asker: time, money, and whether their place is in it. Nothing here re-ranks or removes a hit: projects that took too
long teach most. Callers first check whether the record is about the requested thing alone, see `Offers.is_in_scope`:
thirty projects are not compared with the money for one.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from app.kickoff.offers import SOLUTION, used_solutions
from app.kickoff.places.directory import PlaceDirectory
from app.kickoff.places.names import folded
from app.records.five_lines import Amount, CostSum, Duration, FiveLines, LineCode
from app.records.json_value import JsonValue
from app.records.record import Municipality, Record
from app.reuse.place import Place
from app.reuse.productisation import Criterion
from app.shared.official_key import shortest

MAX_COLUMNS = 5


class RowCode(StrEnum):
    """What a row compares."""

    PLACE = "place"
    OUTCOME = "outcome"
    EVIDENCE = "evidence"
    PERIOD = "period"
    COST = "cost"
    EFFORT = "effort"
    FUNDING = "funding"
    PRECONDITIONS = "preconditions"
    ROUTES = "routes"
    MATURITY = "maturity"
    PRODUCT = "product"
    LESSONS = "lessons"


_TELLING = frozenset({RowCode.OUTCOME, RowCode.EVIDENCE, RowCode.EFFORT, RowCode.MATURITY, RowCode.PRODUCT})
"""Rows in which a difference is informative; places, amounts and lessons differ between any two records."""
_OF_SOLUTIONS = frozenset({RowCode.ROUTES, RowCode.MATURITY, RowCode.PRODUCT})
"""Rows that show, for a case, the values of the solutions it used."""
_FIELDS: Mapping[RowCode, tuple[str, tuple[str, ...]]] = {
    RowCode.PLACE: ("municipalities", ("name", "state", "country", "region", "kind", "population", "approx")),
    RowCode.OUTCOME: ("outcome_note", ()),
    RowCode.PERIOD: ("period", ()),
    RowCode.COST: ("costs", ()),
    RowCode.EFFORT: ("effort", ()),
    RowCode.FUNDING: ("funding", ()),
    RowCode.PRECONDITIONS: ("preconditions", ()),
    RowCode.ROUTES: ("reuse_routes", ("route", "provider", "status", "last_checked")),
    RowCode.LESSONS: ("lessons", ("id", "kind", "phase", "statement", "recommendation")),
}
"""The field with the object or list of a row, and the parts to show; () for all."""
_VALUES: Mapping[RowCode, tuple[str, ...]] = {
    RowCode.OUTCOME: ("outcome", "stop_reason"),
    RowCode.EVIDENCE: ("evidence_level",),
    RowCode.MATURITY: ("productisation", "openness"),
}
"""Single fields shown together in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record; `values` are raw values by field name (codes of the schema), `sources` are keys of its sources."""

    record: str
    values: Mapping[str, JsonValue]
    sources: tuple[str, ...] = ()


Cell = tuple[Entry, ...]
"""The values of one record; empty if unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One cell for each record. `differs` is None for rows with fewer than two filled cells, or that always differ."""

    code: RowCode
    cells: tuple[Cell, ...]
    differs: bool | None


def compare(
    records: Sequence[Record], solutions: Mapping[str, Record], criteria: Mapping[str, Sequence[Criterion]]
) -> tuple[Row, ...]:
    """Return the rows with any value, one cell per record; `solutions` are known by name, `criteria` by `ref`."""
    rows = []
    for code in RowCode:
        cells = tuple(tuple(_cell(code, record, solutions, criteria)) for record in records)
        said = [[dict(one.values) for one in cell] for cell in cells if cell] if code in _TELLING else []
        differs = any(one != said[0] for one in said[1:]) if len(said) > 1 else None
        if any(cells):
            rows.append(Row(code=code, cells=cells, differs=differs))
    return tuple(rows)


def _cell(
    code: RowCode, record: Record, solutions: Mapping[str, Record], criteria: Mapping[str, Sequence[Criterion]]
) -> Iterator[Entry]:
    telling = [record]
    # The base of a solution has its own routes, which are not those of the solution.
    if code in _OF_SOLUTIONS and record.kind != SOLUTION:
        telling = [solutions[ref] for ref in used_solutions(record) if ref in solutions]
    for one in telling:
        values: dict[str, JsonValue] = {name: one.data.get(name) for name in _VALUES.get(code, ())}
        if code is RowCode.PRODUCT:
            values = {found.code: str(found.state) for found in criteria.get(one.ref, ())}
        stated = {name: value for name, value in values.items() if value is not None}
        if stated:
            yield Entry(record=one.ref, values=stated)
        if code in _FIELDS:
            yield from _objects(one, *_FIELDS[code])


def _objects(record: Record, key: str, names: tuple[str, ...]) -> Iterator[Entry]:
    """Yield the object in the field `key`, or each of its list, cut down to `names` where given."""
    found = record.data.get(key) or ()
    for value in cast("tuple[Mapping[str, Any], ...]", (found,) if isinstance(found, Mapping) else found):
        chosen = {name: one for name, one in value.items() if name != "sources" and (not names or name in names)}
        yield Entry(record=record.ref, values=chosen, sources=tuple(value.get("sources", ())))


def differs(code: LineCode, lines: Sequence[FiveLines]) -> bool | None:
    """Return whether at least two records differ in a line; None if fewer than two have a value.

    Sizes differ by class. Outcomes are compared within a kind, because cases and products are judged on different
    scales. The contact always differs, so it gives no answer.
    """
    said: defaultdict[str, list[Hashable]] = defaultdict(list)
    for line in lines:
        value = _said(code, line)
        if value not in (None, "", ()):
            said[line.kind if code is LineCode.OUTCOME else ""].append(value)
    several = [values for values in said.values() if len(values) > 1]
    return any(len(set(values)) > 1 for values in several) if several else None


def _said(code: LineCode, line: FiveLines) -> Hashable:
    """Return the values of a line that are compared, none if the line is empty."""
    duration, size = line.duration, line.size
    match code:
        case LineCode.OUTCOME:
            return line.outcome
        case LineCode.COST:
            return tuple((one.kind, one.value, one.to, one.currency) for one in line.cost.told)
        case LineCode.DURATION:
            return (duration.months or duration.days or duration.start) if duration.is_known else None
        case LineCode.SIZE:
            return (size.users or (size.kind, size.size_class)) if size.is_known else None
    return None


def for_each(cost: CostSum, population: int | None) -> float | None:
    """Return a price per inhabitant, preferably over five years. What one municipality paid is not divided."""
    if not cost.is_price:
        return None
    amount = cost.lump_sum
    value = cost.five_years or (amount.value if amount else None)
    return value / population if value is not None and population else None


EURO = "EUR"
_DISTRICT = 5
"""Digits of the key of a district, with which the keys of its municipalities begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAgainst:
    """How long a record's project took until its result was in use, and the months that the asker has."""

    duration: Duration
    months: int
    limit: int

    @property
    def is_over(self) -> bool:
        """Return whether the project took longer than the asker has."""
        return self.months > self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class CostAgainst:
    """What a record's project cost, and the euros that the asker has. The lower end of a range counts."""

    amount: Amount
    limit: int

    @property
    def is_over(self) -> bool:
        """Return whether it cost more than the asker has; for a running cost, one year counts."""
        return (self.amount.a_year if self.amount.is_running else self.amount.value) > self.limit


def time_against(duration: Duration, limit: int | None) -> TimeAgainst | None:
    """Return the comparison of time, None if either is unknown. Years of operation do not count as duration."""
    months = duration.months_to_use
    return TimeAgainst(duration=duration, months=months, limit=limit) if months and limit else None


def cost_against(cost: CostSum, limit: int | None) -> CostAgainst | None:
    """Return the comparison of cost in euros: the cost paid once, or else the cost per year.

    If sources contradict each other, the lowest figure counts. Costs of parts do not count, because they do not give
    the whole; nor do planned costs, because most of them are the budget of a whole programme.
    """
    amount = min(cost.once, key=lambda one: one.value, default=None) or cost.running
    if amount is None or limit is None or amount.currency != EURO:
        return None
    return CostAgainst(amount=amount, limit=limit)


class Named(StrEnum):
    """How a municipality of a record relates to the asker's place; the closest relation comes first."""

    ITSELF = "itself"
    DISTRICT = "district"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A municipality of a record that is the asker's place, its district, or lies in it."""

    how: Named
    name: str


def named_place(record: Record, asker: Place | None, places: PlaceDirectory) -> NamedPlace | None:
    """Return the municipality closest to the asker's place; the list of places supplies keys left out."""
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
