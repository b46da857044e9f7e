# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Versions in the table of the catalogue, without a repository behind them."""

from __future__ import annotations

from datetime import UTC, datetime

from app.catalogue.entry import State
from app.catalogue.models import VersionRow

KINDS = ("case-study", "concept")
"""The kinds among these that are listed."""


def version(number: int, ver: int, state: State, origin: str = "") -> VersionRow:
    """Return a version of the record with this number; identifiers are spread over all beginnings."""
    return VersionRow(
        origin=origin,
        record_id=f"{number * 7919 % 65536:04x}0000-0000-4000-8000-{number:012d}",
        ver=ver,
        digest=f"sha256:{number:060d}{ver:04d}",
        state=state,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        kind=(*KINDS, "response")[number % 3],
        slug=f"beispiel-{number}",
    )
