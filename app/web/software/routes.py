"""Where catalogues of software fetch the solutions of this node."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, request

from app.catalogue import CatalogueEntry, RecordNotFound
from app.kickoff.offers import SOLUTION
from app.records.record import Record
from app.reuse.front_matter import group
from app.reuse.publiccode import publiccode
from app.review.responses.response import Response as Said
from app.web.api.parameters import QueryParameters
from app.web.responses.use import users_of
from app.web.shell.access import services
from app.web.shell.answers import open_data, open_json
from app.web.shell.problems import ParameterError, ParametersInvalid, answer_with_problems
from app.web.shell.routing import own_addresses, permanent_address
from app.web.software.description import MAX_SIZE, MAX_URL, Json, document

blueprint = Blueprint("software", __name__)
answer_with_problems(blueprint)
_SIZE, _AFTER, _URL = "page[size]", "page[after]", "url"


@blueprint.get("/loesungen/<slug:slug>/publiccode.yml")
def file(slug: str) -> Response:
    """Describe a solution in a file as repositories hold it."""
    catalogue = services().catalogue
    entry = catalogue.head_by_slug(SOLUTION, slug)
    text = _publiccode(entry, catalogue.record(entry))
    return open_data(Response(text, content_type="application/yaml; charset=utf-8"))


@blueprint.get("/v1/software")
def listed() -> Response:
    """List the solutions of this node that can be read, by their identifier."""
    parameters = QueryParameters(request.args, {_SIZE, _AFTER, _URL})
    size = parameters.number(_SIZE, 25, MAX_SIZE)
    after, wanted = parameters.text(_AFTER, 36), parameters.text(_URL, MAX_URL)
    parameters.check()
    if _AFTER in request.args and not _is_id(after):
        raise ParametersInvalid([ParameterError(parameter=_AFTER, message="is no identifier", accepted="a UUID")])
    found = list(islice(_after(after.lower(), wanted), size + 1))
    shown = found[:size]
    more = {_SIZE: size, _AFTER: shown[-1][0].id, **({_URL: wanted} if wanted else {})} if len(found) > size else {}
    links = {"prev": None, "next": f"?{urlencode(more)}" if more else None}
    return open_json({"data": [_told(*solution) for solution in shown], "links": links})


@blueprint.get("/v1/software/<record_id>")
def one(record_id: str) -> Response:
    """Show one solution."""
    entry = services().catalogue.head(record_id)
    if entry.kind != SOLUTION:
        raise RecordNotFound(record_id)
    return open_json(_told(entry, services().catalogue.record(entry)))


@blueprint.get("/v1/openapi.json")
def description() -> Response:
    """Describe this interface after OpenAPI 3.1."""
    return open_json(document(services().settings.issuer))


def _after(last: str, url: str) -> Iterator[tuple[CatalogueEntry, Record]]:
    """Yield the own solutions whose identifier comes after `last`, those with this address if there is one."""
    catalogue = services().catalogue
    for entry in catalogue.in_turn(catalogue.own.by_id([SOLUTION], last)):
        record = catalogue.readable(entry)
        if record and (not url or url in _addresses(entry, record)):
            yield entry, record


def _told(entry: CatalogueEntry, record: Record) -> Json:
    url, *aliases = _addresses(entry, record)
    return {
        "id": entry.id,
        "url": url,
        "aliases": aliases,
        "publiccodeYml": _publiccode(entry, record),
        "active": True,
        "usedBy": [_user(one) for one in users_of(entry.id)],
        "landingURL": own_addresses().page(entry.kind, entry.slug),
        "createdAt": services().catalogue.versions(entry.id)[0].at.isoformat(),
        "updatedAt": entry.at.isoformat(),
    }


def _user(said: Said) -> Json:
    return {
        "name": said.place.name,
        "state": said.place.state,
        "officialKey": said.place.ars,
        "since": said.since,
        "confirmedAt": said.at.isoformat(),
        "confirmation": permanent_address(said.record_id, origin=said.origin),
    }


def _addresses(entry: CatalogueEntry, record: Record) -> list[str]:
    """Return the address of the source code where it is known, and that of the record."""
    code = group(record, "repository").get("url")
    return [*([str(code)] if code else []), own_addresses().permanent(entry.id)]


def _publiccode(entry: CatalogueEntry, record: Record) -> str:
    addresses = own_addresses()
    page, version = addresses.page(entry.kind, entry.slug), addresses.version(entry.id, entry.ver)
    return publiccode(record, page, version)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
