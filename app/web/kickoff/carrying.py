"""Lets every link of a page lead on with the reader's selection, situation and question.

A page that is asked for with them is rewritten once, on its way out; no other page is touched, and none with them is
kept in memory (`shell/caching.py` keeps pages without parameters alone). So templates need not know of a selection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape, unescape
from urllib.parse import parse_qsl, urlsplit

from flask import Flask, Response, request

from app.kickoff.parameters import NAMES as SITUATION
from app.kickoff.parameters import from_parameters, to_parameters
from app.web.kickoff.selection import LONGEST_VALUE, REJECTED, TAKEN, Parameters, Selection, is_kickoff, kickoff_address
from app.web.kickoff.situation import choices

AS_IS = "data-as-is"
"""Attribute of a link that says itself what becomes of the selection, such as one that takes a record back."""
_SELECTION = frozenset({TAKEN, REJECTED})
_TAG = re.compile(r'<a\s(?:[^>"]|"[^"]*")*>')
_HREF = re.compile(r'(?<=\shref=")/(?!/)[^"]*(?=")')
_FORM = re.compile(r'(<form\s(?:[^>"]|"[^"]*")*\bmethod="get"(?:[^>"]|"[^"]*")*>)(.*?)(?=</form>)', re.DOTALL)
_NAME = re.compile(r'\sname="([^"]*)"')
_MACHINES = re.compile(r"(/en)?/(api|anmelden|abmelden|static|content\.git)(/.*)?|.*\.[A-Za-z0-9]{2,5}$")
"""Addresses that no reader stays on: files, interfaces, signing in (which comes back to where it started)."""
_CITED = re.compile(rf"{_MACHINES.pattern}|(/en)?/r/.*")
"""On the page of a memo the addresses of versions as well: they are there to be cited."""
_SEARCHES = re.compile(r"(/en)?/(suche|projektstart)$")


def register(app: Flask) -> None:
    """Rewrite what `app` answers with; call after compression is set up, so that pages come here before it."""
    app.after_request(_carry)


class Carried:
    """What the address of a page says of its reader."""

    def __init__(
        self, question: str, situation: Parameters, selection: Parameters, left_alone: re.Pattern[str] = _MACHINES
    ) -> None:
        """Carry these; addresses whose path is `left_alone` stay as they are."""
        self._left_alone = left_alone
        self._question = [("q", question)] if question else []
        self._situation = situation
        self._selection = selection

    def onto(self, address: str) -> str:
        """Return an address of this site with everything that it does not say itself."""
        parts = urlsplit(address)
        if self._left_alone.fullmatch(parts.path):
            return address
        named = {name for name, _value in parse_qsl(parts.query, keep_blank_values=True)}
        added = self._without(named)
        if not named & {"q"} and not _SEARCHES.fullmatch(parts.path):
            added = [*self._question, *added]
        return kickoff_address(address, added)

    def into(self, form: str) -> str:
        """Return the hidden fields that a form lacks; its question is its own."""
        fields = self._without(set(_NAME.findall(form)))
        return "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields)

    def rewritten(self, page: str) -> str:
        """Return the text of a page with all its links and forms leading on."""
        page = _TAG.sub(lambda found: self._tag(found[0]), page)
        return _FORM.sub(lambda found: f"{found[1]}{self.into(found[2])}{found[2]}", page)

    def _tag(self, tag: str) -> str:
        if AS_IS in tag:
            return tag
        return _HREF.sub(lambda found: escape(self.onto(unescape(found[0]))), tag)

    def _without(self, named: Iterable[str]) -> Parameters:
        said = set(named)
        situation = [] if said.intersection(SITUATION) else self._situation
        return [*situation, *([] if said & _SELECTION else self._selection)]


def _carry(response: Response) -> Response:
    if not is_kickoff():
        return response
    carried = _of_request()
    if carried is None:
        return response
    if response.mimetype == "text/html" and not response.is_streamed and not response.direct_passthrough:
        response.set_data(carried.rewritten(response.get_data(as_text=True)))
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
    there = response.headers.get("Location", "")
    # A page that sends to itself has tidied its own address.
    elsewhere = there.partition("?")[0] != request.root_path + request.path
    if request.method == "GET" and elsewhere and there.startswith("/") and not there.startswith("//"):
        response.headers["Location"] = carried.onto(there)
    return response


def _of_request() -> Carried | None:
    """Return what the address says of its reader; None where its parameters mean something else, as in a queue."""
    given = {name: request.args.getlist(name) for name in SITUATION if name in request.args}
    situation = list(to_parameters(from_parameters(given, choices()).situation))
    selection = Selection.read(request.args).parameters()
    if not situation and not selection:
        return None
    left_alone = _CITED if request.blueprint == "memo" else _MACHINES
    return Carried(request.args.get("q", "")[:LONGEST_VALUE], situation, selection, left_alone)
