"""What assistants may ask: search, read, compare, look who can obtain what, and what there is at all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from werkzeug.datastructures import MultiDict

from app.catalogue import CatalogueEntry, RecordWithdrawn
from app.kickoff.comparison import MOST
from app.kickoff.situation import Situation
from app.records.record import Record
from app.search.query import Sort
from app.shared.errors import DomainError, NotFound, Unavailable
from app.web.api.parameters import MAX_PAGE, MAX_QUERY, MAX_SIZE, search_query
from app.web.api.presenter import own_presenter
from app.web.compare.cells import plain_row
from app.web.compare.table import ComparisonTable
from app.web.kickoff.situation import read_kickoff
from app.web.mcp.obtaining import obtained
from app.web.mcp.protocol import Json, Tool, ToolFailed
from app.web.search.question import find
from app.web.shell.access import services
from app.web.shell.answers import as_json
from app.web.shell.problems import ParametersInvalid
from app.web.shell.routing import own_addresses, permanent_address

_VERSION = re.compile(r"(.+/r/[0-9a-f-]{36})/v/([0-9]{1,6})")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TEXT: Json = {"type": "string", "maxLength": MAX_QUERY}
RECORD: Json = {
    **TEXT,
    "description": "A record: its identifier, 'solution/<slug>', its permanent address, or that of one version",
}


def tools() -> tuple[Tool, ...]:
    """Return all tools, with the filters that this node knows."""
    return (
        _tool(
            "search",
            "Search",
            "Search case studies, concepts, solutions and organisations of municipalities. German words find most. "
            "Every hit names its version_url, under which it is to be cited.",
            _search_parameters(),
            _search,
        ),
        _tool(
            "get",
            "Read a record",
            "Read a whole record: fields, text, lessons, costs and sources. Claims name their source by its key.",
            {"record": RECORD},
            _get,
            "record",
        ),
        _tool(
            "compare",
            "Compare records",
            f"Compare two to {MOST} records row by row: outcome, cost, duration, size, funding, lessons.",
            {"records": {"type": "array", "items": RECORD, "minItems": 2, "maxItems": MOST}},
            _compare,
            "records",
        ),
        _tool(
            "obtainable",
            "Who can obtain a solution",
            "Tell on which ways a place can obtain a solution, what is documented of each and what is open.",
            {
                "solution": RECORD,
                "place": {**TEXT, "description": "Name of the municipality or district"},
                "state": {"type": "string", "enum": [choice.value for choice in services().schemas.choices("state")]},
                "kind": {
                    "type": "string",
                    "enum": [choice.value for choice in services().schemas.choices("place_kind")],
                },
            },
            _obtainable,
            "solution",
            "place",
        ),
        _tool(
            "overview", "What there is", "Count the records by kind, field of action, state and outcome.", {}, _overview
        ),
    )


def _tool(
    name: str, title: str, description: str, properties: Json, call: Callable[[Json], Json], *required: str
) -> Tool:
    parameters = {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
    return Tool(name=name, title=title, description=description, parameters=parameters, call=_told(call))


def _told(call: Callable[[Json], Json]) -> Callable[[Json], Json]:
    """Return the call with what keeps it from an answer put into words."""

    def answered(arguments: Json) -> Json:
        try:
            # Records hold read-only values; the answer is plain JSON.
            return dict(json.loads(as_json(call(arguments))))
        except ParametersInvalid as error:
            raise ToolFailed(
                "; ".join(f"{one.parameter} {one.message}: {one.accepted}" for one in error.errors)
            ) from error
        except RecordWithdrawn as error:
            raise ToolFailed("This record was withdrawn and must not be cited any more.") from error
        except NotFound as error:
            raise ToolFailed("No record or version has this name. Search for it first.") from error
        except Unavailable as error:
            said = str(error) if error.headline else "Something this node relies on does not answer."
            raise ToolFailed(f"{said} Try again later.") from error
        except DomainError as error:
            raise ToolFailed(str(error) if error.headline else "The request does not fit this record.") from error

    return answered


def _search_parameters() -> Json:
    several = {"type": "array", "items": TEXT, "maxItems": 20}
    return {
        "q": {**TEXT, "description": "Words, in any form and order"},
        **{
            name: {**several, "description": "Filter; see overview for values"}
            for name in services().search.facet_keys()
        },
        "sort": {"type": "string", "enum": [str(sort) for sort in Sort]},
        "page": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE},
        "size": {"type": "integer", "minimum": 1, "maximum": MAX_SIZE},
    }


def _search(arguments: Json) -> Json:
    pairs = [
        (name, str(one)) for name, value in arguments.items() for one in (value if isinstance(value, list) else [value])
    ]
    query = search_query(MultiDict(pairs), services().search.facet_keys())
    return {**own_presenter().result(services().search.search(query)), "page": query.page, "size": query.size}


def _get(arguments: Json) -> Json:
    entry = _entry(arguments["record"])
    return _whole(entry, services().catalogue.record(entry))


def _whole(entry: CatalogueEntry, record: Record) -> Json:
    found = {**own_presenter().record(entry, record), "version_url": _cited(entry)}
    if entry.origin:
        # Its home has the files and the machine interface; the page here says where it comes from.
        del found["files"], found["api_url"]
        found |= {
            "url": own_addresses().held(entry.id, entry.origin),
            "permanent_url": _cited(entry).rpartition("/v/")[0],
        }
    return found


def _compare(arguments: Json) -> Json:
    entries = [_entry(name) for name in arguments["records"]]
    table = ComparisonTable(services().catalogue.record(entry) for entry in entries)
    rows = (*table.first(Situation()), *(row for topic in table.topics() for row in topic.rows))
    return {
        "records": [{**_named(entry), "version_url": _cited(entry)} for entry in entries],
        "rows": [{"label": label, "cells": cells} for label, *cells in (plain_row(row)[:-1] for row in rows)],
    }


def _obtainable(arguments: Json) -> Json:
    entry = _entry(arguments["solution"])
    said = {"ort": arguments["place"], "ort_land": arguments.get("state"), "ort_art": arguments.get("kind")}
    asker = read_kickoff(MultiDict({name: value for name, value in said.items() if value})).situation.settled_place
    if asker is None:
        raise ToolFailed(f"Which place is meant is not clear; say state and kind. {'; '.join(_places(said['ort']))}")
    return {**_named(entry), "version_url": _cited(entry), **obtained(asker, entry)}


def _places(name: str | None) -> Iterator[str]:
    places = services().places
    for place in places.find(name or "", 10) or places.near(name or "", 10):
        yield f"{place.name} (state {place.state}, kind {place.kind})"


def _overview(_arguments: Json) -> Json:
    node, counted = services(), find(size=1)
    return {
        "name": node.settings.name,
        "operator": node.settings.operator_name,
        "address": node.settings.issuer,
        "licence": "CC BY 4.0 unless a record says otherwise",
        "records": counted.total,
        "filters": {
            facet.key: [{"value": value.value, "count": value.count} for value in facet.values]
            for facet in counted.facets
        },
    }


def _named(entry: CatalogueEntry) -> Json:
    return {"id": entry.id, "kind": entry.kind, "title": services().catalogue.record(entry).title}


def _cited(entry: CatalogueEntry) -> str:
    return permanent_address(entry.id, entry.ver, entry.origin)


def _entry(name: str) -> CatalogueEntry:
    catalogue = services().catalogue
    version = _VERSION.fullmatch(name)
    found = catalogue.head(name) if _ID.fullmatch(name) else catalogue.named(version[1] if version else name)
    if found is None:
        raise ToolFailed(f"No record is called {name}. Search for it first.")
    return catalogue.get(found.id, int(version[2]), found.origin) if version else found
