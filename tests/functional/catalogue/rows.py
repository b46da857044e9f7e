"""Versions in the table of the catalogue, without a repository behind them."""

from __future__ import annotations

from datetime import UTC, datetime

from app.catalogue.entry import State
from app.catalogue.models import VersionRow

KINDS = ("case-study", "concept")
"""The kinds among these that are listed."""


def id_of(number: int) -> str:
    """Return the identifier of the record with this number; they are spread over all beginnings."""
    return f"{number * 7919 % 65536:04x}0000-0000-4000-8000-{number:012d}"


def version(number: int, ver: int, state: State, origin: str = "") -> VersionRow:
    """Return a version of the record with this number."""
    return VersionRow(
        origin=origin,
        record_id=id_of(number),
        ver=ver,
        digest=f"sha256:{number:060d}{ver:04d}",
        state=state,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        kind=(*KINDS, "response")[number % 3],
        slug=f"beispiel-{number}",
    )
