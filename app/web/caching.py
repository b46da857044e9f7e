# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers that have not changed are not sent again.

Every page is a function of the last change number, the release, the language and the day, so
the validator is known before a page is rendered and a repeated visit costs next to nothing.
The tag is weak because the same page is sent in several encodings.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flask import Response, current_app, g, request

from app.web.access import services
from app.web.language import current_language

if TYPE_CHECKING:
    from flask import Flask

RELEASE = "RELEASE"
"""Key in the application's configuration: fingerprint of program, files and settings."""

UNCACHED = frozenset({"health.healthz"})
READING = frozenset({"GET", "HEAD"})
REVALIDATE = "no-cache"


def register(app: Flask, release: str) -> None:
    """Answer conditional requests of `app` and mark its pages."""
    app.config[RELEASE] = release
    app.before_request(_unchanged)
    app.after_request(_mark)


def validator() -> str:
    """Return the entity tag of every page in its present state."""
    if "validator" not in g:
        node = services()
        today = node.clock().date().isoformat()
        state = f"{node.catalogue.last_seq()} {current_app.config[RELEASE]} {current_language()} {today}"
        g.validator = hashlib.sha256(state.encode()).hexdigest()[:20]
    return str(g.validator)


def _unchanged() -> Response | None:
    if not _applies() or not request.if_none_match or not request.if_none_match.contains_weak(validator()):
        return None
    return Response(status=304)


def _applies() -> bool:
    return request.method in READING and request.endpoint is not None and request.endpoint not in UNCACHED


def _mark(response: Response) -> Response:
    if _applies() and response.status_code in {200, 304} and "ETag" not in response.headers:
        response.set_etag(validator(), weak=True)
        response.headers.setdefault("Cache-Control", REVALIDATE)
        response.vary.add("Accept-Encoding")
    return response
