"""Reads a page of statements as another node lists them (OAI-PMH 2.0), strictly: a cut-off page is no page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from app.federation.fetching import FetchRefused
from app.federation.held import Hop
from app.federation.oai.xml import ENET, OAI, PROVENANCE

_MOST_ITEMS = 1000
_LONGEST_TOKEN = 4000
_LONGEST_NAME = 300
_MOST_STATIONS = 8
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_BASE_URL = re.compile(r"https?://[!-~]{1,250}", re.ASCII)
NOTHING_NEW = "noRecordsMatch"
TOKEN_REFUSED = "badResumptionToken"  # noqa: S105 - the code of the protocol

_Element = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """A listed statement, not looked into yet. `jws` is None when the peer does not offer the item any more.

    `way` are the stations before the peer, as the peer tells them.
    """

    identifier: str
    stamped_at: datetime
    jws: str | None
    way: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A page of a list. `token` leads on and is empty at the end; `error` is the code of a refusal, or empty."""

    items: tuple[ListItem, ...] = ()
    token: str = ""
    error: str = ""


def read_page(raw: bytes) -> ListPage:
    """Return what a page says; raises FetchRefused with code `document`."""
    root = _parsed(raw)
    if root.tag != f"{{{OAI}}}OAI-PMH":
        raise _refused("no answer of OAI-PMH")
    error = root.find(f"{{{OAI}}}error")
    if error is not None:
        return ListPage(error=str(error.get("code", ""))[:40])
    listed = root.find(f"{{{OAI}}}ListRecords")
    if listed is None:
        raise _refused("no list")
    records = listed.findall(f"{{{OAI}}}record")
    if len(records) > _MOST_ITEMS:
        raise _refused("too many items")
    return ListPage(items=tuple(_item(record) for record in records), token=_token(listed))


def _parsed(raw: bytes) -> _Element:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refused("not UTF-8") from error
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise _refused("DOCTYPE")
    # The encoding is given, so that a declaration cannot make other characters of the bytes just looked at.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise _refused("XML") from error


def _item(record: _Element) -> ListItem:
    header = record.find(f"{{{OAI}}}header")
    if header is None:
        raise _refused("item without header")
    identifier = _text(header, "identifier")
    if not identifier or len(identifier) > _LONGEST_NAME:
        raise _refused("identifier")
    deleted = header.get("status") == "deleted"
    return ListItem(
        identifier=identifier,
        stamped_at=_moment(_text(header, "datestamp")),
        jws=None if deleted else _statement(record),
        way=tuple(_way(record)),
    )


def _statement(record: _Element) -> str:
    found = record.find(f"{{{OAI}}}metadata/{{{ENET}}}statement")
    if found is None or len(found):
        raise _refused("item without statement")
    return (found.text or "").strip()


def _token(listed: _Element) -> str:
    token = _text(listed, "resumptionToken")
    if len(token) > _LONGEST_TOKEN:
        raise _refused("token")
    return token


def _way(record: _Element) -> Iterator[Hop]:
    """Yield the stations before the peer; hearsay, so what does not look right is left out."""
    station = record.find(f"{{{OAI}}}about/{{{PROVENANCE}}}provenance/{{{PROVENANCE}}}originDescription")
    for _ in range(_MOST_STATIONS):
        if station is None:
            return
        base_url = (station.findtext(f"{{{PROVENANCE}}}baseURL") or "").strip()
        dates = (str(station.get("harvestDate", "")), (station.findtext(f"{{{PROVENANCE}}}datestamp") or "").strip())
        if _BASE_URL.fullmatch(base_url) and all(_MOMENT.fullmatch(date) for date in dates):
            yield Hop(base_url=base_url, harvested_at=_moment(dates[0]), stamped_at=_moment(dates[1]))
        station = station.find(f"{{{PROVENANCE}}}originDescription")


def _text(parent: _Element, name: str) -> str:
    return (parent.findtext(f"{{{OAI}}}{name}") or "").strip()


def _moment(text: str) -> datetime:
    if _MOMENT.fullmatch(text) is None:
        raise _refused("date")
    try:
        return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError as error:
        raise _refused("date") from error


def _refused(detail: str) -> FetchRefused:
    return FetchRefused("document", detail)
