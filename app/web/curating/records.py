"""Published records for curators: overdue ones, duplicates, and confirming, withdrawing and restoring at once."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from app.catalogue import CatalogueEntry, RecordNotFound, State
from app.identity import Action, may
from app.records.problem import InvalidRecord
from app.records.record import Record
from app.records.repository import PublishingStopped
from app.records.schema import KindSchema
from app.review.errors import RecordGone
from app.review.queue import Freshness, days_late, freshness
from app.review.text.record_text import PERSONAL_DATA
from app.web.compare.table import address
from app.web.contributing.draft_editor import notation
from app.web.shell import formats, page_cache
from app.web.shell.access import services
from app.web.shell.current import allowed, current_person, requires, signed_in
from app.web.shell.errors import status_of
from app.web.shell.links import node_name
from app.web.shell.routing import page_address, record_address
from app.web.shell.shown import Link
from app.web.shell.wording import _, choices, error_words, ngettext, with_none_chosen

blueprint = Blueprint("curated", __name__)
blueprint.before_request(page_cache.keep_private)

RECORD = "/<kind:kind>/<slug:slug>"
MAX_NOTE_LENGTH = 500
OVERDUE = "/ueberfaellig"


@blueprint.get(OVERDUE)
@requires(Action.CURATE)
def overdue() -> str:
    """List the records that one looks after and that are or soon will be overdue, the longest first."""
    person, today = signed_in(), services().clock().date()
    every = services().review.overdue.overdue(today, including_due=True)
    about = services().review.records.subject_of
    found = [record for record in every if may(person, Action.CURATE, about(record))]
    return render_template(
        "curating/overdue.html",
        late=[record for record in found if days_late(record.review_by, today) > 0],
        due=[record for record in found if days_late(record.review_by, today) <= 0],
        kinds=services().schemas,
        address=record_address,
    )


@blueprint.app_template_filter()
def overdue_words(record: Record) -> str:
    """Return how late a record is."""
    due = _("to be looked at by %(date)s", date=formats.day(record.review_by))
    today = services().clock().date()
    days = days_late(record.review_by, today)
    if days <= 0:
        return due
    late = ngettext("%(num)s day late", "%(num)s days late", days)
    archived = freshness(record.review_by, today) is Freshness.ARCHIVED
    return ", ".join((due, late, _("in the archive"))) if archived else f"{due}, {late}"


@blueprint.get("/doppelt")
@requires(Action.CURATE)
def twins() -> str:
    """List the records that one looks after and that another site may tell as well."""
    person, about = signed_in(), services().review.records.subject_of
    pairs = [
        {"own": _link(own), "other": _link(other), "site": node_name(other.origin), "compare": address((own, other))}
        for own, other in _readable(services().neighbours.twins())
        if may(person, Action.CURATE, about(own))
    ]
    return render_template("curating/twins.html", pairs=pairs)


def twins_of(record: Record) -> tuple[Link, ...]:
    """Return the records of other sites that may be about the same as an own one."""
    return tuple(
        Link(label=f"{other.title} · {node_name(other.origin)}", href=page_address(other), lang=other.lang)
        for _own, other in _readable(services().neighbours.twins(record))
    )


def _link(record: Record) -> Link:
    return Link(label=record.title, href=page_address(record), lang=record.lang)


def _readable(pairs: list[tuple[CatalogueEntry, CatalogueEntry]]) -> Iterator[tuple[Record, Record]]:
    catalogue = services().catalogue
    for own, other in pairs:
        try:
            yield catalogue.record(own), catalogue.record(other)
        except (InvalidRecord, RecordNotFound):
            # One damaged record must not take the page from all others; `erfahrungsnetz doctor` names it.
            continue


@blueprint.post(f"{RECORD}/stimmt-noch")
@requires(Action.SIGNED_IN)
def still_true(kind: KindSchema, slug: str) -> Response:
    """Say that everything still holds: a version of the same words with a new date."""
    services().review.records.confirm_current(kind.name, slug, signed_in())
    if request.form.get("zurueck") == OVERDUE:
        return redirect(url_for("curated.overdue"), 303)
    return redirect(f"{record_address(kind.name, slug)}?stimmt=1", 303)


@blueprint.post(f"{RECORD}/bestaetigen")
@requires(Action.CONFIRM)
def confirm(kind: KindSchema, slug: str) -> Response:
    """Confirm for the municipality what editors compiled."""
    services().catalogue.head_by_slug(kind.name, slug)
    services().review.records.confirm_record(kind.name, slug, signed_in())
    return redirect(record_address(kind.name, slug), 303)


@blueprint.get(f"{RECORD}/zurueckziehen")
@requires(Action.WITHDRAW)
def ask_withdrawal(kind: KindSchema, slug: str) -> FlaskResponse:
    """Ask why, before a record is withdrawn."""
    return _withdrawal_page(kind, slug)


@blueprint.post(f"{RECORD}/zurueckziehen")
@requires(Action.WITHDRAW)
def withdraw(kind: KindSchema, slug: str) -> Response:
    """Put a note in place of the record."""
    reason, note = request.form.get("grund", ""), request.form.get("hinweis", "").strip()
    successor = notation().reference(request.form.get("nachfolger", "").strip())
    if reason not in dict(choices("withdrawn.reason")):
        return _withdrawal_page(kind, slug, _("Please choose a reason."), place="grund")
    if len(note) > MAX_NOTE_LENGTH:
        words = _(
            "Please shorten the sentence to %(limit)s characters; now it has %(actual)s.",
            limit=MAX_NOTE_LENGTH,
            actual=len(note),
        )
        return _withdrawal_page(kind, slug, words, place="hinweis")
    try:
        services().review.records.withdraw_record(
            kind.name, slug, signed_in(), reason=reason, note=note, successor=successor or None
        )
    except InvalidRecord:
        words = _("Sentence or successor cannot be kept like this. A successor is the address of a page.")
        return _withdrawal_page(kind, slug, words)
    except PublishingStopped as error:
        return _withdrawal_page(kind, slug, error_words(error), status_of(error))
    except RecordGone:
        pass
    return redirect(record_address(kind.name, slug), 303)


@blueprint.post(f"{RECORD}/wiederherstellen")
@requires(Action.WITHDRAW)
def restore(kind: KindSchema, slug: str) -> Response:
    """Bring the last text of a withdrawn record back."""
    services().review.records.restore(kind.name, slug, signed_in())
    return redirect(record_address(kind.name, slug), 303)


@blueprint.app_template_global()
def restore_address(entry: CatalogueEntry) -> str:
    """Return where the reader restores a withdrawn record, "" where they may not."""
    kind, catalogue = services().schemas.kind(entry.kind), services().catalogue
    if entry.origin or not kind.listed or not may(current_person(), Action.WITHDRAW):
        return ""
    if catalogue.withdrawal(entry).reason == PERSONAL_DATA:
        return ""
    if not any(one.state is State.PUBLISHED for one in catalogue.versions(entry.id)):
        return ""
    return url_for("curated.restore", kind=kind, slug=entry.slug)


def _withdrawal_page(
    kind: KindSchema,
    slug: str,
    problem: str = "",
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
    place: str = "",
) -> FlaskResponse:
    record = services().catalogue.record(services().catalogue.head_by_slug(kind.name, slug))
    allowed(Action.WITHDRAW, services().review.records.subject_of(record))
    text = render_template(
        "curating/withdraw.html",
        record=record,
        kind=kind,
        href=record_address(kind.name, slug),
        problem=problem,
        place=place,
        reasons=with_none_chosen(choices("withdrawn.reason")),
        typed=request.form,
    )
    return make_response(text, status if problem else HTTPStatus.OK)
