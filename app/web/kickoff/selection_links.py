"""Links and forms keep the reader's selection, situation and question from page to page.

Templates pass each address of a page for readers through the filter `onward`, and put `selection_fields()` into forms
that fetch a page. Where the address of the present page carries nothing, both add nothing. No page with a selection is
kept in memory (`shell/caching.py` keeps pages without parameters only).
"""

from __future__ import annotations

import re
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from flask import Flask, Response, g, has_request_context, request
from markupsafe import Markup

from app.kickoff.situation import PARAMETERS as SITUATION
from app.kickoff.situation import from_parameters, to_parameters
from app.web.kickoff.selection import MAX_VALUE_LENGTH, REJECTED, TAKEN, Parameters, Selection, kickoff_address
from app.web.kickoff.situation import choices

_NO_PAGE = re.compile(r"(/en)?/(api|anmelden|abmelden|static|content\.git)(/.*)?|.*\.[A-Za-z0-9]{2,5}$")
"""Addresses that no reader stays on: files, interfaces, signing in (which comes back to where it started)."""
_SEARCHES = re.compile(r"(/en)?/(suche|projektstart)$")


def register(app: Flask) -> None:
    """Give the templates of `app` what their links and forms need, and let redirects lead on as well."""
    app.add_template_filter(onward)
    app.add_template_global(selection_fields)
    app.after_request(_redirect_onward)


def carried() -> Parameters:
    """Return the situation and selection in the address of this request; none where its parameters mean neither."""
    if not has_request_context():
        return []
    if "carried" not in g:
        given = {name: request.args.getlist(name) for name in SITUATION if name in request.args}
        situation = list(to_parameters(from_parameters(given, choices())[0])) if given else []
        g.carried = [*situation, *Selection.read(request.args).parameters()]
    return cast("Parameters", g.carried)


def onward(address: str) -> str:
    """Return an address of this site with everything carried that it does not say itself; others stay as they are.

    An address that states a situation or a selection of its own keeps that.
    """
    if not carried() or not address.startswith("/") or address.startswith("//"):
        return address
    parts = urlsplit(address)
    if _NO_PAGE.fullmatch(parts.path):
        return address
    named = {name for name, _value in parse_qsl(parts.query, keep_blank_values=True)}
    left_out = {name for names in (SITUATION, (TAKEN, REJECTED)) if named.intersection(names) for name in names}
    added = [pair for pair in carried() if pair[0] not in left_out]
    question = request.args.get("q", "")[:MAX_VALUE_LENGTH]
    if question and "q" not in named and not _SEARCHES.fullmatch(parts.path):
        added = [("q", question), *added]
    return kickoff_address(address, added)


def selection_fields() -> Markup:
    """Return the hidden fields with which a form that fetches a page leads on; its question is its own."""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return Markup("").join(field.format(name, value) for name, value in carried())


def _redirect_onward(response: Response) -> Response:
    if not carried():
        return response
    if response.mimetype == "text/html":
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
    there = response.headers.get("Location", "")
    # A page that redirects to itself has tidied its own address.
    elsewhere = there.partition("?")[0] != request.root_path + request.path
    if request.method == "GET" and elsewhere and there:
        response.headers["Location"] = onward(there)
    return response
