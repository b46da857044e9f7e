"""The addresses of the interface for machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from app.catalogue import RecordNotFound
from app.web.api.openapi import document
from app.web.api.parameters import MAX_CHANGE, MAX_PAGE, Paging, QueryParameters, paging, search_query
from app.web.api.presenter import own_presenter
from app.web.shell.access import services
from app.web.shell.answers import open_json
from app.web.shell.problems import answer_with_problems
from app.web.shell.routing import own_addresses

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
answer_with_problems(blueprint)


@blueprint.get("/records")
def records() -> Response:
    """List this node's own records, the most recently changed first."""
    node = services()
    kinds = [kind.name for kind in node.schemas.kinds]
    parameters = QueryParameters(request.args, {"kind", "page", "size", "before"})
    kind = parameters.choice("kind", kinds, "")
    part = paging(parameters, 20)
    before = parameters.number("before", 0, MAX_CHANGE)
    parameters.check()
    own, wanted = node.catalogue.own, [kind] if kind else kinds
    shown = own.newest(wanted, part.size + 1, before or None, 0 if before else (part.page - 1) * part.size)
    total, presenter = own.count(wanted), own_presenter()
    part_of_all = _pages(part, total, {"kind": kind}, shown[part.size - 1].seq if len(shown) > part.size else 0)
    found = [(entry, node.catalogue.readable(entry)) for entry in shown[: part.size]]
    listed = [presenter.summary(entry, record) for entry, record in found if record]
    return open_json({"total": total, **part_of_all, "left_out": len(found) - len(listed), "records": listed})


@blueprint.get("/records/<record_id>")
def record(record_id: str) -> Response:
    """One record with its whole text."""
    node = services()
    entry = node.catalogue.head(record_id)
    return open_json(own_presenter().record(entry, node.catalogue.record(entry)))


@blueprint.get("/records/<record_id>/versions")
def versions(record_id: str) -> Response:
    """The history of one record, the oldest version first."""
    node = services()
    found = node.catalogue.versions(record_id)
    if not found:
        raise RecordNotFound(record_id)
    presenter = own_presenter()
    return open_json({"total": len(found), "versions": [presenter.version(entry) for entry in found]})


@blueprint.get("/records/<record_id>/versions/<int(max=1000000):ver>")
def version(record_id: str, ver: int) -> Response:
    """One record as it was in this version."""
    node = services()
    entry = node.catalogue.get(record_id, ver)
    return open_json(own_presenter().record(entry, node.catalogue.record(entry)))


@blueprint.get("/search")
def search() -> Response:
    """Search all records, with the same filters as the search page."""
    node = services()
    query = search_query(request.args, node.search.facet_keys())
    result = node.search.search(query)
    answer = own_presenter().result(result)
    return open_json({**answer, "page": query.page, "size": query.size})


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Describe the interface after OpenAPI 3.1."""
    node = services()
    return open_json(document(node.settings.issuer, node.schemas, node.search.facet_keys()))


def _pages(part: Paging, total: int, others: Mapping[str, str], last_shown: int) -> dict[str, Any]:
    """Tell where the part stands; the next one begins below `last_shown`, 0 where there is none."""
    last = max(1, -(-total // part.size))
    return {
        "page": part.page,
        "size": part.size,
        "previous": _page_address(part, part.page - 1, others) if 1 < part.page <= last + 1 else None,
        # By its key, so that nothing is told twice or left out when the list has moved on meanwhile.
        "next": _page_address(part, min(part.page + 1, MAX_PAGE), others, before=last_shown) if last_shown else None,
    }


def _page_address(part: Paging, page: int, others: Mapping[str, str], **key: int) -> str:
    given = {name: value for name, value in others.items() if value}
    return f"{own_addresses().issuer}{request.path}?{urlencode({**given, 'page': page, 'size': part.size, **key})}"
