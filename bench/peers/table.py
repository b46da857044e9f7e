"""All rows as a table, how each program stands to ours, and which rows are lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.peers.rows import MILLISECONDS, Row


def as_markdown(rows: Sequence[Row], names: Sequence[str]) -> str:
    """Return a table with a column for each program, the first of which is ours."""
    ours = names[0]
    head = f"| | {' | '.join(names)} |"
    lines = [head, "|---" * (len(names) + 1) + "|"]
    for row in rows:
        unit = "" if row.unit == MILLISECONDS else f" ({row.unit})"
        lines.append(f"| {row.title}{unit} | {' | '.join(_cell(row, name, ours) for name in names)} |")
    return "\n".join(lines)


def lost(rows: Sequence[Row], names: Sequence[str]) -> Iterator[str]:
    """Say of each row in which another program is better."""
    ours = names[0]
    for row in rows:
        for name in names[1:]:
            if row.ratio(name, ours) < 1:
                yield f"LOST: {row.title}: {name} {row.ratio(name, ours):.2f}"


def as_figures(rows: Sequence[Row], names: Sequence[str]) -> dict[str, dict[str, dict[str, float]]]:
    """Return the same for the file of all figures."""
    return {
        row.title: {
            name: {
                "p50": row.figures(name)[0],
                "p95": row.figures(name)[1],
                "ratio": round(row.ratio(name, names[0]), 2),
            }
            for name in names
        }
        for row in rows
    }


def _cell(row: Row, name: str, ours: str) -> str:
    median, slow = (f"{figure:.1f}" if figure < 100 else f"{figure:.0f}" for figure in row.figures(name))
    times = "" if name == ours else f", **{row.ratio(name, ours):.1f} ×**"
    return f"{median} ({slow}){times}"
