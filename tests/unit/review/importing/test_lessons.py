from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.review.drafts.report import lesson


def test_a_paragraph_becomes_statement_reason_and_recommendation() -> None:
    words = (
        "Erstens: Die Zuständigkeiten gehören vor der Technik geklärt. Am 3. Juni blieben 40 Prozent liegen. "
        "Wir empfehlen, je Kategorie ein Amt zu benennen."
    )
    assert lesson(words) == {
        "statement": "Die Zuständigkeiten gehören vor der Technik geklärt.",
        "because": "Am 3. Juni blieben 40 Prozent liegen.",
        "recommendation": "Wir empfehlen, je Kategorie ein Amt zu benennen.",
    }


@pytest.mark.parametrize(
    ("words", "statement"),
    [
        ("Lehre 2: Früh fragen.", "Früh fragen."),
        ("3) Früh fragen.", "Früh fragen."),
        ("3. Mai: Früh fragen.", "3. Mai: Früh fragen."),
        ("Eines ist klar: Früh fragen.", "Eines ist klar: Früh fragen."),
        ("Früh fragen", "Früh fragen"),
        ("Erstens:", "Erstens:"),
    ],
)
def test_a_number_in_front_goes_and_a_thought_behind_a_colon_stays(words: str, statement: str) -> None:
    assert lesson(words)["statement"] == statement


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Was wir anders machen würden", "would_do_differently"),
        ("Was nicht funktioniert hat", "did_not_work"),
        ("Erfolgsfaktoren", "worked"),
        ("Was uns überraschte", "surprise"),
        ("Was wir gelernt haben", None),
    ],
)
def test_the_heading_says_what_kind_of_lesson_it_is(heading: str, kind: str | None) -> None:
    assert lesson("Früh fragen.", heading).get("kind") == kind


@given(st.text(alphabet="Aaä1.:!?) \n-", min_size=1).filter(str.strip))
def test_every_paragraph_becomes_a_lesson_of_its_own_words(words: str) -> None:
    found = lesson(words)
    told = Counter("".join(found.get(part, "") for part in ("statement", "because", "recommendation")))
    assert found["statement"]
    assert not told - Counter(words) - Counter(" " * len(words))
