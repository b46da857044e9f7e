# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is said and decided about a proposal: each a form of its page, and the same page when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from app.identity import Action, Person
from app.records.fields import BODY_PREFIX
from app.review.errors import QuotaReached, Unconfirmed
from app.review.model.submission import Conflicted, Published
from app.review.model.workflow import Unsettled
from app.shared.errors import DomainError
from app.web.curating.changes import anchor_of
from app.web.curating.proposal import CONFIRMATION, DECLINE, DISCUSSION, page
from app.web.curating.queue import blueprint
from app.web.curating.words import REFUSALS, Typed, refusal, wrong_text
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.errors import status_of
from app.web.shell.wording import _

TEXT, FIELD, ROUND = "text", "feld", "runde"
FILES = "files"
"""The pictures and files of a record, which are discussed like a field."""
REQUEST = "erbitten"
"""Value of the button that turns a remark into a request for a change."""


@blueprint.post("/<proposal_id>/bemerkung")
@requires(Action.DISCUSS)
def comment(proposal_id: str) -> Response:
    """Say something about the whole or one field; by another button it asks the author for a change."""
    field, text = _field(proposal_id), request.form.get(TEXT, "")
    curation = services().review.curation

    def say(person: Person) -> None:
        if request.form.get("tun") == REQUEST:
            curation.request_changes(proposal_id, person, text, round=_round(), field=field)
        else:
            curation.comment(proposal_id, person, text, field)

    return _done(proposal_id, say, form=field or DISCUSSION, fragment=anchor_of(field) if field else DISCUSSION)


@blueprint.post("/<proposal_id>/bemerkung/<remark_id>")
@requires(Action.DISCUSS)
def settle(proposal_id: str, remark_id: str) -> Response:
    """Call a remark done, or open again."""
    settled = request.form.get("erledigt") == "1"

    def call(person: Person) -> None:
        services().review.curation.settle(proposal_id, person, remark_id, settled=settled)

    return _done(proposal_id, call, fragment=DISCUSSION)


@blueprint.post("/<proposal_id>/freigeben")
@requires(Action.REVIEW)
def approve(proposal_id: str) -> Response:
    """Stand for the text that was read."""
    return _done(proposal_id, lambda person: services().review.curation.approve(proposal_id, person, round=_round()))


@blueprint.post("/<proposal_id>/ablehnen")
@requires(Action.REVIEW)
def decline(proposal_id: str) -> Response:
    """Decline with a reason that the author reads."""
    reason = request.form.get(TEXT, "")
    return _done(
        proposal_id, lambda person: services().review.curation.decline(proposal_id, person, reason), form=DECLINE
    )


@blueprint.post("/<proposal_id>/veroeffentlichen")
@requires(Action.PUBLISH)
def publish(proposal_id: str) -> Response:
    """Publish what was approved; where others changed the same field meanwhile, go on to deciding between both."""
    outcome: list[object] = []
    confirmed = {what for what in Unsettled if what in request.form.getlist(CONFIRMATION)}

    def put(person: Person) -> None:
        outcome.append(services().review.curation.publish(proposal_id, person, confirmed))

    answer = _done(proposal_id, put)
    if not outcome or isinstance(outcome[0], Published):
        return answer
    if isinstance(outcome[0], Conflicted):
        return redirect(url_for("proposals.conflicts", proposal_id=proposal_id), 303)
    words = _("The checks below found something that has to be mended first.")
    return page(proposal_id, problem=words, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@blueprint.post("/<proposal_id>/zuruecknehmen")
@requires(Action.PROPOSE)
def withdraw(proposal_id: str) -> Response:
    """Take one's own proposal back; its text is a draft again."""
    return _done(proposal_id, lambda person: services().review.proposals.withdraw(proposal_id, person))


def _done(proposal_id: str, deed: Callable[[Person], object], *, form: str = "", fragment: str = "stand") -> Response:
    """Do it and go back to the page; a refusal is answered with the page, the reason and everything typed."""
    try:
        deed(signed_in())
    except REFUSALS as error:
        return refused(proposal_id, error, form)
    return redirect(url_for("proposals.proposal", proposal_id=proposal_id, _anchor=fragment), 303)


def refused(proposal_id: str, error: DomainError, form: str = "", others: tuple[tuple[str, str], ...] = ()) -> Response:
    """Answer with the page of the proposal and why the step was refused; raises ProposalNotFound."""
    form = CONFIRMATION if isinstance(error, Unconfirmed) else form
    typed = Typed(form=form, text=request.form.get(TEXT, ""), wrong=wrong_text(error), others=others)
    answer = page(proposal_id, problem=refusal(error), typed=typed, status=status_of(error))
    if isinstance(error, QuotaReached):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _field(proposal_id: str) -> str:
    """Return which field is meant, "" for the whole and for whatever is no field of such a record."""
    field = request.form.get(FIELD, "")
    kind = services().schemas.kind(services().review.proposals.view(proposal_id, signed_in()).proposal.kind)
    is_section = field.startswith(BODY_PREFIX) and kind.section(field.removeprefix(BODY_PREFIX)) is not None
    return field if is_section or field in kind.by_key or field == FILES else ""


def _round() -> int:
    number = request.form.get(ROUND, "")
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        abort(400)
    return int(number)
