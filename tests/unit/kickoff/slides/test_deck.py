# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import pytest

from app.kickoff.memo.blocks import Span
from app.kickoff.slides.deck import Figure, Point, Scale, Slide, few_words


def test_few_words_are_whole_sentences_without_marks() -> None:
    text = "Die Bank steht seit dem **3. Mai 2021**.[^zeitung] Sie kostete z. B. 200 Euro. " + "Und so weiter. " * 20
    found = few_words(text)
    assert found.startswith("Die Bank steht seit dem 3. Mai 2021. Sie kostete z. B. 200 Euro.")
    assert found.endswith("Und so weiter.")
    assert len(found) <= 190


def test_a_first_sentence_goes_even_where_it_is_long_and_an_endless_one_is_cut_between_words() -> None:
    long = "Wort " * 50 + "Ende."
    assert few_words(f"{long} Noch einer.") == long
    assert few_words("Wort " * 100).endswith("Wort …")


def test_what_a_colon_announces_is_not_parted_from_it() -> None:
    assert few_words("Es gab zwei Wege: den einen. Dann den anderen.", 10) == "Es gab zwei Wege: den einen."


@pytest.mark.parametrize(
    ("letters", "figures", "scale"),
    [(80, 0, Scale.LARGE), (400, 0, Scale.MEDIUM), (400, 2, Scale.SMALL), (900, 0, Scale.SMALL)],
)
def test_the_fewer_the_words_the_larger_they_are(letters: int, figures: int, scale: Scale) -> None:
    slide = Slide(
        title="Kosten",
        points=tuple(Point(text=(Span(text="x" * (letters // 2)),)) for _ in range(2)),
        figures=(Figure(value="1", label=Span(text="x")),) * figures,
    )
    assert slide.scale is scale


def test_of_more_than_fits_the_longest_statements_stay_behind() -> None:
    points = tuple(Point(text=(Span(text="x" * length),)) for length in (190, 100, 300, 190, 190, 190, 20))
    slide = Slide(title="Risiken", points=points).fitted()
    lengths = [len(point.text[0].text) for point in slide.points]
    assert 300 not in lengths
    assert len(lengths) >= 4
    assert lengths[-1] == 20
    assert Slide(title="Risiken", points=points[:2]).fitted().points == points[:2]
