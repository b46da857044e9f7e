# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""On what a statement rests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.content.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A source as the record `record` ("organisation/<slug>") lists it; `date` may be partial ("2019-12")."""

    record: str
    key: str
    title: str
    publisher: str
    self_reported: bool
    url: str | None = None
    date: str | None = None


def citations(record: Record, keys: Iterable[str]) -> tuple[Citation, ...]:
    """Return the sources of the record that `keys` name, in that order; a key without a source names nothing."""
    found = (record.source(key) for key in keys)
    return tuple(
        Citation(
            record=record.ref,
            key=source.key,
            title=source.title,
            publisher=source.publisher,
            self_reported=source.self_reported,
            url=source.url,
            date=source.date,
        )
        for source in found
        if source is not None
    )
