from __future__ import annotations

from typing import Any

from app.review.text.record_text import RecordText
from app.web.contributing.step_input import marks, meet, seen_marks
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
