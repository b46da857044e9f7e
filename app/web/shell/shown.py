# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The values that templates print."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMark:
    """A source of a claim: its key, its number in the list of sources and its title."""

    key: str
    number: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One statement: its words, where they lead, what limits them and who says so.

    `lang` is set where the words are the record's own and not the interface's. `website` is that of whom they name,
    beside a page of this site.
    """

    text: str
    label: str = ""
    href: str = ""
    external: bool = False
    website: str = ""
    notes: tuple[str, ...] = ()
    sources: tuple[SourceMark, ...] = ()
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A field of a record with everything that stands in it."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words and where they lead; `current` marks the page the reader is on."""

    label: str
    href: str
    count: int = 0
    current: bool = False
    lang: str = ""
