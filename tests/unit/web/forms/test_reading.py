from collections.abc import Mapping
from typing import Any

import pytest

from app.review.text.record_text import RecordText
from app.web.contributing.form.reader import RowAction, act, without_empty_rows
from app.web.contributing.form.steps import STEPS
from tests.unit.web.forms.browser import controls, read_back, schemas, sent


def read(step: str, form: Mapping[str, list[str]], **front: Any) -> RecordText:
    return read_back(step, form, RecordText(front=front))


def test_what_the_form_does_not_hold_keeps_its_value() -> None:
    assert read("about", {"title": [" "]}, title="Alt").front == {}, "an emptied field is gone"
    stored = {"id": "x", "review_by": "2027-01-01", "translations": [{"lang": "en"}], "outcome": "success"}
    assert read("about", {"title": ["Neu"]}, **stored).front == {**stored, "title": "Neu"}


UNSAID = {"currency": "EUR", "date": "unknown", "basis": "unknown"}
"""What holds of an amount of which nobody says more."""


def test_text_that_fits_no_number_is_kept_and_an_amount_is_in_euros_unless_another_currency_is_chosen() -> None:
    form = {
        "costs.rows": ["2"], "costs.0.amount": ["so um die 3.000"], "costs.0.what": ["App"], "costs.0.currency": [""],
    }  # fmt: skip
    form |= {"costs.1.what": ["Bus"], "costs.1.currency": ["CHF"]}
    assert read("outcome", form).front["costs"] == [
        {"amount": "so um die 3.000", "what": "App", **UNSAID},
        {"what": "Bus", **UNSAID, "currency": "CHF"},
    ]


def test_a_row_without_entries_stays_empty_until_somebody_writes() -> None:
    form = {"lessons.rows": ["2"], "lessons.0.statement": ["Erst messen."], "lessons.1.statement": [""]}
    form |= {"lessons.1.kind": [""], "lessons.1.sources": [""]}
    assert read("learned", form).front["lessons"] == [{"statement": "Erst messen."}, {}]


def test_rows_are_known_by_their_key_even_when_another_window_moved_them() -> None:
    stored = [{"id": "a", "statement": "A", "impact": "groß"}, {"id": "b", "statement": "B"}]
    form = {"lessons.rows": ["1"], "lessons.0.id": ["b"], "lessons.0.statement": ["B2"]}
    assert read("learned", form, lessons=stored).front["lessons"] == [{"id": "b", "statement": "B2"}]
    assert read("learned", form).front["lessons"] == [{"id": "b", "statement": "B2"}], "no longer stored"


def test_a_hostile_number_of_rows_changes_nothing_and_rows_are_limited() -> None:
    assert read("learned", {"lessons.rows": ["-1"]}, lessons=[{"id": "a"}]).front == {"lessons": [{"id": "a"}]}
    text = read("learned", {"lessons.rows": ["9999999"], "lessons.0.statement": ["A"]})
    assert len(text.front["lessons"]) == 200  # type: ignore[arg-type]  # it is a list


def test_an_untouched_empty_form_is_an_empty_record() -> None:
    text = RecordText(front={"compiled_by": "municipality"})
    for step in STEPS:
        text = read_back(step, sent(controls(step, text)), text)
    rows = {name for name, value in text.front.items() if isinstance(value, list) and not any(value)}
    assert rows == {"municipalities", "goals", "lessons", "sources"} - {"sources"}
    assert {name: value for name, value in text.front.items() if name not in rows} == {"compiled_by": "municipality"}


def test_a_funding_programme_is_chosen_from_the_list_and_can_be_left_open() -> None:
    form = {"funding.rows": ["2"], "funding.0.programme": ["Region gestalten"], "funding.1.programme": ["Land Hessen"]}
    form |= {"funding.0.programme_id": ["region-gestalten"], "funding.1.programme_id": [""]}
    assert read("done", form).front["funding"] == [
        {"programme": "Region gestalten", "programme_id": "region-gestalten"},
        {"programme": "Land Hessen"},
    ]


CASE = schemas().kind("case-study")


def after(button: str, shown: int = 0, **front: Any) -> tuple[dict[str, Any], str]:
    action = RowAction.parse(button, CASE)
    assert action is not None
    text, focus = act(action, RecordText(front=front), shown)
    return dict(text.front), focus


def test_one_more_row_comes_after_the_empty_one_that_the_form_shows() -> None:
    assert after("add:lessons", shown=1) == ({"lessons": [{}, {}]}, "lessons.1")
    assert after("add:lessons", shown=1, lessons=[{"id": "a"}]) == ({"lessons": [{"id": "a"}, {}]}, "lessons.1")


def test_a_row_is_removed_and_the_author_goes_on_at_its_place() -> None:
    rows = [{"id": "a"}, {"id": "b"}, {"id": "c"}]
    assert after("remove:lessons.1", lessons=rows) == ({"lessons": [rows[0], rows[2]]}, "lessons.1")
    assert after("remove:lessons.2", lessons=rows) == ({"lessons": rows[:2]}, "lessons.1")
    assert after("remove:lessons.0", lessons=rows[:1]) == ({}, "lessons")


def test_a_row_moves_up() -> None:
    rows = [{"id": "a"}, {"id": "b"}]
    assert after("raise:lessons.1", lessons=rows) == ({"lessons": rows[::-1]}, "lessons.0")
    assert after("raise:lessons.0", lessons=rows) == ({"lessons": rows}, "lessons.0")
    assert after("raise:lessons.7", lessons=rows) == ({"lessons": rows}, "lessons.7")


def test_with_a_source_goes_every_mention_of_it() -> None:
    front, _ = after(
        "remove:sources.0",
        sources=[{"key": "rat"}, {"key": "zeitung"}],
        goals=[{"text": "Ziel", "sources": ["rat", "zeitung"]}],
        outcome_note={"text": "Gut", "sources": ["rat"]},
    )
    assert front["sources"] == [{"key": "zeitung"}]
    assert front["goals"] == [{"text": "Ziel", "sources": ["zeitung"]}]
    assert front["outcome_note"] == {"text": "Gut", "sources": []}


@pytest.mark.parametrize(
    "button",
    [
        "save", "add:", "add:title", "add:period", "add:lessons.0", "remove:lessons", "remove:lessons.x",
        "remove:lessons.-1", "remove:lessons.99999", "add:lessons.999999999.applies_if", "add:__class__",
        "burn:lessons.0", "remove:lessons.²", "add:keywords", "remove:title.0",
    ],
)  # fmt: skip
def test_a_button_that_the_form_does_not_have_does_nothing(button: str) -> None:
    assert RowAction.parse(button, CASE) is None


def test_empty_rows_and_empty_lists_are_left_out() -> None:
    front: dict[str, Any] = {
        "lessons": [{}, {"statement": "A", "sources": []}, {"sources": []}], "goals": [{}], "topics": ["a"],
    }  # fmt: skip
    assert without_empty_rows(front) == {"lessons": [{"statement": "A", "sources": []}], "topics": ["a"]}
