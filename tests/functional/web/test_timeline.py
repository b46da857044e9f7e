"""The course of a case: a drawing, and the same dates as a list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from app.web.records.timeline import APART, WIDTH, TimeLine, time_line
from app.web.records.writer import writer_for
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.node import CONCEPT_PAGE, RUNNING, STOPPED_PAGE

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
