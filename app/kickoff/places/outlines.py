"""The outlines of the Länder below the points of a map: a small file that set-up makes, see `tools.places.outlines`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FORM = 1
"""Number of the form of the file; one of another form, or of another projection, is not read."""
_PATH = re.compile(r"[Mlz0-9 -]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlines:
    """One path of a drawing for each of the Länder, and the year that they are of."""

    paths: tuple[str, ...]
    year: str


@cache
def outlines(path: Path | None) -> Outlines | None:
    """Return what the file holds; None where there is none, or none that this release reads."""
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("form") != FORM:
        return None
    # It goes into pages as it is.
    paths = tuple(one for one in found["paths"] if _PATH.fullmatch(one))
    return Outlines(paths=paths, year=str(found["year"])[:4])
