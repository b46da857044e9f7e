"""Facts of records as tests need them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from app.catalogue import CatalogueEntry
from app.catalogue.entry import State
from app.survey.facts import COUNTED, Facts

_numbers = count(1)


def facts(kind: str = "case-study", slug: str = "", **given: Any) -> Facts:
    """Return facts; `thema`, `land`, `ergebnis`, `phase`, `grund`, `gemeinde` are values of facets."""
    number = next(_numbers)
    facets = {name: tuple(given.pop(name).split()) for name in COUNTED if name in given}
    entry = CatalogueEntry(
        seq=number,
        origin="",
        id=f"record-{number}",
        ver=1,
        digest=f"sha256:{number}",
        state=State.PUBLISHED,
        at=datetime(2026, 11, 24, tzinfo=UTC),
        kind=kind,
        slug=slug or f"eintrag-{number}",
    )
    return Facts.told(entry, facets, **given)
