# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A field that an author and somebody else changed both, as it is shown to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flask import url_for

from app.content.fields import entry_of
from app.content.json_value import JsonValue
from app.content.record import Record, StoredFile
from app.review.merging import FILE_PREFIX, bound_files, without_files
from app.review.model.draft import DraftFile
from app.review.model.outcome import ConflictedField
from app.web.access import services
from app.web.contributing.manuscript import Manuscript
from app.web.formats import byte_size
from app.web.language import current_language
from app.web.presentation.shown import Link
from app.web.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one side says in a field, and where to see the files that the other side has not."""

    text: str
    files: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A field that both sides changed, with what each of them says."""

    key: str
    label: str
    mine: Side
    published: Side


def choice(manuscript: Manuscript, published: Record, conflict: ConflictedField) -> Choice:
    """Return a field that the draft and the `published` record say differently."""
    draft, kind = manuscript.draft, services().schemas.kind(published.kind)
    mine, theirs = (_hashes(conflict.key, value) for value in (conflict.proposed, conflict.published))

    def own(name: str) -> str:
        return url_for("contribute.file", draft_id=draft.id, name=name)

    def public(name: str) -> str:
        return url_for("records.file", kind=kind, slug=published.slug, name=name)

    return Choice(
        key=conflict.key,
        label=_label(manuscript, conflict.key),
        mine=Side(
            text=_words(manuscript, conflict.key, conflict.proposed),
            files=tuple(_links(draft.files, mine - theirs, own)),
        ),
        published=Side(
            text=_words(manuscript, conflict.key, conflict.published),
            files=tuple(_links(published.files, theirs - mine, public)),
        ),
    )


def worded(manuscript: Manuscript, key: str, mine: JsonValue, other: JsonValue) -> Choice:
    """Return a field that two unpublished texts say differently; of a file only its name is there to see."""
    return Choice(
        key=key,
        label=_label(manuscript, key),
        mine=Side(text=_words(manuscript, key, mine)),
        published=Side(text=_words(manuscript, key, other)),
    )


def _hashes(key: str, value: JsonValue) -> frozenset[tuple[str, str]]:
    """Return the files that a field holds, by name and hash."""
    if key.startswith(FILE_PREFIX):
        return frozenset({(key.removeprefix(FILE_PREFIX), str(value))} if value else ())
    return frozenset(bound_files(value).items())


def _links(
    files: Iterable[DraftFile | StoredFile], shown: frozenset[tuple[str, str]], address: Callable[[str], str]
) -> Iterator[Link]:
    for file in files:
        if (file.name, file.sha256) in shown:
            yield Link(label=f"{file.name} ({byte_size(file.size)})", href=address(file.name))


def _words(manuscript: Manuscript, key: str, value: JsonValue) -> str:
    if key.startswith(FILE_PREFIX):
        # Of a file by itself nothing can be read; it is opened.
        return ""
    return manuscript.in_words(entry_of(manuscript.kind, key), without_files(value))


def _label(manuscript: Manuscript, key: str) -> str:
    if key.startswith(FILE_PREFIX):
        return _("File %(name)s", name=key.removeprefix(FILE_PREFIX))
    return entry_of(manuscript.kind, key).label(current_language())
