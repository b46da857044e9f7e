from __future__ import annotations

import time

import pytest

from app.documents.blocks import Figure, Point, Scale, Slide, Span


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


def test_a_long_row_of_digits_is_looked_at_once() -> None:
    begun = time.process_time()
    Span(text="1" * 200_000)
    assert time.process_time() - begun < 1
