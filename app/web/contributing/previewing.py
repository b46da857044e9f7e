# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How the record will look, made from the draft; and how a single text will."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, jsonify, render_template, request, url_for
from markupsafe import Markup

from app.content.markdown.context import Context
from app.content.record import Section
from app.identity import Action
from app.web.access import services
from app.web.contributing.blueprint import blueprint
from app.web.contributing.manuscript import Manuscript, opened
from app.web.contributing.progress import progress
from app.web.contributing.sketch import sketch
from app.web.identity.current import requires
from app.web.presentation.file_places import FilePlaces
from app.web.presentation.record_page import RecordPage, record_page
from app.web.rendering import render_text
from app.web.writing import writer_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The page of a record that is not published yet."""

    page: RecordPage
    complete: bool


@blueprint.get("/<draft_id>/vorschau")
@requires(Action.PROPOSE)
def preview(draft_id: str) -> str:
    """Show the draft as readers will see it; what cannot be shown yet is left out and said."""
    manuscript = opened(draft_id)
    return render_template(
        "pages/contributing/preview.html",
        manuscript=manuscript,
        shown=_shown(manuscript),
        progress=progress(manuscript),
    )


@blueprint.post("/<draft_id>/text")
@requires(Action.PROPOSE)
def preview_text(draft_id: str) -> Response:
    """Return a Markdown text as HTML, for the preview beside its field."""
    opened(draft_id)
    html = services().markdown.render(request.form.get("text", "")[: 128 * 1024], Context(top_level=4))
    return jsonify(html=str(html))


def _shown(manuscript: Manuscript) -> Shown | None:
    files = manuscript.files()
    checked = manuscript.check(files)
    record = checked.record or sketch(manuscript, checked, files)
    if record is None:
        return None
    places = FilePlaces(url=url_for("contribute.file", draft_id=manuscript.draft.id, name="x").removesuffix("x"))

    def render(section: Section) -> Markup:
        return render_text(record, section.markdown, places, f"{section.id}-")

    page = record_page(writer_for(record), manuscript.kind, render, files=places, confirm=lambda _lesson: "")
    return Shown(page=page, complete=checked.is_sound)
