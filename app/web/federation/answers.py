# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How answers to other nodes are sent."""

from __future__ import annotations

from hashlib import sha256

from flask import Response, request

JOSE = "application/jose"
JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
XML = "text/xml; charset=utf-8"


def send(body: bytes, content_type: str, *, tagged: bool = True) -> Response:
    """Return the answer, or that it is unchanged for whoever has it already.

    Nothing is marked as immutable: a signature is renewed when keys change, and withdrawn text has to vanish.
    """
    answer = Response(body, content_type=content_type)
    # What is published is open data: any site may read it from a browser.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cache-Control"] = "no-cache" if tagged else "no-store"
    if tagged:
        answer.set_etag(sha256(body).hexdigest()[:32])
        answer.make_conditional(request)
    return answer
