"""Records of other nodes as they are held here; each page says where its home is.

What a page says of its origin's age changes without a change of the catalogue, so these pages are not kept in memory.
"""

from http import HTTPStatus

from flask import Blueprint, Response, make_response, render_template, request, url_for

from app.catalogue import CatalogueEntry
from app.federation.harvest.models import Freshness
from app.identity import Action, may
from app.web.records import citation as citation_forms
from app.web.records.page import cite_as, render_record
from app.web.shell.access import services
from app.web.shell.answers import send_file
from app.web.shell.current import current_person
from app.web.shell.links import node_name
from app.web.shell.routing import page_address, permanent_address

blueprint = Blueprint("foreign", __name__)

RECORD = "/r/<origin:origin>/<record_id:record_id>"


@blueprint.get(RECORD)
def record(origin: str, record_id: str) -> Response:
    """Show the newest version that is held here."""
    entry = services().catalogue.head(record_id, origin)
    return cite_as(Response(render_record(entry, entry)), entry)


@blueprint.get(f"{RECORD}/v/<int(min=1, max=999999):ver>")
def version(origin: str, record_id: str, ver: int) -> Response:
    """Show exactly this version if it is the one that is held here; its home has all of them."""
    catalogue = services().catalogue
    newest = catalogue.head(record_id, origin)
    if ver != newest.ver:
        return _not_held(newest, ver)
    entry = catalogue.get(record_id, ver, origin)
    return cite_as(Response(render_record(entry, newest)), entry, ver)


@blueprint.get(f"{RECORD}/v/<int(min=1, max=999999):ver>/dateien/<file_name:name>")
def file(origin: str, record_id: str, ver: int, name: str) -> Response:
    """Send a file of a version that the worker has fetched; nothing is asked of anybody for it."""
    answer = send_file(services().catalogue.get(record_id, ver, origin), name)
    answer.add_etag()
    answer.headers["Cache-Control"] = "no-cache"
    answer.make_conditional(request)
    return answer


@blueprint.get(f"{RECORD}/v/<int(min=1, max=999999):ver>/zitat.<any({citation_forms.ENDINGS}):ending>")
def citation(origin: str, record_id: str, ver: int, ending: str) -> Response:
    """Hand out how to cite a version, for a program that keeps references; its address is the one at its home."""
    return citation_forms.send(services().catalogue.get(record_id, ver, origin), ending)


def _not_held(newest: CatalogueEntry, ver: int) -> Response:
    page = render_template(
        "records/not_held.html",
        ver=ver,
        record=services().catalogue.record(newest),
        href=page_address(newest),
        node=node_name(newest.origin),
        home=permanent_address(newest.id, ver, newest.origin),
    )
    return make_response(page, HTTPStatus.NOT_FOUND)


@blueprint.app_template_global("provenance_of")
class Provenance:
    """What the page says beside the text of a record held here; raises NotFound when nothing is known."""

    def __init__(self, entry: CatalogueEntry) -> None:
        self.held = held = services().harvest.records.entry(entry.origin, entry.id)
        old = held.home.freshness_at(services().clock()) is not Freshness.CONFIRMED
        self.unconfirmed = held.home.confirmed_at if old else None
        may_decide = may(current_person(), Action.MODERATE)
        self.moderate = url_for("moderation.record", origin=entry.origin, record_id=entry.id) if may_decide else ""
