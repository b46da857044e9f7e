"""Up to five records side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

from app.kickoff.offers import SOLUTION, used_solutions
from app.records.json_value import JsonValue
from app.records.record import Record
from app.reuse.productisation import Criterion
from app.shared.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`values` are raw values by field name, codes of the record schema among them; unstated ones are missing.

    `record` ("solution/<slug>") names the record that says so, and `sources` are keys of its sources.
    """

    record: str
    values: Mapping[str, JsonValue]
    sources: tuple[str, ...] = ()


def entry(record: Record, **values: JsonValue) -> tuple[Entry, ...]:
    """Return one entry of the values that are stated, or none."""
    stated = {name: value for name, value in values.items() if value is not None}
    return (Entry(record=record.ref, values=stated),) if stated else ()


def group(record: Record, key: str) -> tuple[Entry, ...]:
    """Return the object in the field `key` as an entry, or none."""
    value = record.data.get(key)
    return (_entry(record, cast("Mapping[str, Any]", value)),) if isinstance(value, Mapping) else ()


def listed(record: Record, key: str, *names: str) -> tuple[Entry, ...]:
    """Return the objects of the list in the field `key`, cut down to `names` where given."""
    return tuple(_each(record, key, names))


def _each(record: Record, key: str, names: tuple[str, ...]) -> Iterator[Entry]:
    for value in cast("tuple[Mapping[str, Any], ...]", record.data.get(key) or ()):
        chosen = {name: value[name] for name in names if name in value} if names else value
        yield _entry(record, {**chosen, "sources": value.get("sources", ())})


def _entry(record: Record, value: Mapping[str, Any]) -> Entry:
    values = {name: one for name, one in value.items() if name != "sources"}
    return Entry(record=record.ref, values=values, sources=tuple(value.get("sources", ())))


MOST = 5
"""So many columns fit on a page."""


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


class CompareTooMany(Invalid):
    """More than MOST records were asked for."""

    asked: int


_TELLING = frozenset({RowCode.OUTCOME, RowCode.EVIDENCE, RowCode.EFFORT, RowCode.MATURITY, RowCode.PRODUCT})
"""Rows in which a difference tells something; places, amounts and lessons are different in any two records."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordComparison:
    """Columns in the order in which they were asked for; rows that no record fills are left out."""

    records: tuple[Record, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solutions:
    """What is known of solutions: their records by the name they are called, and how far they are products by `ref`."""

    records: Mapping[str, Record] = field(default_factory=dict)
    criteria: Mapping[str, Sequence[Criterion]] = field(default_factory=dict)


def compare(records: Sequence[Record], solutions: Solutions | None = None) -> RecordComparison:
    """Return the comparison of up to MOST records.

    `solutions` tell routes and maturity for cases that used them. Raises CompareTooMany.
    """
    if len(records) > MOST:
        raise CompareTooMany(len(records))
    known = solutions or Solutions()
    rows = (_row(code, read, records, known) for code, read in _READERS.items())
    return RecordComparison(records=tuple(records), rows=tuple(row for row in rows if any(row.cells)))


_Reader = Callable[[Record, Solutions], Cell]


def _row(code: RowCode, read: _Reader, records: Sequence[Record], solutions: Solutions) -> Row:
    cells = tuple(read(record, solutions) for record in records)
    said = [[dict(one.values) for one in cell] for cell in cells if cell] if code in _TELLING else []
    return Row(code=code, cells=cells, differs=any(one != said[0] for one in said[1:]) if len(said) > 1 else None)


def _outcome(record: Record, _solutions: Solutions) -> Cell:
    stated = entry(record, outcome=record.data.get("outcome"), stop_reason=record.data.get("stop_reason"))
    return (*stated, *group(record, "outcome_note"))


def _of_solutions(record: Record, solutions: Solutions, read: Callable[[Record], Cell]) -> Cell:
    if record.kind == SOLUTION:
        # What it is built on has routes of its own, which are not its own routes.
        return read(record)
    used = (solutions.records[ref] for ref in used_solutions(record) if ref in solutions.records)
    return tuple(found for one in used for found in read(one))


def _routes(record: Record, solutions: Solutions) -> Cell:
    names = ("route", "provider", "status", "last_checked")
    return _of_solutions(record, solutions, lambda one: listed(one, "reuse_routes", *names))


def _maturity(record: Record, solutions: Solutions) -> Cell:
    return _of_solutions(
        record,
        solutions,
        lambda one: entry(one, productisation=one.data.get("productisation"), openness=one.data.get("openness")),
    )


def _product(record: Record, solutions: Solutions) -> Cell:
    def states(one: Record) -> Cell:
        return entry(one, **{found.code: str(found.state) for found in solutions.criteria.get(one.ref, ())})

    return _of_solutions(record, solutions, states)


_PLACE = ("name", "state", "country", "region", "kind", "population", "approx")

_READERS: Mapping[RowCode, _Reader] = {
    RowCode.PLACE: lambda record, _: listed(record, "municipalities", *_PLACE),
    RowCode.OUTCOME: _outcome,
    RowCode.EVIDENCE: lambda record, _: entry(record, evidence_level=record.data.get("evidence_level")),
    RowCode.PERIOD: lambda record, _: group(record, "period"),
    RowCode.COST: lambda record, _: listed(record, "costs"),
    RowCode.EFFORT: lambda record, _: group(record, "effort"),
    RowCode.FUNDING: lambda record, _: listed(record, "funding"),
    RowCode.PRECONDITIONS: lambda record, _: listed(record, "preconditions"),
    RowCode.ROUTES: _routes,
    RowCode.MATURITY: _maturity,
    RowCode.PRODUCT: _product,
    RowCode.LESSONS: lambda record, _: listed(record, "lessons", "id", "kind", "phase", "statement", "recommendation"),
}
