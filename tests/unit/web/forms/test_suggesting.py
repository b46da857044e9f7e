from __future__ import annotations

from app.review.text.record_text import RecordText
from app.web.contributing.step_input import suggestion, wanted, with_suggestion
from tests.unit.web.forms.browser import schemas

CASE = schemas().kind("case-study")
SUMMARY = CASE.by_key["summary"]


def test_the_first_sentences_of_what_was_written_are_offered() -> None:
    text = RecordText(
        front={},
        sections={
            "approach": "- **März 2023:** Der Rufbus fuhr los.[^rat]\n- Gezählt.",
            "results": "400 fuhren mit. Gut.",
        },
    )
    assert suggestion(SUMMARY, text) == "März 2023: Der Rufbus fuhr los. 400 fuhren mit. Gut."


def test_no_more_is_offered_than_has_room() -> None:
    text = RecordText(front={}, sections={"results": "Kurz. " + "Lang " * 80 + "."})
    assert suggestion(SUMMARY, text) == "Kurz."


def test_what_stands_there_stays() -> None:
    text = RecordText(front={"summary": "Meins."}, sections={"results": "Anders."})
    assert with_suggestion(SUMMARY, text) == text
    assert with_suggestion(SUMMARY, RecordText(front={})).front == {}


def test_only_a_button_of_the_form_asks_for_it() -> None:
    assert wanted("vorschlagen:summary", CASE) is SUMMARY
    for button in ("vorschlagen:title", "vorschlagen:", "summary", "vorschlagen:__class__"):
        assert wanted(button, CASE) is None
