# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A proposal that moved on while somebody was improving it: said in words, and decided field by field."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.identity import Action
from app.review.drafts.stale_drafts import DraftStatus
from app.review.errors import NotAllowed, RevisionOutdated
from app.review.model.submission import ConflictedField
from app.review.model.workflow import ProposalState
from app.review.text.record_text import FILE_PREFIX
from app.web.contributing.blueprint import blueprint
from app.web.contributing.draft_editor import DraftEditor, opened
from app.web.contributing.merge import TextChoice, TextSide, worded
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.wording import _

THEIRS = "andere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanwhile:
    """What happened to the proposal: a title, what follows from it, and where it is decided ("" for nowhere)."""

    title: str
    text: str
    href: str


def meanwhile(manuscript: DraftEditor) -> Meanwhile | None:
    """Return what happened to the proposal that a draft improves, None where nothing did."""
    standing = services().review.overtaken.standing(manuscript.draft)
    if standing is None:
        return None
    href = url_for("contribute.meet_newest", draft_id=manuscript.draft.id) if standing.must_meet else ""
    return Meanwhile(title=_title(standing), text=_what_follows(standing), href=href)


@blueprint.get("/<draft_id>/stand")
@requires(Action.PROPOSE)
def meet_newest(draft_id: str) -> Response | str:
    """Show what both changed since the draft began, to choose from."""
    manuscript = opened(draft_id)
    overtaken = services().review.overtaken
    standing = overtaken.standing(manuscript.draft)
    if standing is None or not standing.must_meet:
        return redirect(url_for("contribute.resume", draft_id=draft_id), 303)
    met = overtaken.meeting(manuscript.draft, signed_in())
    return render_template(
        "contributing/merge.html",
        manuscript=manuscript,
        stamp=standing.round,
        lead=_(
            "While you were writing, somebody else improved the same proposal. What only one of you changed is kept."
        ),
        theirs=_("The newest text of the proposal"),
        choices=tuple(_choice(manuscript, conflict) for conflict in met.conflicts),
    )


@blueprint.post("/<draft_id>/stand")
@requires(Action.PROPOSE)
def take_newest(draft_id: str) -> Response:
    """Bring both together by the author's choices; the draft then goes on from the newest text."""
    manuscript = opened(draft_id)
    overtaken = services().review.overtaken
    standing = overtaken.standing(manuscript.draft)
    # A choice is about the text that was shown; when it changed once more, the page comes again.
    if standing is not None and standing.must_meet and request.form.get("stand") == str(standing.round):
        theirs = {name for name, value in request.form.items() if value == THEIRS}
        version = manuscript.draft.version
        with suppress(RevisionOutdated):
            overtaken.catch_up(draft_id, manuscript.person, version, newest=standing.round, theirs=theirs)
    return redirect(url_for("contribute.meet_newest", draft_id=draft_id), 303)


def on_its_own(manuscript: DraftEditor) -> str:
    """Let a draft whose proposal is over be sent as a proposal of its own; return in words what is to be done now."""
    try:
        services().review.overtaken.stand_alone(manuscript.draft.id, manuscript.person)
    except RevisionOutdated:
        return _("First bring your text together with the one that was published.")
    except NotAllowed:
        return _("Its author took the proposal back, so this text cannot be sent. Copy what you need from it.")
    return _(
        "The proposal that you wanted to improve was decided on in the meantime. Your text is a draft of its own now:"
        " send it once more, and it becomes a new proposal."
    )


def _title(standing: DraftStatus) -> str:
    return {
        ProposalState.PUBLISHED: _("The proposal that you are improving was published meanwhile"),
        ProposalState.DECLINED: _("The proposal that you are improving was declined meanwhile"),
        ProposalState.WITHDRAWN: _("The proposal that you are improving was taken back meanwhile"),
    }.get(standing.state) or _("The proposal that you are improving has a newer text meanwhile")


def _what_follows(standing: DraftStatus) -> str:
    if standing.state.is_open:
        return _("Before you send, decide what should stand where both of you changed the same.")
    if standing.is_taken_back:
        return _("Its author took the proposal back, so this text cannot be sent. Copy what you need from it.")
    return _("You can go on writing. What you send becomes a new proposal.")


def _choice(manuscript: DraftEditor, conflict: ConflictedField) -> TextChoice:
    found = worded(manuscript, conflict.key, conflict.proposed, conflict.published)
    if not conflict.key.startswith(FILE_PREFIX):
        return found
    mine = _("the file of your draft") if conflict.proposed else ""
    theirs = _("the file of the newest text") if conflict.published else ""
    return replace(found, mine=TextSide(text=mine), published=TextSide(text=theirs))
