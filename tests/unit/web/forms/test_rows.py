from __future__ import annotations

from typing import Any

import pytest

from app.review.text.record_text import RecordText
from app.web.contributing.form.reader import RowAction, act, without_empty_rows
from tests.unit.web.forms.browser import schemas

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
        "lessons": [{}, {"statement": "A", "sources": []}, {"sources": []}],
        "goals": [{}],
        "topics": ["a"],
    }
    assert without_empty_rows(front) == {"lessons": [{"statement": "A", "sources": []}], "topics": ["a"]}
