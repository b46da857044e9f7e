"""Copies of other nodes' records; each page names its home node.

These pages are not cached: the age of a copy changes without a change of the catalogue.
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
    """Show the newest version that this node has."""
    entry = services().catalogue.head(record_id, origin)
    return cite_as(Response(render_record(entry, entry)), entry)


@blueprint.get(f"{RECORD}/v/<int(min=1, max=999999):ver>")
def version(origin: str, record_id: str, ver: int) -> Response:
    """Show this version if this node has it; the home node has all of them."""
    catalogue = services().catalogue
    newest = catalogue.head(record_id, origin)
    if ver != newest.ver:
        return _not_held(newest, ver)
    entry = catalogue.get(record_id, ver, origin)
    return cite_as(Response(render_record(entry, newest)), entry, ver)


@blueprint.get(f"{RECORD}/v/<int(min=1, max=999999):ver>/dateien/<file_name:name>")
def file(origin: str, record_id: str, ver: int, name: str) -> Response:
    """Send a file of a version if the worker has fetched it; the request itself fetches nothing."""
    answer = send_file(services().catalogue.get(record_id, ver, origin), name)
    answer.add_etag()
    answer.headers["Cache-Control"] = "no-cache"
    answer.make_conditional(request)
    return answer


@blueprint.get(f"{RECORD}/v/<int(min=1, max=999999):ver>/zitat.<any({citation_forms.ENDINGS}):ending>")
def citation(origin: str, record_id: str, ver: int, ending: str) -> Response:
    """Send the citation of a version with its address at the home node, for a reference manager."""
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
    """The origin of a copy, for its page; raises NotFound if nothing is known of it."""

    def __init__(self, entry: CatalogueEntry) -> None:
        self.held = held = services().harvest.records.entry(entry.origin, entry.id)
        old = held.home.freshness_at(services().clock()) is not Freshness.CONFIRMED
        self.unconfirmed = held.home.confirmed_at if old else None
        may_decide = may(current_person(), Action.MODERATE)
        self.moderate = url_for("moderation.record", origin=entry.origin, record_id=entry.id) if may_decide else ""
