# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers with a kept page before anything else is asked, where nothing can have changed since it was last looked at.

A layer before the application: for a page out of memory, setting up a request takes ten times as long as answering it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from app.records.recent import Recent
from app.web.shell import kept
from app.web.shell.kept import KeptPages, Key
from app.web.shell.negotiation import form_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ENCODINGS = frozenset({"zstd", "br", "gzip"})
_WAYS = 500
"""So many different headers are remembered of what browsers accept; there are a few dozen."""
_PARAMETERS = 200
"""Bytes of those that lead to a part of a list."""
_Way = tuple[str, frozenset[str]] | None
"""Form and encodings, None where a page for it is not kept."""
Count = Callable[[str | None, int, float], object]
"""Counts an answer by part of the site, status and seconds."""


class AtOnce:
    """Answers with kept pages, and hands everything else on. Safe for all threads of a process."""

    def __init__(self, application: WSGIApplication, pages: KeptPages, cookie: str, count: Count | None) -> None:
        """Answer from `pages` whoever does not bring the `cookie`, and tell `count`; all others are `application`'s."""
        self._application = application
        self._pages = pages
        self._cookie = f"{cookie}="
        self._count = count
        self._ways: Recent[tuple[str, str], tuple[_Way]] = Recent(_WAYS)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, or hand on under which name the page is to be kept."""
        begun = time.perf_counter()
        encoding = environ.get("HTTP_ACCEPT_ENCODING", "")
        if ";" in encoding or "*" in encoding:
            environ["HTTP_ACCEPT_ENCODING"] = _welcome(encoding)
        key = self._key(environ)
        page = self._pages.at_once(key) if key else None
        if page is None:
            environ[kept.KEY] = key
            return self._application(environ, start_response)
        given = environ.get("HTTP_IF_NONE_MATCH", "")
        same = bool(given) and f'"{page.tag}"' in given
        if self._count:
            self._count(page.blueprint, 304 if same else 200, time.perf_counter() - begun)
        if same:
            start_response("304 NOT MODIFIED", [("ETag", f'W/"{page.tag}"')])
            return ()
        start_response("200 OK", list(page.headers))
        return (page.body,)

    def _key(self, environ: WSGIEnvironment) -> Key | None:
        """Return under which name the page for a request is kept; None where it depends on more than its address."""
        parameters = environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] != "GET" or len(parameters) > _PARAMETERS or "HTTP_AUTHORIZATION" in environ:
            return None
        if self._cookie in environ.get("HTTP_COOKIE", ""):
            return None
        accepted = environ.get("HTTP_ACCEPT", ""), environ.get("HTTP_ACCEPT_ENCODING", "")
        (way,) = self._ways.get(accepted, lambda: (_way(*accepted),))
        address = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        return (address, parameters, *way) if way else None


def _welcome(encoding: str) -> str:
    """Return the header with the encodings that it welcomes; Flask-Compress takes "gzip;q=0" for a wish."""
    accepted = parse_accept_header(encoding)
    weighed = [(one, accepted.quality(one)) for one in (*sorted(ENCODINGS), "identity")]
    return ", ".join(f"{one};q={quality}" for one, quality in weighed if quality > 0)


def _way(accept: str, encoding: str) -> _Way:
    if ";" in encoding:
        return None
    encodings = ENCODINGS & {part.strip() for part in encoding.lower().split(",")}
    return form_of(parse_accept_header(accept, MIMEAccept)), encodings
