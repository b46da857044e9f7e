# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Brings a draft together, field by field, with what others published while it was written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.content.fields import entry_of
from app.content.json_value import JsonValue
from app.content.record import Record, StoredFile
from app.identity import Action
from app.review.merging import (
    FILE_PREFIX,
    Merge,
    RecordText,
    bind_files,
    bound_files,
    merge,
    release_files,
    without_files,
)
from app.review.model.draft import DraftFile
from app.review.model.submission import ConflictedField
from app.review.text.composition import sections_of
from app.web.contributing.blueprint import blueprint
from app.web.contributing.draft_editor import DraftEditor, opened
from app.web.shell.access import services
from app.web.shell.current import requires
from app.web.shell.formats import byte_size
from app.web.shell.language import current_language
from app.web.shell.shown import Link
from app.web.shell.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSide:
    """What one side says in a field, and where to see the files that the other side has not."""

    text: str
    files: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChoice:
    """A field that both sides changed, with what each of them says."""

    key: str
    label: str
    mine: TextSide
    published: TextSide


def choice(manuscript: DraftEditor, published: Record, conflict: ConflictedField) -> TextChoice:
    """Return a field that the draft and the `published` record say differently."""
    draft, kind = manuscript.draft, services().schemas.kind(published.kind)
    mine, theirs = (_hashes(conflict.key, value) for value in (conflict.proposed, conflict.published))

    def own(name: str) -> str:
        return url_for("contribute.file", draft_id=draft.id, name=name)

    def public(name: str) -> str:
        return url_for("records.file", kind=kind, slug=published.slug, name=name)

    return TextChoice(
        key=conflict.key,
        label=_label(manuscript, conflict.key),
        mine=TextSide(
            text=_words(manuscript, conflict.key, conflict.proposed),
            files=tuple(_links(draft.files, mine - theirs, own)),
        ),
        published=TextSide(
            text=_words(manuscript, conflict.key, conflict.published),
            files=tuple(_links(published.files, theirs - mine, public)),
        ),
    )


def worded(manuscript: DraftEditor, key: str, mine: JsonValue, other: JsonValue) -> TextChoice:
    """Return a field that two unpublished texts say differently; of a file only its name is there to see."""
    return TextChoice(
        key=key,
        label=_label(manuscript, key),
        mine=TextSide(text=_words(manuscript, key, mine)),
        published=TextSide(text=_words(manuscript, key, other)),
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


def _words(manuscript: DraftEditor, key: str, value: JsonValue) -> str:
    if key.startswith(FILE_PREFIX):
        # Of a file by itself nothing can be read; it is opened.
        return ""
    return manuscript.in_words(entry_of(manuscript.kind, key), without_files(value))


def _label(manuscript: DraftEditor, key: str) -> str:
    if key.startswith(FILE_PREFIX):
        return _("File %(name)s", name=key.removeprefix(FILE_PREFIX))
    return entry_of(manuscript.kind, key).label(current_language())


MINE = "meine"


def newer_version(manuscript: DraftEditor) -> Record | None:
    """Return what is published now where it is no longer what the draft was begun from."""
    draft = manuscript.draft
    if draft.slug is None or draft.base is None:
        return None
    try:
        record = services().catalogue.record(services().catalogue.head_by_slug(draft.kind, draft.slug))
    except (RecordNotFound, RecordWithdrawn):
        return None
    return record if record.digest != draft.base else None


@blueprint.get("/<draft_id>/abgleich")
@requires(Action.PROPOSE)
def compare(draft_id: str) -> Response | str:
    """Show what both changed, to choose from."""
    manuscript = opened(draft_id)
    published = newer_version(manuscript)
    if published is None:
        return redirect(url_for("contribute.resume", draft_id=draft_id), 303)
    merged = _merged(manuscript, published)
    return render_template(
        "contributing/merge.html",
        manuscript=manuscript,
        stamp=published.digest,
        lead=_(
            "While you were writing, somebody else's changes to this record were published. What only one of you"
            " changed is kept."
        ),
        theirs=_("The published text"),
        choices=tuple(choice(manuscript, published, conflict) for conflict in merged.conflicts),
    )


@blueprint.post("/<draft_id>/abgleich")
@requires(Action.PROPOSE)
def decide(draft_id: str) -> Response:
    """Bring both together by the author's choices; the draft then goes on from what is published."""
    manuscript = opened(draft_id)
    published = newer_version(manuscript)
    # A choice is about the text that was shown; when it changed once more, the page comes again.
    if published is not None and request.form.get("stand") == published.digest:
        mine = {name for name, value in request.form.items() if value == MINE}
        text = release_files(_merged(manuscript, published).decided(mine))
        content = replace(manuscript.draft.content, front=text.front, sections=text.sections)
        services().review.drafts.rebase(
            manuscript.draft, manuscript.person, content, base=published.digest, files=text.files
        )
    return redirect(url_for("contribute.compare", draft_id=draft_id), 303)


def _merged(manuscript: DraftEditor, published: Record) -> Merge:
    base = _base(manuscript, published.id)
    text = manuscript.text
    mine = RecordText(front=text.front, sections=text.sections, files=_file_hashes(manuscript.draft.files))
    return merge(_fields(base or published), _fields(published), bind_files(mine))


def _base(manuscript: DraftEditor, record_id: str) -> Record | None:
    catalogue = services().catalogue
    found = catalogue.with_digest(manuscript.draft.base or "")
    return next((catalogue.record(entry) for entry in found if entry.id == record_id), None)


def _fields(record: Record) -> RecordText:
    text = RecordText(front=record.data, sections=sections_of(record.body), files=_file_hashes(record.files))
    return bind_files(text)


def _file_hashes(files: Iterable[DraftFile | StoredFile]) -> dict[str, str]:
    return {file.name: file.sha256 for file in files}
