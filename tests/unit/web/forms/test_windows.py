from typing import Any

from app.review.text.record_text import RecordText
from app.web.contributing.step_input import marks, meet, seen_marks, suggestion, wanted, with_suggestion
from tests.unit.web.forms.browser import schemas

CASE = schemas().kind("case-study")


def text(problem: str = "Kein Bus.", **front: Any) -> RecordText:
    return RecordText(front={"title": "Rufbus", "topics": ["mobility"], **front}, sections={"problem": problem})


def brought_together(before: RecordText, mine: RecordText, theirs: RecordText) -> tuple[RecordText, tuple[str, ...]]:
    return meet(CASE, "about", seen_marks(CASE, "about", marks(CASE, "about", before)), mine, theirs)


def test_both_windows_keep_what_only_one_of_them_changed() -> None:
    found, disputed = brought_together(text(), text(problem="Neu."), text(title="Rufbus im Kreis", outcome="success"))
    assert found == text(problem="Neu.", title="Rufbus im Kreis", outcome="success")
    assert disputed == ()


def test_what_both_changed_in_different_ways_is_named_and_this_window_wins() -> None:
    found, disputed = brought_together(text(), text(problem="Meins."), text(problem="Anderes."))
    assert found == text(problem="Meins.")
    assert disputed == ("body.problem",)


def test_a_value_that_this_window_emptied_is_gone() -> None:
    mine = RecordText(front={"title": "Rufbus"}, sections={"problem": "Kein Bus."})
    assert brought_together(text(), mine, text())[0] == mine


def test_marks_that_do_not_fit_count_as_nothing_seen() -> None:
    seen = seen_marks(CASE, "about", "abc")
    assert meet(CASE, "about", seen, text(title="A"), text(title="B"))[1] == ("title",)


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
