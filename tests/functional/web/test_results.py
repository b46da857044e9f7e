"""What is drawn of a record: bars as long as their figures, over all shipped records."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask

from app.records.record import Record
from app.records.record_reader import RecordReader
from app.web.records.blocks import panel
from app.web.records.figures import Row, cost_table, results
from app.web.records.writer import writer_for
from tests.unit.records import examples

CONTENT = Path(__file__).resolve().parents[3] / "content"


@pytest.fixture(scope="module")
def shipped() -> list[Record]:
    reader = RecordReader(examples.schemas())
    return [
        reader.read(path.parent.relative_to(CONTENT).as_posix(), path.read_text())
        for path in sorted(CONTENT.glob("*/*/index.md"))
    ]


def entries(record: Record) -> Sequence[Mapping[str, Any]]:
    return [
        entry
        for key in ("results", "facts", "users")
        for entry in cast("Sequence[Mapping[str, Any]]", record.data.get(key) or ())
        if {"value", "before", "after"} & {*entry}
    ]


def is_true(entry: Mapping[str, Any], row: Row) -> bool:
    # A value that stands beside before and after is the one of them that holds.
    keys = ("before", "after") if "before" in entry else ("value", "after")
    values = [entry[key] for key in keys if key in entry]
    shares = [bar.share for bar in row.bars]
    if re.match(r"Prozent\b", str(entry.get("unit"))):
        return shares == ([round(value, 1) for value in values] if max(values) <= 100 else [None] * len(values))
    if "before" in entry and "after" in entry:
        return shares == [round(100 * value / max(values), 1) for value in values]
    return shares == [None] * len(values)


def test_no_drawing_of_a_result_is_longer_or_shorter_than_its_figure(app: Flask, shipped: list[Record]) -> None:
    seen, false = 0, []
    with app.test_request_context("/"):
        for record in shipped:
            found = entries(record)
            rows = results(writer_for(record), found).rows
            seen += sum(bar.share is not None for row in rows for bar in row.bars)
            false += [
                (record.ref, row.label) for entry, row in zip(found, rows, strict=True) if not is_true(entry, row)
            ]
    assert false == []
    assert seen > 60


def test_an_amount_has_a_bar_only_where_it_is_a_part_of_a_sum(app: Flask, shipped: list[Record]) -> None:
    with app.test_request_context("/"):
        tables = [table for record in shipped if (table := cost_table(writer_for(record)))]
    assert [bar.share for table in tables for bar in table.ahead if bar.share is not None] == []
    drawn = [(row.label, bar.share) for table in tables for row in table.rows for bar in row.bars if bar.share]
    assert drawn
    assert all(label == "Förderung" and 0 < share <= 100 for label, share in drawn)


@pytest.mark.parametrize(
    ("entry", "shares"),
    [
        ({"unit": "Prozent", "value": 17}, [17]),
        ({"unit": "Prozent (darunter)", "before": 21, "after": 5}, [21, 5]),
        ({"unit": "Prozent", "value": 142}, [None]),
        ({"unit": "Prozentpunkte", "value": 20}, [None]),
        ({"unit": "Prozent mehr Fahrgäste", "value": 40}, [None]),
        ({"unit": "Prozent der Haushalte", "value": 40}, [40]),
        ({"unit": "Fahrten", "before": 20, "after": 40}, [50, 100]),
        ({"unit": "Fahrten", "before": 0, "after": 0}, [None, None]),
        ({"unit": "Euro", "before": -5, "after": 10}, [None, None]),
        ({"unit": "Orte", "value": 23}, [None]),
    ],
)
def test_what_a_bar_is_a_part_of(app: Flask, shipped: list[Record], entry: dict[str, Any], shares: list[Any]) -> None:
    with app.test_request_context("/"):
        [row] = results(writer_for(shipped[0]), [{"indicator": "x", "statement": "y", **entry}]).rows
    assert [bar.share for bar in row.bars] == shares


def test_the_panel_of_an_event_names_no_phase_of_a_project(app: Flask, shipped: list[Record]) -> None:
    with app.test_request_context("/"):
        labels = {
            record.slug: [fact.label for fact in panel(writer_for(record))[0]]
            for record in shipped
            if record.kind == "case-study"
        }
    events = {record.slug for record in shipped if record.data.get("outcome") == "event"}
    assert events
    assert {slug for slug, told in labels.items() if "Phase" not in told} == events
