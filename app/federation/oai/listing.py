# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lists in pages: ListIdentifiers and ListRecords."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.federation.held import HeldItem, HeldStatements, Position, Selection
from app.federation.oai import xml
from app.federation.oai.arguments import Request
from app.federation.oai.dates import read_span
from app.federation.oai.errors import Code, OaiError
from app.federation.oai.resumption import Resumption, read_token
from app.federation.oai.sets import Sets
from app.federation.oai.xml import Element

PAGE_ITEMS = 100
PAGE_BYTES = 4 * 1024 * 1024

Writer = Callable[[Element, HeldItem, str], int]
"""Appends an item in the form with this prefix and returns about how many bytes it has."""


class Lists:
    """Reads a part of the log, a page at a time."""

    def __init__(self, held: HeldStatements, sets: Sets, prefixes: Sequence[str]) -> None:
        """List what `held` offers in forms with these prefixes."""
        self._held = held
        self._sets = sets
        self._prefixes = frozenset(prefixes)

    def answer(self, parent: Element, request: Request, position: Position, write: Writer) -> None:
        """Append a page of items and, where there are more, the token that leads on.

        Raises OaiError: badArgument, badResumptionToken, cannotDisseminateFormat, noRecordsMatch.
        """
        resumed = request.token is not None
        begun = self._begin(request, position) if request.token is None else read_token(request.token)
        selection = self._selected(begun, resumed=resumed)
        if not resumed:
            begun = replace(begun, total=self._held.items.count(selection))
        items = self._held.after(begun.after, selection, PAGE_ITEMS + 1)
        if not items and not resumed:
            raise OaiError(Code.NO_RECORDS_MATCH, "Nothing fits what was asked for.")
        sent = self._write(parent, items[:PAGE_ITEMS], begun.prefix, write)
        if not len(parent) and len(items) <= sent and not resumed:
            raise OaiError(Code.NO_RECORDS_MATCH, "What fits cannot be given out at the moment.")
        self._lead_on(parent, begun, items, sent)

    def _begin(self, request: Request, position: Position) -> Resumption:
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

    def _selected(self, begun: Resumption, *, resumed: bool) -> Selection:
        try:
            since, until = read_span(begun.since, begun.until)
            selection = self._sets.selection(begun.set)
        except OaiError as error:
            if resumed:
                raise OaiError(Code.BAD_RESUMPTION_TOKEN, error.text) from error
            raise
        if begun.prefix not in self._prefixes:
            code = Code.BAD_RESUMPTION_TOKEN if resumed else Code.CANNOT_DISSEMINATE_FORMAT
            raise OaiError(code, "Items have no such form here.")
        if selection is None:
            raise OaiError(Code.NO_RECORDS_MATCH, "There is no such set.")
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
