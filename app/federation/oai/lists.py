"""ListIdentifiers and ListRecords in pages, and the sets by which parts are fetched."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from app.catalogue.models import OWN
from app.federation.held import HeldStatements
from app.federation.issuer import Issuer
from app.federation.items import HeldItem, ItemSelection, ListPosition
from app.federation.oai import xml
from app.federation.oai.request import OaiCode, OaiError, Request, Resumption, read_token
from app.federation.oai.xml import Element, read_span

_SPEC = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(?::[A-Za-z0-9\-_.!~*'()]+)*", re.ASCII)


class OaiSets:
    """The sets of one node."""

    def __init__(self, issuer: Issuer) -> None:
        """Name own records after `issuer`."""
        self._issuer = issuer

    def selection(self, spec: str | None) -> ItemSelection | None:
        """Return what a set selects; None when there is no such set. Raises OaiError when it cannot be one."""
        if spec is None:
            return ItemSelection()
        if _SPEC.fullmatch(spec) is None:
            raise OaiError(OaiCode.BAD_ARGUMENT, "This is not how a set is written.")
        kind, _, value = spec.partition(":")
        if spec == "own":
            return ItemSelection(origin=OWN)
        if kind == "origin" and value:
            return ItemSelection(origin=OWN if value == self._issuer.origin else value)
        if kind == "topic" and value:
            return ItemSelection(topic=value)
        return ItemSelection(kind=value) if kind == "kind" and value else None

    def of(self, item: HeldItem) -> Iterator[str]:
        """Yield the sets that an item belongs to."""
        if item.origin == OWN:
            yield "own"
        yield f"origin:{self.origin(item.origin)}"
        yield f"kind:{item.kind}"
        yield from (f"topic:{topic}" for topic in item.topics)

    def all(self, held: HeldStatements) -> Iterator[tuple[str, str, str]]:
        """Yield spec, group (own, origin, kind or topic) and value of every set that has something in it."""
        items = held.items
        origins = items.origins()
        if OWN in origins:
            yield "own", "own", self._issuer.origin
        yield from ((f"origin:{self.origin(origin)}", "origin", self.origin(origin)) for origin in origins)
        yield from ((f"kind:{kind}", "kind", kind) for kind in items.kinds())
        yield from ((f"topic:{topic}", "topic", topic) for topic in items.topics())

    def origin(self, origin: str) -> str:
        """Return the name of an origin as sets show it."""
        return origin or self._issuer.origin


PAGE_ITEMS = 100
PAGE_BYTES = 4 * 1024 * 1024

Writer = Callable[[Element, HeldItem, str], int]
"""Appends an item in the form with this prefix and returns about how many bytes it has."""


class OaiLists:
    """Reads a part of the log, a page at a time."""

    def __init__(self, held: HeldStatements, sets: OaiSets, prefixes: Sequence[str]) -> None:
        self._held = held
        self._sets = sets
        self._prefixes = frozenset(prefixes)

    def answer(self, parent: Element, request: Request, position: ListPosition, write: Writer) -> None:
        """Append a page of items and, where there are more, the token that leads on.

        Raises OaiError: badArgument, badResumptionToken, cannotDisseminateFormat, noRecordsMatch.
        """
        resumed = request.token is not None
        begun = self._begin(request, position) if request.token is None else read_token(request.token)
        selection = self._selected(begun, resumed=resumed)
        if not resumed:
            # Up to its own end, so that what is said of it stays the same while others change.
            total, last = self._held.items.extent(selection)
            begun = replace(begun, total=total, up_to=last)
        items = self._held.items.after(begun.after, selection, PAGE_ITEMS + 1)
        if not items and not resumed:
            raise OaiError(OaiCode.NO_RECORDS_MATCH, "Nothing fits what was asked for.")
        sent = self._write(parent, items[:PAGE_ITEMS], begun.prefix, write)
        if not len(parent) and len(items) <= sent and not resumed:
            raise OaiError(OaiCode.NO_RECORDS_MATCH, "What fits cannot be given out at the moment.")
        self._lead_on(parent, begun, items, sent)

    def _begin(self, request: Request, position: ListPosition) -> Resumption:
        given = request.arguments
        return Resumption(
            prefix=given["metadataPrefix"],
            after=0,
            up_to=position.seq,
            cursor=0,
            total=0,
            since=given.get("from"),
            until=given.get("until"),
            set=given.get("set"),
        )

    def _selected(self, begun: Resumption, *, resumed: bool) -> ItemSelection:
        try:
            since, until = read_span(begun.since, begun.until)
            selection = self._sets.selection(begun.set)
        except OaiError as error:
            if resumed:
                raise OaiError(OaiCode.BAD_RESUMPTION_TOKEN, error.text) from error
            raise
        if begun.prefix not in self._prefixes:
            code = OaiCode.BAD_RESUMPTION_TOKEN if resumed else OaiCode.CANNOT_DISSEMINATE_FORMAT
            raise OaiError(code, "Items have no such form here.")
        if selection is None:
            raise OaiError(OaiCode.NO_RECORDS_MATCH, "There is no such set.")
        return replace(selection, since=since, until=until, up_to_seq=begun.up_to)

    def _write(self, parent: Element, items: Sequence[HeldItem], prefix: str, write: Writer) -> int:
        """Write items until the page is full and return how many were taken."""
        size = 0
        for number, item in enumerate(items, start=1):
            size += write(parent, item, prefix)
            if size >= PAGE_BYTES:
                return number
        return len(items)

    def _lead_on(self, parent: Element, begun: Resumption, items: Sequence[HeldItem], sent: int) -> None:
        more = len(items) > sent
        if not more and begun.cursor == 0:
            return
        after = items[sent - 1].seq if sent else begun.after
        following = replace(begun, after=after, cursor=begun.cursor + sent)
        # The last page carries an empty token.
        xml.add(
            parent,
            "resumptionToken",
            following.token() if more else "",
            cursor=str(begun.cursor),
            completeListSize=str(max(begun.total, begun.cursor + sent)),
        )
