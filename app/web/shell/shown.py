# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The values that templates print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.content.json_value import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMark:
    """A source of a claim: its key, its number in the list of sources and its title."""

    key: str
    number: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One statement: its words, where they lead, what limits them and who says so.

    `lang` is set where the words are the record's own and not the interface's.
    """

    text: str
    label: str = ""
    href: str = ""
    external: bool = False
    notes: tuple[str, ...] = ()
    sources: tuple[SourceMark, ...] = ()
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A field of a record with everything that stands in it."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBlock:
    """A part of a record's page under a heading: rendered text, lines or a table of figures.

    `brief` parts also stand in the printed brief; the others are read on the page.
    """

    id: str
    title: str
    level: int
    html: Markup | None = None
    lines: tuple[Line, ...] = ()
    figures: Sequence[Mapping[str, JsonValue]] = ()
    ordered: bool = False
    brief: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words and where they lead; `current` marks the page the reader is on."""

    label: str
    href: str
    count: int = 0
    current: bool = False
    lang: str = ""
