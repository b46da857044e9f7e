"""Draws the packages from the import contract in pyproject.toml: `python -m tools.packages` writes docs/packages.svg.

The contract is what `lint-imports` holds, so the picture says what is true. Who stands above may import whoever
stands below; packages in one row do not know each other.
"""

from __future__ import annotations

import ast
import tomllib
from html import escape
from pathlib import Path
from textwrap import shorten, wrap

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "packages.svg"

WIDTH, ROW, GAP, MARGIN = 760, 66, 8, 12
_STYLE = (
    "text{font-family:sans-serif;fill:#1d1d1f}.name{font-size:15px;font-weight:bold}.what{font-size:11.5px}"
    "rect{fill:#eef1fa;stroke:#4a5fa5}"
    "@media(prefers-color-scheme:dark){text{fill:#f0f0f4}rect{fill:#262b3d;stroke:#8ea2e8}}"
)
_LETTERS_PER_PIXEL = 1 / 6.2
LINES = 2


def layers() -> list[list[str]]:
    """Return the rows of the contract "layers", the highest first."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    rows = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    return [[name.strip(" ()") for name in row.split("|")] for row in rows]


def purpose(package: str) -> str:
    """Return the first sentence of what a package or module says of itself."""
    folder = ROOT / "app" / package
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    text = ast.get_docstring(ast.parse(file.read_text("utf-8"))) if file.exists() else None
    return " ".join((text or "").split("\n\n")[0].split())


def draw() -> str:
    """Return the picture."""
    rows = layers()
    height = 2 * MARGIN + len(rows) * (ROW + GAP) - GAP
    label = f"The packages of app in {len(rows)} layers; imports go down only"
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">']
    parts.append(f"<style>{_STYLE}</style>")
    for number, row in enumerate(rows):
        top = MARGIN + number * (ROW + GAP)
        width = (WIDTH - 2 * MARGIN - GAP * (len(row) - 1)) / len(row)
        for place, name in enumerate(row):
            left = MARGIN + place * (width + GAP)
            parts.append(_box(name, left, top, width))
    return "\n".join([*parts, "</svg>", ""])


def _box(name: str, left: float, top: float, width: float) -> str:
    text = purpose(name)
    letters = int((width - 16) * _LETTERS_PER_PIXEL)
    shown = wrap(shorten(text, LINES * letters - LINES, placeholder=" …"), letters)[:LINES]
    words = "".join(
        f'<text class="what" x="{left + 10:g}" y="{top + 40 + 15 * number}">{escape(line)}</text>'
        for number, line in enumerate(shown)
    )
    return (
        f'<g><title>{escape(text)}</title><rect x="{left:g}" y="{top}" width="{width:g}" height="{ROW}" rx="4"/>'
        f'<text class="name" x="{left + 10:g}" y="{top + 22}">{escape(name)}</text>{words}</g>'
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(), "utf-8")
