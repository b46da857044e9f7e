# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The records that can be read in plain German."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from app.content.record import Record

PLAIN_GERMAN = "de-simple"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainText:
    """A record's plain version as a list names it."""

    title: str
    summary: str
    href: str


def plain_texts(records: Iterable[Record], address: Callable[[Record], str]) -> tuple[PlainText, ...]:
    """Return the plain versions of these records by title; `address` leads to the one of a record."""
    return tuple(sorted(_found(records, address), key=lambda text: text.title.casefold()))


def _found(records: Iterable[Record], address: Callable[[Record], str]) -> Iterator[PlainText]:
    for record in records:
        for version in record.translations:
            if version.lang == PLAIN_GERMAN:
                yield PlainText(title=version.title, summary=version.summary, href=address(record))
