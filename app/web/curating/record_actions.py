"""What is done to a published record at once: still true, confirmed, withdrawn, restored."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from app.catalogue import CatalogueEntry, State
from app.identity import Action, may
from app.records.problem import InvalidRecord
from app.records.repository import PublishingStopped
from app.records.schema import KindSchema
from app.review.errors import RecordGone
from app.review.text.record_text import PERSONAL_DATA
from app.web.contributing.draft_editor import notation
from app.web.shell import caching
from app.web.shell.access import services
from app.web.shell.choices import choices, with_none_chosen
from app.web.shell.current import allowed, current_person, requires, signed_in
from app.web.shell.problems import status_of
from app.web.shell.routing import record_address
from app.web.shell.wording import _, error_words

blueprint = Blueprint("record_deeds", __name__, url_prefix="/<kind:kind>/<slug:slug>")
blueprint.before_request(caching.keep_private)

_LONGEST = 500
_BACK = "/ueberfaellig"
_SAID = "stimmt"


@blueprint.post("/stimmt-noch")
@requires(Action.SIGNED_IN)
def still_true(kind: KindSchema, slug: str) -> Response:
    """Say that everything still holds: a version of the same words with a new date."""
    services().review.records.confirm_current(kind.name, slug, signed_in())
    address = f"{record_address(kind.name, slug)}?{_SAID}=1"
    return redirect(f"{request.root_path}{_BACK}" if request.form.get("zurueck") == _BACK else address, 303)


@blueprint.post("/bestaetigen")
@requires(Action.CONFIRM)
def confirm(kind: KindSchema, slug: str) -> Response:
    """Confirm for the municipality what editors compiled."""
    services().catalogue.head_by_slug(kind.name, slug)
    services().review.records.confirm_record(kind.name, slug, signed_in())
    return redirect(record_address(kind.name, slug), 303)


@blueprint.get("/zurueckziehen")
@requires(Action.WITHDRAW)
def ask_withdrawal(kind: KindSchema, slug: str) -> FlaskResponse:
    """Ask why, before a record is withdrawn."""
    return _page(kind, slug)


@blueprint.post("/zurueckziehen")
@requires(Action.WITHDRAW)
def withdraw(kind: KindSchema, slug: str) -> Response:
    """Put a note in place of the record."""
    reason, note = request.form.get("grund", ""), request.form.get("hinweis", "").strip()
    successor = notation().reference(request.form.get("nachfolger", "").strip())
    if reason not in dict(choices("withdrawn.reason")):
        return _page(kind, slug, _("Please choose a reason."), HTTPStatus.UNPROCESSABLE_ENTITY, place="grund")
    if len(note) > _LONGEST:
        words = _(
            "Please shorten the sentence to %(limit)s characters; now it has %(actual)s.",
            limit=_LONGEST,
            actual=len(note),
        )
        return _page(kind, slug, words, HTTPStatus.UNPROCESSABLE_ENTITY, place="hinweis")
    try:
        services().review.records.withdraw_record(
            kind.name, slug, signed_in(), reason=reason, note=note, successor=successor or None
        )
    except InvalidRecord:
        words = _("Sentence or successor cannot be kept like this. A successor is the address of a page.")
        return _page(kind, slug, words, HTTPStatus.UNPROCESSABLE_ENTITY)
    except PublishingStopped as error:
        return _page(kind, slug, error_words(error), status_of(error))
    except RecordGone:
        pass
    return redirect(record_address(kind.name, slug), 303)


@blueprint.post("/wiederherstellen")
@requires(Action.WITHDRAW)
def restore(kind: KindSchema, slug: str) -> Response:
    """Bring the last text of a withdrawn record back."""
    services().review.records.restore(kind.name, slug, signed_in())
    return redirect(record_address(kind.name, slug), 303)


@blueprint.app_template_global()
def restore_address(entry: CatalogueEntry) -> str:
    """Return where the reader restores a withdrawn record, "" where they may not."""
    kind = services().schemas.kind(entry.kind)
    if entry.origin or not kind.listed or not may(current_person(), Action.WITHDRAW):
        return ""
    catalogue = services().catalogue
    if catalogue.withdrawal(entry).reason == PERSONAL_DATA:
        return ""
    if not any(one.state is State.PUBLISHED for one in catalogue.versions(entry.id)):
        return ""
    return url_for("record_deeds.restore", kind=kind, slug=entry.slug)


def _page(
    kind: KindSchema, slug: str, problem: str = "", status: HTTPStatus = HTTPStatus.OK, place: str = ""
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
    return make_response(text, status)
