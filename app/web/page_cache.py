# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages as they were sent, kept in memory until something changes.

A page is a function of its address and of the validator in `caching`, so one that was rendered
under the same validator can be sent again as it is, already compressed. Searches are not kept:
there are too many of them.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from flask import Response, request

from app.web.caching import applies, validator

if TYPE_CHECKING:
    from flask import Flask

LIMIT = 16 * 1024 * 1024
"""Bytes of pages kept per process: about a thousand compressed ones."""

ENCODINGS = frozenset({"zstd", "br", "gzip"})

Key = tuple[str, str, str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer: its body and headers as they were sent."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


class PageCache:
    """The pages sent last, at most `limit` bytes of them. Safe to share between threads."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._size = 0
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Kept | None:
        """Return the page under `key`, or None."""
        with self._lock:
            found = self._pages.get(key)
            if found is not None:
                self._pages.move_to_end(key)
            return found

    def put(self, key: Key, page: Kept) -> None:
        """Keep a page; those that were not asked for the longest make room for it."""
        with self._lock:
            replaced = self._pages.pop(key, None)
            self._size += len(page.body) - (len(replaced.body) if replaced else 0)
            self._pages[key] = page
            while self._size > self._limit:
                self._size -= len(self._pages.popitem(last=False)[1].body)


def register(app: Flask) -> None:
    """Keep the pages of `app`; call after `caching.register` and before compression is set up."""
    cache = PageCache()

    def known() -> Response | None:
        key = _key()
        found = cache.get(key) if key else None
        return Response(found.body, headers=list(found.headers)) if found else None

    def keep(response: Response) -> Response:
        key = _key()
        if key and response.status_code == 200 and response.mimetype == "text/html" and not response.is_streamed:
            cache.put(key, Kept(response.get_data(), tuple(response.headers)))
        return response

    app.before_request(known)
    app.after_request(keep)


def _key() -> Key | None:
    wanted = request.headers.get("Accept-Encoding", "")
    if request.method != "GET" or request.query_string or not applies() or ";" in wanted:
        return None
    encodings = ENCODINGS & {part.strip() for part in wanted.lower().split(",")}
    return validator(), request.root_path, request.path, encodings
