"""The JSON API under /api/v1: the content of the pages as codes and numbers, without a language prefix."""

from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlencode

import yaml
from flask import Blueprint, Response, request

from app.catalogue import CatalogueEntry, RecordNotFound
from app.records.five_lines import Amount
from app.records.record import Record
from app.review.responses.response import Response as TownResponse
from app.search.query import SearchHit, SearchResult
from app.web.doors.parameters import MAX_CHANGE, MAX_PAGE, QueryParameters, search_query
from app.web.shell.access import services
from app.web.shell.answers import open_json
from app.web.shell.routing import own_addresses, permanent_address

Json = dict[str, Any]
blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/records")
def records() -> Response:
    """List this node's own records, most recently changed first.

    The link to the next part contains a key, not a page number, so that no record is repeated or skipped if the list
    changes meanwhile.
    """
    node = services()
    kinds = [kind.name for kind in node.schemas.kinds]
    parameters = QueryParameters(request.args, {"kind", "page", "size", "before"})
    kind = parameters.choice("kind", kinds, "")
    page, size = parameters.paging(20)
    before = parameters.number("before", 0, MAX_CHANGE)
    parameters.check()
    own, wanted = node.catalogue.own, [kind] if kind else kinds
    entries = own.newest(wanted, size + 1, before or None, 0 if before else (page - 1) * size)
    total = own.count(wanted)

    def part(number: int, **key: int) -> str:
        query = {**({"kind": kind} if kind else {}), "page": number, "size": size, **key}
        return f"{own_addresses().issuer}{request.path}?{urlencode(query)}"

    shown = [(entry, node.catalogue.readable(entry)) for entry in entries[:size]]
    listed = [summary(entry, record) for entry, record in shown if record]
    return open_json(
        {
            "total": total,
            "page": page,
            "size": size,
            "previous": part(page - 1) if 1 < page <= max(1, -(-total // size)) + 1 else None,
            "next": part(min(page + 1, MAX_PAGE), before=entries[size - 1].seq) if len(entries) > size else None,
            "left_out": len(shown) - len(listed),
            "records": listed,
        }
    )


@blueprint.get("/records/<record_id>")
def record(record_id: str) -> Response:
    """Return one record with its whole text."""
    entry = services().catalogue.head(record_id)
    plans = [_plan(one) for one in services().review.responses.plans(own_addresses().permanent(record_id))]
    return open_json({**whole(entry, services().catalogue.record(entry)), "plans": plans})


def _plan(one: TownResponse) -> Json:
    shown = {"municipality": one.place.name, "state": one.place.state, "official_key": one.place.ars}
    said = {"quarter": one.quarter, "what_for": one.note, "mailbox": one.mailbox, "until": one.until}
    return {**shown, **said, "according_to": one.origin or own_addresses().issuer}


@blueprint.get("/records/<record_id>/versions")
def versions(record_id: str) -> Response:
    """Return the history of one record, oldest version first."""
    found = services().catalogue.versions(record_id)
    if not found:
        raise RecordNotFound(record_id)
    listed = [
        {
            "version": entry.ver,
            "digest": entry.digest,
            "state": str(entry.state),
            "published_at": entry.at.isoformat(),
            "url": own_addresses().version(entry.id, entry.ver),
        }
        for entry in found
    ]
    return open_json({"total": len(listed), "versions": listed})


@blueprint.get("/records/<record_id>/versions/<int(max=1000000):ver>")
def version(record_id: str, ver: int) -> Response:
    """Return one version of a record."""
    entry = services().catalogue.get(record_id, ver)
    return open_json(whole(entry, services().catalogue.record(entry)))


@blueprint.get("/search")
def search() -> Response:
    """Search all records, with the same filters as the search page."""
    query = search_query(request.args, services().search.facet_keys())
    found = search_result(services().search.search(query))
    return open_json({**found, "page": query.page, "size": query.size})


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Return the OpenAPI 3.1 description: a file to which the node adds its kinds, filters and address."""
    node, document = services(), described("openapi.yaml")
    document["servers"] = [{"url": f"{node.settings.issuer}/api/v1"}]
    document["components"]["schemas"]["Kind"]["enum"] = [kind.name for kind in node.schemas.kinds]
    document["paths"]["/search"]["get"]["parameters"] += [
        {
            "name": name,
            "in": "query",
            "description": "Filter; repeat the parameter for alternatives",
            "schema": {"type": "array", "items": {"type": "string"}},
        }
        for name in node.search.facet_keys()
    ]
    return open_json(document)


def described(name: str) -> Json:
    """Return the description of an API (OpenAPI 3.1), read from a file beside this module."""
    return cast("Json", yaml.safe_load(Path(__file__).with_name(name).read_text("utf-8")))


def summary(entry: CatalogueEntry, record: Record) -> Json:
    """Return a record as lists show it."""
    addresses = own_addresses()
    return {
        "id": entry.id,
        "kind": entry.kind,
        "slug": entry.slug,
        "title": record.title,
        "summary": record.summary,
        "lang": record.lang,
        "topics": list(record.topics),
        "states": sorted({place.state for place in record.municipalities if place.state}),
        "five_lines": _five_lines(record),
        "version": entry.ver,
        "digest": entry.digest,
        "published_at": entry.at.isoformat(),
        "url": addresses.page(entry.kind, entry.slug),
        "permanent_url": addresses.permanent(entry.id),
        "api_url": addresses.api_record(entry.id),
    }


def whole(entry: CatalogueEntry, record: Record) -> Json:
    """Return a whole record: front matter, body by section, files.

    `target` is the global name of the record that a response is about; in a record of the same site it is a bare id.
    """
    addresses, target = own_addresses(), record.data.get("target")
    files = [
        {"name": f.name, "size": f.size, "sha256": f.sha256, "url": addresses.file(entry.kind, entry.slug, f.name)}
        for f in record.files
    ]
    found = {
        **summary(entry, record),
        "origin": entry.origin or addresses.issuer,
        "license": record.license,
        "version_url": addresses.version(entry.id, entry.ver),
        "record": dict(record.data),
        "sections": [{"id": s.id, "title": s.title, "markdown": s.markdown} for s in record.sections],
        "files": files,
    }
    if isinstance(target, str):
        found["target"] = target if "/r/" in target else addresses.permanent(target)
    return found


def search_result(result: SearchResult) -> Json:
    """Return the result of a query, without its paging."""
    return {
        "total": result.total,
        "near": result.near,
        "hits": [_hit(hit) for hit in result.hits],
        "facets": [
            {
                "key": facet.key,
                "values": [{"value": v.value, "count": v.count, "selected": v.selected} for v in facet.values],
            }
            for facet in result.facets
        ],
        "suggestion": result.suggestion,
        "relaxed": result.relaxed,
        "missing": list(result.missing),
        "expanded": list(result.expanded),
    }


def _hit(hit: SearchHit) -> Json:
    addresses, catalogue = own_addresses(), services().catalogue
    entry = catalogue.head(hit.id, hit.origin)
    record = catalogue.record(entry)
    page = addresses.held(hit.id, hit.origin) if hit.origin else addresses.page(hit.kind, hit.slug)
    permanent = permanent_address(hit.id, origin=hit.origin)
    lessons = [
        {
            "id": lesson.id,
            "statement": lesson.statement,
            "recommendation": lesson.recommendation,
            "url": f"{page}#lehre-{quote(lesson.id)}",
        }
        for name in hit.lessons
        if (lesson := record.lesson(name))
    ]
    return {
        "id": hit.id,
        "origin": hit.origin or addresses.issuer,
        "kind": hit.kind,
        "slug": hit.slug,
        "title": record.title,
        "summary": record.summary,
        "five_lines": _five_lines(record),
        "url": page,
        "permanent_url": permanent,
        "version_url": f"{permanent}/v/{entry.ver}",
        "score": round(hit.score, 4),
        "matched_by": str(hit.matched_by),
        "far": hit.far,
        "reasons": [{"code": str(reason.code), "params": dict(reason.params)} for reason in hit.reasons],
        "lessons": lessons,
    }


def _five_lines(record: Record) -> Json:
    """Return the essentials of a record; null for unknown values."""
    found = services().five_lines(record)
    cost, duration, size, contact = found.cost, found.duration, found.size, found.contact
    return {
        "outcome": found.outcome or None,
        "cost": {
            "once": [_amount(one) for one in cost.once],
            "running": _amount(cost.running) if cost.running else None,
            "planned": _amount(cost.planned) if cost.planned else None,
            "parts": [{**_amount(one), "what": one.what} for one in cost.told if not one.covers],
            "five_years": cost.five_years,
            "per_inhabitant": found.per_inhabitant and round(found.per_inhabitant, 2),
            "granted_percent": cost.granted and round(cost.granted, 1),
        },
        "duration": {"start": duration.start or None, "end": duration.end or None, "months": duration.months},
        "size": {
            "kind": size.kind or None,
            "population": size.population,
            "as_of": size.as_of,
            "from_list_of_places": size.listed,
            "users": size.users,
            "unit": size.unit or None,
        },
        "contact": {
            "name": contact.name or None,
            "mailbox": contact.mailbox or None,
            "phone": contact.phone or None,
            "url": contact.url or None,
        },
    }


def _amount(amount: Amount) -> Json:
    return {
        "kind": amount.kind,
        "amount": amount.value,
        "amount_to": amount.to,
        "currency": amount.currency,
        "approx": amount.approx,
        "date": amount.date,
    }
