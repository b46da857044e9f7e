# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A draft that is not there (any more): what was typed comes back, and a new draft can begin with it."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.identity import Action
from app.review.errors import DraftNotFound
from app.review.model.draft import DraftContent
from app.web.access import services
from app.web.contributing.blueprint import blueprint, typed_texts
from app.web.contributing.manuscript import of
from app.web.contributing.progress import address
from app.web.contributing.saving import typed
from app.web.contributing.starting import KINDS, kind_to_write
from app.web.forms.steps import step_at
from app.web.forms.windows import SEEN
from app.web.identity.current import requires, signed_in
from app.web.typed import entries as sent_entries

KIND = "art"
"""Hidden field that says what is being written, because a draft that is gone tells nothing."""

_OF_THE_OLD_FORM = frozenset({SEEN, "tun"})


@blueprint.errorhandler(DraftNotFound)
def _gone(_error: DraftNotFound) -> Response:
    """Say nothing of the draft, which may be somebody else's: only what whoever asks has sent themselves."""
    has_step = request.endpoint == "contribute.save_step" and request.form.get(KIND) in KINDS
    page = render_template(
        "pages/contributing/gone.html",
        typed=typed_texts(),
        begin_again=url_for("contribute.begin_again", place=(request.view_args or {})["place"]) if has_step else "",
        entries=[entry for entry in sent_entries() if entry.name not in _OF_THE_OLD_FORM],
        files=sorted(file.filename or "" for file in request.files.values() if file.filename),
    )
    return make_response(page, HTTPStatus.NOT_FOUND)


@blueprint.post("/neu/<any(worum, vorgehen, ergebnis, lehren, nachnutzung):place>")
@requires(Action.PROPOSE)
def begin_again(place: str) -> BaseResponse:
    """Begin a new draft with what was typed into a step of one that is gone."""
    step, kind = step_at(place), kind_to_write(request.form.get(KIND, ""))
    manuscript = of(services().review.drafts.start_empty(kind.name, signed_in()), signed_in())
    text = typed(manuscript, step, request.form)

    def change(content: DraftContent) -> DraftContent:
        return replace(content, front=text.front, sections=text.sections, step=step)

    return redirect(address(manuscript.saved(change), step), 303)
