# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A record that was published anew while somebody was editing it: what both changed, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.content.record import Record, StoredFile
from app.identity import Action
from app.review.merging import Merge, TextFields, bind_files, merge, release_files
from app.review.model.draft import DraftFile
from app.review.text.composing import sections_of
from app.web.access import services
from app.web.contributing.blueprint import blueprint
from app.web.contributing.choosing import choice
from app.web.contributing.manuscript import Manuscript, opened
from app.web.identity.current import requires
from app.web.wording import _

MINE = "meine"


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


def _merged(manuscript: Manuscript, published: Record) -> Merge:
    base = _base(manuscript, published.id)
    text = manuscript.text
    mine = TextFields(front=text.front, sections=text.sections, files=_hashes(manuscript.draft.files))
    return merge(_fields(base or published), _fields(published), bind_files(mine))


def _base(manuscript: Manuscript, record_id: str) -> Record | None:
    catalogue = services().catalogue
    found = catalogue.with_digest(manuscript.draft.base or "")
    return next((catalogue.record(entry) for entry in found if entry.id == record_id), None)


def _fields(record: Record) -> TextFields:
    text = TextFields(front=record.data, sections=sections_of(record.body), files=_hashes(record.files))
    return bind_files(text)


def _hashes(files: Iterable[DraftFile | StoredFile]) -> dict[str, str]:
    return {file.name: file.sha256 for file in files}
