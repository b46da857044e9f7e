# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers that have not changed are not sent again, and pages are kept as they were sent until something changes.

Every page is a function of the last change number (in catalogue and index), the release, the language and the day,
so the validator is known before a page is rendered and a repeated visit costs next to nothing. The tag is weak
because the same page is sent in several encodings. Searches are not kept in memory: there are too many of them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, g, request

from app.content.recent import Recent
from app.web.shell import cookies
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.negotiation import wanted

if TYPE_CHECKING:
    from flask import Flask

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
    """Answer conditional requests of `app`, mark its pages and keep them; call before compression is set up."""
    app.config[RELEASE] = release
    app.before_request(_unchanged)
    app.after_request(_mark)
    _keep_pages(app)


def validator() -> str:
    """Return the entity tag of every page in its present state."""
    if "validator" not in g:
        node = services()
        today = node.clock().date().isoformat()
        seq = node.catalogue.last_seq()
        release = current_app.config[RELEASE]
        state = f"{seq} {_indexed(seq)} {release} {current_language()} {today} {wanted()}"
        g.validator = hashlib.sha256(state.encode()).hexdigest()[:20]
    return str(g.validator)


def _indexed(seq: int) -> int:
    """Return how far the search index is; lists made while it is behind get a tag of their own."""
    if current_app.extensions.get(CAUGHT_UP) == seq:
        return seq
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
    elif applies() and response.status_code in {200, 304} and "ETag" not in response.headers:
        response.set_etag(validator(), weak=True)
        if response.status_code == 200:
            # Where nothing is sent again, what the view said the first time stands.
            response.headers.setdefault("Cache-Control", REVALIDATE)
            response.vary.add("Accept-Encoding")
    return response


LIMIT = 16 * 1024 * 1024
"""Bytes of pages kept per process: about a thousand compressed ones."""

ENCODINGS = frozenset({"zstd", "br", "gzip"})

Key = tuple[str, str, str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class KeptPage:
    """An answer: its body and headers as they were sent."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


def page_cache(limit: int = LIMIT) -> Recent[Key, KeptPage]:
    """Return a place for the pages sent last, at most `limit` bytes of them."""
    return Recent(limit, weigh=lambda page: len(page.body))


def _keep_pages(app: Flask) -> None:
    cache = page_cache()

    def known() -> Response | None:
        key = _page_key()
        if not key:
            return None
        cache.hold_for((services().catalogue.last_seq(), services().clock().date()))
        found = cache.find(key)
        return Response(found.body, headers=list(found.headers)) if found else None

    def keep(response: Response) -> Response:
        if response.status_code != 200 or response.mimetype != "text/html" or response.is_streamed:
            # The key of an error page must not be asked for: it comes from the database, which may be what is ill.
            return response
        key = _page_key()
        if key:
            cache.put(key, KeptPage(response.get_data(), tuple(response.headers)))
        return response

    app.before_request(known)
    app.after_request(keep)


def _page_key() -> Key | None:
    wanted = request.headers.get("Accept-Encoding", "")
    if request.method != "GET" or request.query_string or not applies() or ";" in wanted:
        return None
    encodings = ENCODINGS & {part.strip() for part in wanted.lower().split(",")}
    return validator(), request.root_path, request.path, encodings


def keep_discreet(blueprint: Blueprint) -> None:
    """Hold pages on which people say what they plan: kept nowhere, found by nobody, named to no other site."""
    blueprint.before_request(keep_private)
    blueprint.after_request(_discreet)


def _discreet(response: Response) -> Response:
    # The address of a kept memo is the key to it, so no link may tell it to another site.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
