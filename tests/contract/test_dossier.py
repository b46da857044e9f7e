"""Records hold no figure that research does not carry, and use most of what it found."""

import pytest

from tools.dossiers import DOSSIERS, Comparison, compare_all
from tools.figures import Figure, figures

needs_dossiers = pytest.mark.skipif(not DOSSIERS.is_dir(), reason="NOT RUN: the dossiers are not beside this checkout")


@pytest.fixture(scope="module")
def compared() -> list[Comparison]:
    return compare_all()


@needs_dossiers
def test_no_figure_of_a_record_lacks_a_fact_with_the_same_source(compared: list[Comparison]) -> None:
    lacking = {one.slug: [c.text for c in one.unsupported] for one in compared if one.unsupported}
    assert lacking == {}


@needs_dossiers
def test_records_use_at_least_sixty_percent_of_the_result_figures(compared: list[Comparison]) -> None:
    assert {one.slug: round(one.used_share, 2) for one in compared if one.used_share < 0.6} == {}


@needs_dossiers
def test_the_comparison_looks_at_figures_at_all(compared: list[Comparison]) -> None:
    assert sum(one.checked for one in compared) > 500


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kostete 1.200 Euro im Jahr", [Figure(1200, "euro")]),
        ("5,4 Mio. Euro bis 2027", [Figure(5_400_000, "euro"), Figure(2027, "year")]),
        ("am 30.06.2025 endete", [Figure(2025, "year")]), ("am 5. Dezember abgeschaltet", []),
        ("rund 90 Prozent", [Figure(90, "percent")]), ("66,60 Euro je Fahrgast", [Figure(66.6, "euro")]),
        ("knapp 400 (Eigendarstellung)", [Figure(400)]),
    ],
)  # fmt: skip
def test_figures_are_read_with_their_unit(text: str, expected: list[Figure]) -> None:
    assert list(figures(text)) == expected


def test_figures_of_different_units_do_not_agree() -> None:
    assert not Figure(90, "percent").agrees(Figure(90, "euro"))
    assert Figure(90, "percent").agrees(Figure(90))
