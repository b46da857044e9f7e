from __future__ import annotations

from bench.peers.rows import A_SECOND, Row
from bench.peers.table import as_markdown, lost

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


def test_the_table_has_median_95_of_100_and_ratio_and_a_lost_row_is_named() -> None:
    assert as_markdown(rows(), NAMES).splitlines() == [
        "| | Wir | Andere |",
        "|---|---|---|",
        "| Seite | 4.0 (4.0) | 8.0 (16.0), **2.0 ×** |",
        "| Viele (pages a second) | 100 (100) | 200 (200), **0.5 ×** |",
    ]
    assert list(lost(rows(), NAMES)) == ["LOST: Viele: Andere 0.50"]
