"""The reader's selection: its number in the menu, a URL to share, and links that keep it.

Templates pass each URL of a page for readers through the filter `onward`, and put `selection_fields()` into GET forms.
If the current URL has no selection, both add nothing. Pages with a selection are never cached (`shell/page_cache.py`
caches only pages without parameters).
"""

import re
from functools import cached_property
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from flask import Flask, Response, g, has_request_context, request
from markupsafe import Markup

from app.kickoff.situation import PARAMETERS as SITUATION
from app.kickoff.situation import from_parameters, to_parameters
from app.web.kickoff.selection import (
    MAX_VALUE_LENGTH,
    OF_A_LIST,
    REJECTED,
    TAKEN,
    Choosing,
    Parameters,
    Selection,
    choosing,
    kickoff_address,
    kickoff_parameters,
    selection_id,
)
from app.web.kickoff.situation import choices
from app.web.shell.access import services
from app.web.shell.language import mount_point
from app.web.shell.page_cache import READING
from app.web.shell.routing import known_address
from app.web.shell.shown import Link
from app.web.shell.wording import _

_NO_PAGE = re.compile(r"(/en)?/(api|anmelden|abmelden|static|content\.git)(/.*)?|.*\.[A-Za-z0-9]{2,5}$")
"""Addresses that are no pages to stay on: files, interfaces, signing in (which returns to the previous page)."""
_SEARCHES = re.compile(r"(/en)?/suche$")


class Chosen:
    """The selection in the current URL, and links for it."""

    @cached_property
    def selection(self) -> Selection:
        """Return the selected records by name."""
        return Selection.read(request.args)

    @cached_property
    def parameters(self) -> Parameters:
        """Return all parameters to keep: question, situation, selection."""
        return [pair for pair in kickoff_parameters() if pair[0] not in OF_A_LIST]

    @property
    def page(self) -> str:
        """Return the URL of the page with the selection."""
        return kickoff_address(known_address("chosen.page"), self.parameters)

    @property
    def shared(self) -> str:
        """Return that URL with the site's address, for sharing, in the reader's language."""
        language = request.root_path.removeprefix(mount_point())
        return services().settings.issuer + kickoff_address(f"{language}/auswahl", self.parameters)


def register(app: Flask) -> None:
    """Provide the selection to every template of `app`, and keep it in redirects."""
    app.context_processor(lambda: {"chosen": Chosen()})
    app.add_template_global(deciding)
    app.add_template_global(selection_fields)
    app.add_template_filter(onward)
    app.after_request(_redirect_onward)


def way_on(selection: Selection, parameters: Parameters) -> Link:
    """Return the link to the page that works with a selection."""
    words = _("Compare, decide and record it for the file") if selection.taken else _("Record the search for the file")
    return Link(label=words, href=kickoff_address(known_address("chosen.page"), parameters))


def deciding(record_id: str, origin: str = "", fragment: str = "") -> Choosing | None:
    """Return the decisions about a record, as variants of the current page; None if it cannot be requested again."""
    if request.method not in READING:
        return None
    selection = Selection.read(request.args)
    chosen = set(selection.parameters())
    others = [pair for pair in request.args.items(multi=True) if pair not in chosen]
    here = request.root_path + request.path + (f"#{fragment}" if fragment else "")
    return choosing(selection_id(record_id, origin), selection, here, others)


def carried() -> Parameters:
    """Return the situation and selection in the URL of this request; none if it has neither."""
    if not has_request_context():
        return []
    if "carried" not in g:
        given = {name: request.args.getlist(name) for name in SITUATION if name in request.args}
        situation = list(to_parameters(from_parameters(given, choices())[0])) if given else []
        g.carried = [*situation, *Selection.read(request.args).parameters()]
    return cast("Parameters", g.carried)


def onward(address: str) -> str:
    """Return a URL of this site with the kickoff parameters that it lacks; other URLs are unchanged.

    A URL with its own situation or selection keeps that.
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
    """Return hidden fields that keep the kickoff in a GET form; the form's own question stays."""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return Markup("").join(field.format(name, value) for name, value in carried())


def _redirect_onward(response: Response) -> Response:
    if not carried():
        return response
    if response.mimetype == "text/html":
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
    there = response.headers.get("Location", "")
    # A page that redirects to itself has normalised its own URL.
    elsewhere = there.partition("?")[0] != request.root_path + request.path
    if request.method == "GET" and elsewhere and there:
        response.headers["Location"] = onward(there)
    return response
