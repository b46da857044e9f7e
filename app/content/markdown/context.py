# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a text may refer to while it is rendered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from app.content.record import Medium, Source

RecordLink = Callable[[str], "str | None"]
"""Returns the address of a record named "case-study/<slug>", or None if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The record around a text.

    `files_url` is the address under which the record's own files are served, with a slash at its end; `id_prefix` goes
    before every id, so that no text can take an id that the page itself uses; `top_level` is the level of the text's
    highest heading. `site` is the address of the site that the text was written for, empty for this one: what the text
    calls a page of its own then lies there. Files in `absent` lie below `absent_url` and not below `files_url`; to
    pictures in `unshown` the text only leads. `lang` is the page's language, which names sources and tables.
    """

    sources: Sequence[Source] = ()
    media: Sequence[Medium] = ()
    files: Sequence[str] = ()
    files_url: str = ""
    id_prefix: str = "text-"
    top_level: int = 3
    record_link: RecordLink = lambda ref: None  # noqa: ARG005  # where no other record is known
    site: str = ""
    absent: Collection[str] = ()
    absent_url: str = ""
    unshown: Collection[str] = ()
    lang: str = "de"
