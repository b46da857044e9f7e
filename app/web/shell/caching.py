# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers that have not changed are not sent again.

The tag of a page comes from what it shows, so that changes elsewhere leave it in every cache (`kept` keeps pages here);
so do those of lists, feeds and records for programs. What else they fetch is a function of the last change number (in
catalogue and index), vocabularies, release, language and day, so its tag is known before anything is read. Tags are
weak because the same answer is sent in several encodings.
"""

from __future__ import annotations

import hashlib

from flask import Blueprint, Flask, Response, current_app, g, request

from app.web.shell import cookies
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.negotiation import wanted

RELEASE = "RELEASE"
"""Key in the application's configuration: fingerprint of program, files and settings."""

CAUGHT_UP = "enet.caught_up"
"""Key of the application's extensions: the last change number that the index is known to have reached."""

UNCACHED = frozenset(
    (
        "health.healthz",
        "health.readyz",
        "monitor.metrics",
        "federation.oai",
        "network.overview",
        "foreign.record",
        "foreign.version",
        "foreign.difference",
    )
)
"""What changes without a change of the catalogue, such as when another node was last heard of."""
READING = frozenset({"GET", "HEAD"})
REVALIDATE = "no-cache"
PRIVATE = "private, no-store"


def register(app: Flask, release: str) -> None:
    """Answer conditional requests of `app` and mark what it answers; call before compression is set up."""
    app.config[RELEASE] = release
    app.before_request(_unchanged)
    app.after_request(_mark)


def validator() -> str:
    """Return the entity tag, in the present state, of every answer that is no page."""
    if "validator" not in g:
        node = services()
        today = node.clock().date().isoformat()
        seq = node.catalogue.state()
        release = current_app.config[RELEASE]
        # A commit that only changes words has no number.
        numbers = f"{seq} {_indexed(seq)} {node.vocabularies.state}"
        state = f"{numbers} {release} {current_language()} {today} {wanted()}"
        g.validator = hashlib.sha256(state.encode()).hexdigest()[:20]
    return str(g.validator)


def _indexed(seq: int) -> int:
    """Return how far the search index is; lists made while it is behind get a tag of their own."""
    if current_app.extensions.get(CAUGHT_UP) == seq:
        return seq
    with services().sessions.asked.silently():
        # No page is made of this.
        cursor = services().search.cursor()
    if cursor == seq:
        # It never goes back, so it need not be asked again before the next change.
        current_app.extensions[CAUGHT_UP] = seq
    return cursor


def _unchanged() -> Response | None:
    if not applies() or not request.if_none_match or not request.if_none_match.contains_weak(validator()):
        return None
    return Response(status=304)


def keep_private() -> None:
    """Mark the answer as meant for this reader alone: nobody keeps it, neither this site nor a browser or proxy."""
    g.private = True


def is_private() -> bool:
    """Tell whether the answer is meant for one reader: a signed-in one, or one who got a form."""
    return "private" in g or cookies.names_a_person() or cookies.is_forged()


def applies() -> bool:
    """Tell whether the request asks for something that is the same for all and only changes with the validator."""
    known = request.endpoint is not None and request.endpoint not in UNCACHED
    return known and request.method in READING and not is_private()


def _mark(response: Response) -> Response:
    if is_private():
        response.headers["Cache-Control"] = PRIVATE
    elif applies() and response.status_code in {200, 304}:
        if "ETag" not in response.headers:
            response.set_etag(g.get("page_tag") or validator(), weak=True)
        if response.status_code == 200:
            # Where nothing is sent again, what the view said the first time stands.
            response.headers.setdefault("Cache-Control", REVALIDATE)
            response.vary.add("Accept-Encoding")
    return response


def keep_discreet(blueprint: Blueprint) -> None:
    """Hold pages on which people say what they plan: kept nowhere, found by nobody, named to no other site."""
    blueprint.before_request(keep_private)
    blueprint.after_request(_discreet)


def _discreet(response: Response) -> Response:
    # The address of a kept memo is the key to it, so no link may tell it to another site.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
