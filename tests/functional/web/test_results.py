"""What is drawn of a record: bars as long as their figures, over all shipped records, and the course of a case."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask

from app.records.record import Record
from app.records.record_reader import RecordReader
from app.web.records.blocks import panel
from app.web.records.figures import Row, cost_table, results
from app.web.records.timeline import APART, WIDTH, TimeLine, time_line
from app.web.records.writer import writer_for
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.unit.records import examples
from tests.webnode.node import CONCEPT_PAGE, RUNNING, STOPPED_PAGE

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
    values = [entry[key] for key in ("before", "value", "after") if key in entry]
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


PERIOD = {"start": "2018-10", "end": "2019-10"}


@pytest.fixture
def line(app: Flask, services: Services) -> Any:
    def made(**data: Any) -> TimeLine | None:
        record = services.catalogue.record(services.catalogue.head(RUNNING))
        with app.test_request_context("/"):
            return time_line(writer_for(replace(record, data={"phase": "operation", **data})))

    return made


def grant(date: str, **more: str) -> dict[str, object]:
    return {"programme": "Landesmittel", "date": date, "sources": [], **more}


def test_everything_with_a_date_stands_in_the_order_of_time(line: Any) -> None:
    found = line(
        period=PERIOD,
        decision={"body": "Gemeinderat", "date": "2018-03"},
        funding=[grant("2018"), {"programme": "Ohne", "sources": []}],
    )
    told = [(event.number, event.code) for event in found.events]
    assert told == [(1, "decision"), (2, "grant"), (3, "start"), (4, "end")]
    assert [event.x for event in found.events] == sorted(event.x for event in found.events)


def test_results_and_grants_for_something_else_are_no_part_of_it(line: Any) -> None:
    result = {"statement": "Vorher fuhr dort niemand.", "indicator": "Fahrten", "date": "2015", "sources": []}
    found = line(period=PERIOD, results=[result], funding=[grant("2018"), grant("2016", covers="something_else")])
    assert [event.code for event in found.events] == ["grant", "start", "end"]


def test_too_few_dates_make_no_line(line: Any) -> None:
    assert line(period=PERIOD) is None
    assert line(period=PERIOD, funding=[grant("2019-02-31")]) is not None, "a day that does not exist breaks nothing"
    assert line(period={"start": "2018", "end": "unknown"}, funding=[grant("unknown")]) is None


def test_signs_that_would_cover_each_other_stand_above_each_other(line: Any) -> None:
    found = line(period={"start": "2001"}, funding=[grant("2019-03-01"), grant("2019-03-02"), grant("2019-04")])
    signs = [(event.row, event.x) for event in found.events]
    assert all(a[0] != b[0] or abs(a[1] - b[1]) >= APART for a in signs for b in signs if a is not b)
    assert all(0 <= x <= WIDTH for _row, x in signs)


def test_what_goes_on_reaches_to_this_day_and_what_ended_does_not(line: Any) -> None:
    grants = [grant("2019-03"), grant("2019-05")]
    assert line(period={"start": "2018-10"}, funding=grants).goes_on
    assert not line(period=PERIOD, funding=grants).goes_on
    assert (
        line(period=PERIOD, funding=grants).hatched == line(period={"start": "2018-10"}, funding=grants).hatched == ()
    )
    assert not line(period={"start": "2018-10"}, phase="ended", funding=grants).goes_on
    assert not line(period={"start": "2018-10"}, outcome="stopped", funding=grants).goes_on


@pytest.mark.parametrize(
    "known", [{"period": {"start": "2018-10", "end": "unknown"}}, {"period": {"start": "2018-10"}, "phase": "ended"}]
)
def test_an_end_that_nobody_knows_is_left_open_and_said(line: Any, known: dict[str, Any]) -> None:
    found = line(**known, funding=[grant("2019-03"), grant("2020-05")])
    assert (found.goes_on, found.words.endswith("; End not known")) == (False, True)
    assert found.bar[1] == max(event.x for event in found.events) < found.hatched[0] < found.hatched[-1] <= WIDTH


@pytest.mark.parametrize(
    ("end", "phase", "label"),
    [
        ("2019", "ended", "Ende"),
        ("2026-10", "ended", "Ende"),
        ("2026-10", "operation", "Ende des Projekts"),
        ("2026", "operation", "Geplantes Ende"),
    ],
)
def test_an_end_that_lies_ahead_or_that_of_a_project_alone_is_called_so(
    line: Any, end: str, phase: str, label: str
) -> None:
    period = {"start": "2018-10", "end": end}
    found = line(period=period, phase=phase, funding=[grant("2019-03"), grant("2019-05")])
    assert [event.label for event in found.events if event.code == "end"] == [label]


def test_the_page_of_a_case_shows_it_with_its_list(read: Read) -> None:
    page = read(STOPPED_PAGE)
    [drawn] = page.xpath("//svg[@class='time-line']")
    listed = page.xpath("//ol[@class='time-list']/li")
    assert len(listed) == len(drawn.xpath("./g/text"))
    assert drawn.get("aria-label").startswith("Zeitstrahl: 1: ")
    assert read(CONCEPT_PAGE).xpath("//svg[@class='time-line']") == []
