"""Edits of one or two fields, one under the other: a look and a choice for each, and one button for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from app.identity import Action
from app.records.checks.persons import CONCERNS
from app.records.problem import Severity
from app.review.decision import Decision
from app.review.proposals.store import ProposalView
from app.review.submission import Conflicted, Rejected
from app.review.workflow import Step
from app.shared.errors import DomainError
from app.shared.wording import N_
from app.web.curating.decisions import STEPS, TEXT, onward, round_of
from app.web.curating.proposal import ROUND, ProposalChanges, allowed_actions, changes_of, examined
from app.web.curating.queue import blueprint, chosen, is_small_for, kept
from app.web.identity.words import names_of
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.errors import log_error, status_of
from app.web.shell.wording import _, error_words

__all__ = ["blueprint"]
SENT, CHOICE = "vorschlag", "wahl-"
"""Field with the ids of the proposals that were shown, and how the names of their choices begin."""
_MOST = 20
"""The number of edits on one page."""
_CHOICES = {
    "": N_("Later"),
    "veroeffentlichen": N_("Publish"),
    "freigeben": N_("Approve"),
    "erbitten": N_("Request a change"),
    "ablehnen": N_("Decline"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallEdit:
    """An edit with what it changes, in the language `lang`, and what may be chosen for it in words."""

    view: ProposalView
    changes: ProposalChanges
    lang: str
    choices: tuple[tuple[str, str], ...]


@blueprint.get("/kleine")
@requires(Action.CURATE)
def small_edits() -> Response:
    """Show the small edits that wait, each with what it changes."""
    return _page({})


@blueprint.post("/kleine")
@requires(Action.CURATE)
def decide_small_edits() -> Response:
    """Take in what was chosen and typed for each edit; what is refused comes back and hinders no other."""
    wrong, done = dict[str, str](), list[str]()
    for proposal_id in dict.fromkeys(request.form.getlist(SENT)):
        step = STEPS.get(request.form.get(f"{CHOICE}{proposal_id}", ""))
        text = request.form.get(f"{TEXT}{proposal_id}", "")
        if step is None and not text.strip():
            continue
        decision = Decision(step=step, round=round_of(f"{ROUND}-{proposal_id}"), remarks={"": text})
        try:
            outcome = services().review.curation.decide(proposal_id, signed_in(), decision)
        except DomainError as error:
            log_error(error, status_of(error))
            wrong[proposal_id] = error_words(error)
            continue
        if isinstance(outcome, Conflicted | Rejected):
            wrong[proposal_id] = _("It cannot be published as it stands. Please open the proposal.")
        else:
            done.append(proposal_id)
    return _page(wrong) if wrong else onward(done)


def _page(wrong: Mapping[str, str]) -> Response:
    edits = tuple(islice(_waiting(), _MOST))
    shown = {edit.view.proposal.id for edit in edits}
    text = render_template(
        "curating/small_edits.html",
        edits=edits,
        names=names_of(edit.view.proposal.author for edit in edits),
        wrong=wrong,
        # What is small no more, or decided meanwhile, gives back what was typed.
        gone=[(one, words, request.form.get(f"{TEXT}{one}")) for one, words in wrong.items() if one not in shown],
        typed=request.form,
        kept=kept(),
    )
    return make_response(text, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)


def _waiting() -> Iterator[SmallEdit]:
    """Yield the edits that one look is enough for: nothing about them is open, wrong or to be confirmed."""
    person, review = signed_in(), services().review
    for item in review.queue.queue(person, chosen()):
        if not is_small_for(item, person):
            continue
        view, texts = review.proposals.view(item.proposal.id, person), review.proposals.texts(item.proposal.id, person)
        steps = allowed_actions(view, review.proposals.change(item.proposal.id, person), person).steps
        hindrance, problems, _record = examined(view, person)
        is_clear = not any(one.severity is Severity.ERROR or one.code in CONCERNS for one in problems)
        if is_clear and not hindrance and texts.proposed and steps & {Step.APPROVE, Step.PUBLISH}:
            changes = changes_of(view, texts, services().schemas.kind(item.proposal.kind), since_last=False)
            # Who may publish does not only approve.
            offered = steps - {Step.APPROVE} if Step.PUBLISH in steps else steps
            choices = tuple((name, _(words)) for name, words in _CHOICES.items() if not name or STEPS[name] in offered)
            yield SmallEdit(view=view, changes=changes, lang=texts.proposed.lang, choices=choices)
