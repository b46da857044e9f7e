"""Up to five records side by side: what they say of each topic, and in which of the five lines they truly differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from app.kickoff.offers import SOLUTION, used_solutions
from app.records.five_lines import CostSum, FiveLines, LineCode
from app.records.json_value import JsonValue
from app.records.record import Record
from app.reuse.productisation import Criterion

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
"""Rows in which a difference tells something; places, amounts and lessons are different in any two records."""
_OF_SOLUTIONS = frozenset({RowCode.ROUTES, RowCode.MATURITY, RowCode.PRODUCT})
"""Rows that tell of a case what the solutions say that it used."""
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
"""The field whose object or list a row shows, and what of it; () for all."""
_VALUES: Mapping[RowCode, tuple[str, ...]] = {
    RowCode.OUTCOME: ("outcome", "stop_reason"),
    RowCode.EVIDENCE: ("evidence_level",),
    RowCode.MATURITY: ("productisation", "openness"),
}
"""Single fields that a row shows together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`values` are raw values by field name, codes of the record schema among them; unstated ones are missing.

    `record` ("solution/<slug>") names the record that says so, and `sources` are keys of its sources.
    """

    record: str
    values: Mapping[str, JsonValue]
    sources: tuple[str, ...] = ()


Cell = tuple[Entry, ...]
"""What one record says; empty where it says nothing, which means unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One cell for each record.

    `differs`: at least two say different things; None where fewer than two say any, and for what always differs.
    """

    code: RowCode
    cells: tuple[Cell, ...]
    differs: bool | None


def compare(
    records: Sequence[Record], solutions: Mapping[str, Record], criteria: Mapping[str, Sequence[Criterion]]
) -> tuple[Row, ...]:
    """Return the rows that any record fills, with a cell for each.

    `solutions` are those that are known, by the name they are called; `criteria` say by `ref` how far each is a
    product.
    """
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
    # What a solution is built on has routes of its own, which are not the routes of the solution.
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
    """Tell whether at least two records say different things in a line; None where fewer than two say any.

    Sizes differ by class. Outcomes are compared within a kind, because a case and a product are judged by different
    words. Whom to ask always differs, which tells nothing.
    """
    said: defaultdict[str, list[Hashable]] = defaultdict(list)
    for line in lines:
        value = _said(code, line)
        if value not in (None, "", ()):
            said[line.kind if code is LineCode.OUTCOME else ""].append(value)
    several = [values for values in said.values() if len(values) > 1]
    return any(len(set(values)) > 1 for values in several) if several else None


def _said(code: LineCode, line: FiveLines) -> Hashable:
    """Return what is compared of a line, nothing where it says nothing."""
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
    """Return what a price comes to for each of `population` inhabitants: in five years, else what is told first.

    What one municipality paid or planned says nothing about another, so that only a price for others is divided.
    """
    if not cost.is_price:
        return None
    amount = cost.lump_sum
    value = cost.five_years or (amount.value if amount else None)
    return value / population if value is not None and population else None
