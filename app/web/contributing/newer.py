# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A record that was published anew while somebody was editing it: what both changed, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.content.fields import BODY_PREFIX
from app.content.json_value import JsonValue
from app.content.record import Record
from app.content.schema import FieldSpec
from app.identity import Action
from app.review.merging import Merge, TextFields, merge
from app.review.text.composing import sections_of
from app.web.access import services
from app.web.contributing.blueprint import blueprint
from app.web.contributing.manuscript import Manuscript, opened
from app.web.identity.current import requires
from app.web.language import current_language

MINE = "meine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A field that both sides changed, with both texts."""

    key: str
    label: str
    mine: str
    published: str


def newer_version(manuscript: Manuscript) -> Record | None:
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
        "pages/contributing/compare.html",
        manuscript=manuscript,
        published=published,
        choices=tuple(
            choice(manuscript, conflict.key, conflict.proposed, conflict.published) for conflict in merged.conflicts
        ),
    )


@blueprint.post("/<draft_id>/abgleich")
@requires(Action.PROPOSE)
def decide(draft_id: str) -> Response:
    """Bring both together by the author's choices; the draft then goes on from what is published."""
    manuscript = opened(draft_id)
    published = newer_version(manuscript)
    # A choice is about the text that was shown; when it changed once more, the page comes again.
    if published is not None and request.form.get("stand") == published.digest:
        text = _decided(_merged(manuscript, published), request.form)
        content = replace(manuscript.draft.content, front=text.front, sections=text.sections)
        drafts = services().review.drafts
        drafts.rebase(draft_id, manuscript.person, content, manuscript.draft.version, base=published.digest)
    return redirect(url_for("contribute.compare", draft_id=draft_id), 303)


def _merged(manuscript: Manuscript, published: Record) -> Merge:
    base = _base(manuscript, published.id)
    mine = TextFields(front=manuscript.text.front, sections=manuscript.text.sections, files={})
    return merge(_fields(base) if base else _fields(published), _fields(published), mine)


def _base(manuscript: Manuscript, record_id: str) -> Record | None:
    catalogue = services().catalogue
    found = catalogue.with_digest(manuscript.draft.base or "")
    return next((catalogue.record(entry) for entry in found if entry.id == record_id), None)


def _fields(record: Record) -> TextFields:
    return TextFields(front=record.data, sections=sections_of(record.body), files={})


def _decided(merged: Merge, form: Mapping[str, str]) -> TextFields:
    fields = merged.text.flat()
    for conflict in merged.conflicts:
        value = conflict.proposed if form.get(conflict.key) == MINE else conflict.published
        if value is None:
            fields.pop(conflict.key, None)
        else:
            fields[conflict.key] = value
    return TextFields.from_flat(fields)


def choice(manuscript: Manuscript, key: str, mine: JsonValue, published: JsonValue) -> Choice:
    """Return both values of a field in words."""
    entry = manuscript.kind.section(key.removeprefix(BODY_PREFIX)) if key.startswith(BODY_PREFIX) else None
    entry_or_field = entry or manuscript.kind.by_key.get(key) or FieldSpec(key=key)
    return Choice(
        key=key,
        label=entry_or_field.label(current_language()),
        mine=manuscript.in_words(entry_or_field, mine),
        published=manuscript.in_words(entry_or_field, published),
    )
