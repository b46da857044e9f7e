"""Where one begins: with an empty form, a record of others, a memo, or what was typed into a draft that is gone."""

from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.identity import Action
from app.kickoff.memo.memo import MemoInvalid, MemoNotFound, ReuseMemo
from app.records.record import Record
from app.records.schema import KindSchema, SchemaError
from app.review.drafts.start import MemoStart
from app.review.models import Draft, RemarkKind
from app.web.contributing.attachments import content_of
from app.web.contributing.blueprint import blueprint
from app.web.contributing.draft_editor import editor_of, entries_asked, opened, progress, step_address
from app.web.contributing.form.controls import control_id
from app.web.contributing.form.steps import STEPS, step_of
from app.web.memo.page import load_kept
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.formats import number
from app.web.shell.language import current_language
from app.web.shell.routing import page_address
from app.web.shell.site import KIND_ORDER
from app.web.shell.wording import _

KINDS = ("case-study", "solution", "concept", "organisation", "question", "collection")
"""What can be written in the form, in the order in which it is offered."""


def memo_start(memo: ReuseMemo) -> MemoStart:
    """Return problem, goals and constraints of a memo; what was looked at before stays behind."""
    situation = memo.situation
    return MemoStart(
        title=memo.question[:100],
        problem="\n\n".join(text for text in (memo.occasion.strip(), memo.question.strip()) if text),
        goals=tuple(text for text in (memo.conclusion.strip(),) if text),
        constraints=tuple(_constraints(memo)),
        topics=(situation.topic,) if situation.topic else (),
    )


def _constraints(memo: ReuseMemo) -> Iterator[str]:
    situation = memo.situation
    if situation.months:
        yield _("Time: %(count)s months", count=situation.months)
    if situation.budget:
        yield _("Money: %(amount)s euros", amount=number(situation.budget))
    if situation.staff:
        yield _("Staff: %(count)s full-time posts", count=number(situation.staff))
    if situation.open_source_only:
        yield _("Open source only")


@blueprint.get("")
@requires(Action.PROPOSE)
def start() -> str:
    """Offer the ways to begin, and one's drafts to go on with."""
    return start_page()


@blueprint.post("")
@requires(Action.PROPOSE)
def begin() -> BaseResponse:
    """Begin with an empty form."""
    kind = request.form.get("art", "")
    if kind not in KINDS:
        raise SchemaError(kind)
    return _go(services().review.drafts.start_empty(kind, signed_in()))


HERE, ELSEWHERE = "/nach/<kind:kind>/<slug:slug>", "/nach/r/<origin:origin>/<record_id:record_id>"
"""Where a record of this site or of another one is followed by one of one's own („Haben wir auch gemacht“)."""


@blueprint.get(HERE)
@blueprint.get(ELSEWHERE)
@requires(Action.PROPOSE)
def ask_alike(kind: KindSchema | None = None, slug: str = "", origin: str = "", record_id: str = "") -> str:
    """Ask before a record of one's own is begun after another one."""
    catalogue = services().catalogue
    return _ask(published(kind, slug) if kind else catalogue.record(catalogue.head(record_id, origin)))


@blueprint.post(HERE)
@blueprint.post(ELSEWHERE)
@requires(Action.PROPOSE)
def begin_alike(kind: KindSchema | None = None, slug: str = "", origin: str = "", record_id: str = "") -> BaseResponse:
    """Begin a record of one's own that names the other one, one of another site by its permanent address."""
    drafts = services().review.drafts
    if kind:
        return _go(drafts.start_from_record(kind.name, slug, signed_in()))
    head = services().catalogue.head(record_id, origin)
    return _go(drafts.start_from_foreign(services().federation.held.sub_of(head.origin, head.id), signed_in()))


@blueprint.get("/aendern/<kind:kind>/<slug:slug>")
@requires(Action.PROPOSE)
def ask_edit(kind: KindSchema, slug: str) -> str:
    """Ask before a published record is edited."""
    return _ask(published(kind, slug), editing=True)


@blueprint.post("/aendern/<kind:kind>/<slug:slug>")
@requires(Action.PROPOSE)
def begin_edit(kind: KindSchema, slug: str) -> BaseResponse:
    """Edit a published record; readers see the change only after review."""
    return _go(services().review.drafts.start_edit(kind.name, slug, signed_in()))


def begin_revision(proposal_id: str) -> BaseResponse:
    """Improve an open proposal, beginning where the first change was asked for."""
    person = signed_in()
    draft = services().review.drafts.start_from_proposal(proposal_id, person)
    view = services().review.proposals.view(proposal_id, person)
    editor = editor_of(draft, person)
    asked = [one for one in view.open_remarks if one.kind is RemarkKind.CHANGE_REQUEST]
    places = [(one.at, number, step, one.field) for one in asked for number, step in enumerate(STEPS)]
    for _at, _number, step, field in sorted(places):
        if step == step_of(editor.kind, field):
            return redirect(f"{step_address(editor, step)}#{control_id(field)}", 303)
    return _go(draft)


@blueprint.post("/vermerk")
@requires(Action.PROPOSE)
def begin_from_memo() -> BaseResponse:
    """Begin with what a reuse memo says: its link, or its file."""
    file, link = request.files.get("memodatei"), request.form.get("memolink", "").strip()
    try:
        if file is not None and file.filename:
            memo = services().memos.form.from_json(content_of(file))
        else:
            # The last part of its address, however it was copied.
            memo = load_kept(urlsplit(link).path.rstrip("/").rpartition("/")[2]).memo
    except MemoNotFound:
        words = _("No memo is kept under this link (any more). Please use its file, which ends with .json.")
    except MemoInvalid:
        words = _("This file is no memo. Only the file that ends with .json works, not ODT, DOCX or PDF.")
    else:
        return _go(services().review.drafts.start_from_memo(memo_start(memo), signed_in()))
    return make_response(start_page(memo_problem=words), HTTPStatus.UNPROCESSABLE_ENTITY)


@blueprint.get("/<draft_id>/loeschen")
@requires(Action.PROPOSE)
def ask_deletion(draft_id: str) -> str:
    """Ask before a draft is forgotten."""
    return render_template("contributing/delete.html", editor=opened(draft_id))


@blueprint.post("/<draft_id>/loeschen")
@requires(Action.PROPOSE)
def delete(draft_id: str) -> BaseResponse:
    """Forget a draft at once."""
    services().review.drafts.delete(draft_id, signed_in())
    return redirect(url_for("contribute.start"), 303)


def _ask(record: Record, *, editing: bool = False) -> str:
    return render_template("contributing/begin.html", record=record, href=page_address(record), editing=editing)


def start_page(*, report_problem: str = "", memo_problem: str = "") -> str:
    """Return the page with the ways to begin, and what is wrong with the file or the link that was sent."""
    person, kinds = signed_in(), [services().schemas.kind(name) for name in KINDS]
    return render_template(
        "contributing/start.html",
        kinds=sorted(kinds, key=lambda kind: KIND_ORDER.get(kind.name, 9)),
        labels=[(kind.name, kind.label(current_language())) for kind in kinds],
        drafts=[(draft, progress(editor_of(draft, person)).words) for draft in services().review.drafts.mine(person)],
        asked=entries_asked(),
        proposals=services().review.queue.mine(person),
        report_problem=report_problem,
        memo_problem=memo_problem,
    )


def _go(draft: Draft) -> BaseResponse:
    return redirect(url_for("contribute.resume", draft_id=draft.id), 303)


def published(kind: KindSchema, slug: str) -> Record:
    """Return what is published at an address; raises RecordNotFound and RecordWithdrawn."""
    return services().catalogue.record(services().catalogue.head_by_slug(kind.name, slug))
