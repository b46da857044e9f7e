"""Records of other nodes as they are held here; each page says where its home is.

What a page says of its origin's age changes without a change of the catalogue, so these pages are not kept in memory.
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, render_template, request, url_for

from app.catalogue import CatalogueEntry, RecordNotFound, State
from app.federation.harvest.models import Audit, HeldVersion, KnownIssuer
from app.identity import Action, may
from app.web.network.contacts import contact_of
from app.web.records import citation as citation_forms
from app.web.records.page import cite_as, render_record
from app.web.records.permanent import difference_page
from app.web.shell.access import services
from app.web.shell.answers import JOSE, send, send_file
from app.web.shell.current import current_person
from app.web.shell.formats import moment
from app.web.shell.links import node_name
from app.web.shell.routing import difference_address, page_address, permanent_address
from app.web.shell.wording import _

blueprint = Blueprint("foreign", __name__)

RECORD = "/r/<origin:origin>/<record_id:record_id>"


@blueprint.get(RECORD)
def record(origin: str, record_id: str) -> Response:
    """Show the newest version that is held here."""
    entry = services().catalogue.head(record_id, origin)
    return cite_as(Response(render_record(entry, entry)), entry)


@blueprint.get(f"{RECORD}/v/<int(min=1, max=999999):ver>")
def version(origin: str, record_id: str, ver: int) -> Response:
    """Show exactly this version while it is held here; its home has all of them."""
    catalogue = services().catalogue
    newest = catalogue.head(record_id, origin)
    if ver not in _held(origin, record_id):
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


@blueprint.get(f"{RECORD}/vergleich")
def difference(origin: str, record_id: str) -> str:
    """Show what changed between the versions that are held here."""
    catalogue = services().catalogue
    head = catalogue.head(record_id, origin)
    held = _held(origin, record_id)
    found = [one for one in catalogue.versions(record_id, origin) if one.ver in held and one.state is State.PUBLISHED]
    return difference_page(head, found)


@blueprint.get(f"{RECORD}.jws")
def statement(origin: str, record_id: str) -> Response:
    """Send the newest signed statement as it was received; of a withdrawn record its withdrawal."""
    held = services().federation.held
    item = held.items.get(origin, record_id)
    if item is None:
        raise RecordNotFound(record_id)
    return send(held.jws(item).encode("ascii"), JOSE)


def _held(origin: str, record_id: str) -> frozenset[int]:
    """Return the versions whose statements are kept, whatever of the others is still in memory."""
    return frozenset(version.ver for version in services().harvest.records.entry(origin, record_id).versions)


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
    """What the page says beside the text of a version held here; raises NotFound when nothing is known."""

    def __init__(self, entry: CatalogueEntry) -> None:
        self.held = held = services().harvest.records.entry(entry.origin, entry.id)
        self.contact = contact = contact_of(entry.origin)
        self.version = next((one for one in held.versions if one.ver == entry.ver), held.versions[0])
        since = contact.unreachable_since
        self.unreachable = _("The origin cannot be reached since %(at)s.", at=moment(since)) if since else ""
        self.audit = _audit(contact.issuer)
        before, newest = held.versions[min(1, len(held.versions) - 1)].ver, held.versions[0].ver
        # Where the two last versions are compared.
        self.difference = "" if before == newest else difference_address(entry.id, before, newest, entry.origin)
        may_decide = may(current_person(), Action.MODERATE)
        self.moderate = url_for("moderation.record", origin=entry.origin, record_id=entry.id) if may_decide else ""

    def way(self, version: HeldVersion) -> str:
        """Return whom a version passed on its way here, the last one first; the home itself last."""
        home = self.held.home.issuer
        if version.via == home:
            return _("directly from its home")
        hosts = (urlsplit(hop.base_url).netloc for hop in version.way[1:])
        before = [_("before that %(site)s", site=host) for host in hosts if host and host != home.origin]
        return ", ".join([_("by way of %(site)s", site=node_name(version.via.origin)), *before])


def _audit(issuer: KnownIssuer | None) -> str:
    if issuer is None or issuer.audited_at is None:
        return _("Not compared with the origin yet.")
    at = moment(issuer.audited_at)
    if issuer.audit is Audit.OK:
        return _("Compared with the origin on %(at)s: nothing is missing here and nothing is out of date.", at=at)
    if issuer.audit is Audit.MISMATCH:
        return _("Compared with the origin on %(at)s: something held here contradicts what the origin says.", at=at)
    return _("Compared with the origin on %(at)s: something is still missing here and will be fetched.", at=at)
