"""Solutions for software catalogues: publiccode.yml for each, and a catalogue of their users (/v1)."""

from itertools import islice
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from app.catalogue import CatalogueEntry, RecordNotFound
from app.kickoff.offers import SOLUTION
from app.records.record import Record
from app.reuse.front_matter import group
from app.reuse.publiccode import publiccode
from app.web.doors.api import Json, described
from app.web.doors.parameters import QueryParameters
from app.web.responses.beside_record import users_of
from app.web.shell.access import services
from app.web.shell.answers import open_data, open_json
from app.web.shell.errors import ParameterError, ParametersInvalid
from app.web.shell.routing import is_record_id, own_addresses, permanent_address

blueprint = Blueprint("software", __name__)
MAX_SIZE = 100
MAX_URL = 400
_SIZE, _AFTER, _URL = "page[size]", "page[after]", "url"


@blueprint.get("/loesungen/<slug:slug>/publiccode.yml")
def file(slug: str) -> Response:
    """Return the publiccode.yml of a solution, as repositories contain it."""
    catalogue = services().catalogue
    entry = catalogue.head_by_slug(SOLUTION, slug)
    text = _publiccode(entry, catalogue.record(entry))
    return open_data(Response(text, content_type="application/yaml; charset=utf-8"))


@blueprint.get("/v1/software")
def listed() -> Response:
    """List the readable solutions of this node, ordered by identifier."""
    parameters = QueryParameters(request.args, {_SIZE, _AFTER, _URL})
    size = parameters.number(_SIZE, 25, MAX_SIZE)
    after, wanted = parameters.text(_AFTER, 36).lower(), parameters.text(_URL, MAX_URL)
    parameters.check()
    if _AFTER in request.args and not is_record_id(after):
        raise ParametersInvalid([ParameterError(parameter=_AFTER, message="is no identifier", accepted="a UUID")])
    catalogue = services().catalogue
    read = ((entry, catalogue.readable(entry)) for entry in catalogue.in_turn(catalogue.own.by_id([SOLUTION], after)))
    found = list(islice(((e, r) for e, r in read if r and (not wanted or wanted in _source_addresses(e, r))), size + 1))
    more = {_SIZE: size, _AFTER: found[size - 1][0].id, **({_URL: wanted} if wanted else {})} if found[size:] else {}
    links = {"prev": None, "next": f"?{urlencode(more)}" if more else None}
    return open_json({"data": [_described(*solution) for solution in found[:size]], "links": links})


@blueprint.get("/v1/software/<record_id>")
def one(record_id: str) -> Response:
    """Return one solution."""
    entry = services().catalogue.head(record_id)
    if entry.kind != SOLUTION:
        raise RecordNotFound(record_id)
    return open_json(_described(entry, services().catalogue.record(entry)))


def _described(entry: CatalogueEntry, record: Record) -> Json:
    url, *aliases = _source_addresses(entry, record)
    users = [
        {
            "name": response.place.name,
            "state": response.place.state,
            "officialKey": response.place.ars,
            "since": response.since,
            "confirmedAt": response.at.isoformat(),
            "confirmation": permanent_address(response.record_id, origin=response.origin),
        }
        for response in users_of(entry.id)
    ]
    return {
        "id": entry.id,
        "url": url,
        "aliases": aliases,
        "publiccodeYml": _publiccode(entry, record),
        "active": True,
        "usedBy": users,
        "landingURL": own_addresses().page(entry.kind, entry.slug),
        "createdAt": services().catalogue.versions(entry.id)[0].at.isoformat(),
        "updatedAt": entry.at.isoformat(),
    }


def _source_addresses(entry: CatalogueEntry, record: Record) -> list[str]:
    """Return the address of the source code, if known, and that of the record."""
    code = group(record, "repository").get("url")
    return [*([str(code)] if code else []), own_addresses().permanent(entry.id)]


def _publiccode(entry: CatalogueEntry, record: Record) -> str:
    addresses = own_addresses()
    return publiccode(record, addresses.page(entry.kind, entry.slug), addresses.version(entry.id, entry.ver))


@blueprint.get("/v1/openapi.json")
def description() -> Response:
    """Return the OpenAPI 3.1 description of this interface."""
    return open_json({**described("software.yaml"), "servers": [{"url": f"{services().settings.issuer}/v1"}]})
