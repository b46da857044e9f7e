from __future__ import annotations

from bench.peers.rows import A_SECOND, Row
from bench.peers.table import as_figures, as_markdown, lost

NAMES = ["Wir", "Andere"]


def rows() -> list[Row]:
    """Ours is slower in the second turn, when the machine was; theirs gives more pages to many readers."""
    page, many = Row("Seite"), Row("Viele", A_SECOND)
    for ours, theirs in ((2.0, 3.0), (4.0, 16.0), (4.0, 8.0)):
        page.note("Wir", [ours])
        page.note("Andere", [theirs])
    many.note("Wir", [100.0])
    many.note("Andere", [200.0])
    return [page, many]


def test_a_ratio_compares_what_was_measured_in_the_same_turn() -> None:
    page, many = rows()
    assert page.ratio("Andere", "Wir") == 2.0
    assert many.ratio("Andere", "Wir") == 0.5


def test_the_table_has_median_95_of_100_and_ratio() -> None:
    assert as_markdown(rows(), NAMES).splitlines() == [
        "| | Wir | Andere |",
        "|---|---|---|",
        "| Seite | 4.0 (4.0) | 8.0 (16.0), **2.0 ×** |",
        "| Viele (pages a second) | 100 (100) | 200 (200), **0.5 ×** |",
    ]


def test_a_lost_row_is_named() -> None:
    assert list(lost(rows(), NAMES)) == ["LOST: Viele: Andere 0.50"]


def test_the_figures_go_to_the_file_of_all_figures() -> None:
    assert as_figures(rows(), NAMES)["Seite"]["Andere"] == {"p50": 8.0, "p95": 16.0, "ratio": 2.0}
