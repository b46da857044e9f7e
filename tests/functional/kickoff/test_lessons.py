"""Lessons for the phase that comes next stand first; none is lost or changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kickoff.lessons import by_area, coming_phase
from app.records.record import Record
from app.wiring import Services

PHASES = ("idea", "concept", "proof_of_concept", "prototype", "pilot", "operation", "scaling", "ended")


@pytest.fixture(scope="module")
def records(seeded: Services) -> list[Record]:
    return [seeded.catalogue.record(entry) for entry in seeded.catalogue.heads("case-study")]


@pytest.mark.parametrize(
    ("phase", "coming"), [("idea", "concept"), ("scaling", "ended"), ("ended", "ended"), ("", ""), ("other", "")]
)
def test_the_coming_phase_is_the_one_after(phase: str, coming: str) -> None:
    assert coming_phase(phase, PHASES) == coming


@given(data=st.data(), phase=st.sampled_from(("", *PHASES)))
def test_groups_every_lesson_once_and_the_near_ones_first(
    data: st.DataObject, phase: str, records: list[Record]
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(records), unique_by=lambda record: record.id, max_size=6))
    grouped = by_area(chosen, phase, PHASES, per_area=1_000)
    shown = [(one.record.ref, one.lesson.id) for area in grouped.areas for one in area.lessons]
    assert sorted(shown) == sorted((record.ref, lesson.id) for record in chosen for lesson in record.lessons)
    for area in grouped.areas:
        assert {one.lesson.topic for one in area.lessons} == {area.topic}
        if grouped.phase:
            far = [abs(PHASES.index(one.lesson.phase) - PHASES.index(grouped.phase)) for one in area.lessons]
            assert far == sorted(far)
    counts = [sum(one.coming for one in area.lessons) for area in grouped.areas]
    assert counts == sorted(counts, reverse=True)


def test_without_a_phase_lessons_keep_the_order_of_the_records(records: list[Record]) -> None:
    place = {record.ref: number for number, record in enumerate(records)}
    for area in by_area(records, "", PHASES, per_area=1_000).areas:
        assert [place[one.record.ref] for one in area.lessons] == sorted(place[one.record.ref] for one in area.lessons)
        assert not any(one.coming for one in area.lessons)


def test_says_how_many_lessons_were_left_out(records: list[Record]) -> None:
    everything = {area.topic: len(area.lessons) for area in by_area(records, "idea", PHASES, per_area=1_000).areas}
    for area in by_area(records, "idea", PHASES, per_area=2).areas:
        assert len(area.lessons) == min(2, everything[area.topic])
        assert area.more == everything[area.topic] - len(area.lessons)
