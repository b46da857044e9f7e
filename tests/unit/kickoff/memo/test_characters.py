from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kickoff.memo.format import forbidden, tidy


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anlass \r\n\r\nzwei \r", "Anlass\n\nzwei"),
        ("aus\x0bWord\u2028kopiert\x85", "aus\nWord\nkopiert"),
        ("mit\tTabulator", "mit Tabulator"),
        ("U\u0308berflutung", "Überflutung"),
        ("\ufeffmit Marke", "mit Marke"),
        ("سيل من المطر", "سيل من المطر"),
    ],
)
def test_what_was_pasted_becomes_plain_text(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@settings(max_examples=40)
@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


def test_what_hides_or_reverses_text_is_named_wherever_it_stands() -> None:
    found = forbidden({"a": [{"b": "x\u202e"}], "c\x07": "y", "d": "gut\n"})
    assert {(error.path, error.params["character"]) for error in found} == {("a.0.b", "U+202E"), ("", "U+0007")}
