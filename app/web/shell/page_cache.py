"""Decides who may cache an answer, and serves cached pages until the state of the node changes.

Nobody caches an answer for one reader. The ETag of all other answers comes from the state of the node (`NodeState`),
release, language, form and day, so it is known before anything is read; it is weak because the same answer is sent in
several encodings. Pages are kept in memory, compressed as sent, and served before Flask sees the request, because
setting up a request takes ten times as long as serving the page. Pages with parameters are not cached: there are too
many of them.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from app.shared.errors import DomainError
from app.shared.kept import Recent
from app.web.shell import cookies
from app.web.shell.access import services
from app.web.shell.language import current_language

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from app.wiring import Services

CACHE_SIZE = 16 * 1024 * 1024
"""Bytes of pages kept per process: about a thousand compressed ones."""
KEY = "enet.page"
"""Key in the WSGI environment that holds the cache key of the page, if the page can be cached."""
ENCODINGS = frozenset({"zstd", "br", "gzip"})
FORMS = {"text/markdown": "md", "text/turtle": "ttl", "application/ld+json": "jsonld"}
"""Media types that some pages come in besides HTML, and the endings of the addresses that give them to anybody."""
UNCACHED = frozenset(
    (
        *("health.healthz", "health.readyz", "monitor.metrics", "federation.oai"),
        *("network.overview", "foreign.record", "foreign.version"),
    )
)
"""Pages that change without a change of the catalogue, such as with the time of the last contact to another node."""
READING = frozenset({"GET", "HEAD"})
_ACCEPT_HEADERS = 500
"""How many different `Accept` headers are remembered; browsers send a few dozen."""
_KEPT = frozenset({"text/html", "application/atom+xml", "application/json", "application/xml", "text/markdown"})

Key = tuple[str, str, frozenset[str]]
"""Address, form and encodings."""
Count = Callable[[str | None, int, float], object]
"""Counts an answer by part of the site, status and seconds."""


def keep_private() -> None:
    """Mark the answer as meant for this reader alone, so that neither this site nor a browser or proxy caches it."""
    g.private = True


def is_private() -> bool:
    """Return whether the answer is meant for one reader, who is signed in or gets a form."""
    return "private" in g or cookies.names_a_person() or cookies.is_forged()


def keep_discreet(blueprint: Blueprint) -> None:
    """Keep the pages of `blueprint` out of caches and search engines, and their addresses out of referrers.

    For pages on which people say what they plan.
    """
    blueprint.before_request(keep_private)
    blueprint.after_request(_discreet)


def _discreet(response: Response) -> Response:
    # The address of a saved memo grants access to it, so links must not reveal it to other sites.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def wanted() -> str:
    """Return the extension of the format that `Accept` asks for ("md", "ttl", "jsonld"), "" for HTML."""
    return _form_of(request.accept_mimetypes)


def _form_of(accepted: MIMEAccept) -> str:
    best = max(FORMS, key=accepted.quality)
    return FORMS[best] if accepted.quality(best) > accepted.quality("text/html") else ""


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A cached response as it was sent."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    tag: str
    blueprint: str | None = None


class PageCache:
    """The pages sent last in the current state of the node. Safe for all threads of a process."""

    def __init__(self, services: Services, limit: int = CACHE_SIZE) -> None:
        """Keep at most `limit` bytes of pages of these services."""
        self._services = services
        self._largest = limit // 16
        self._pages: Recent[tuple[str, Key], KeptPage] = Recent(limit, weigh=lambda page: len(page.body))

    def find(self, key: Key, state: str) -> KeptPage | None:
        """Return the cached page that was made in this state of the node, if any."""
        self._pages.hold_for(state)
        return self._pages.find((state, key))

    def current(self, key: Key) -> KeptPage | None:
        """Return the cached page of the current state; None if it must be made, or if the catalogue is behind git."""
        try:
            return self.find(key, self._services.state.name()) if self._services.follower.is_current() else None
        except (DomainError, OSError, SQLAlchemyError):
            # The view that renders the page reports the error.
            return None

    def keep(self, key: Key, state: str, page: KeptPage) -> None:
        """Cache a page of this state, unless it is so large that it would push out many others."""
        if len(page.body) <= self._largest:
            self._pages.put((state, key), page)


def register(app: Flask, release: str, pages: PageCache) -> None:
    """Set up ETags, conditional requests and the page cache of `app`; call before compression is set up.

    `release` is a fingerprint of the program, its files and settings.
    """
    app.before_request(lambda: _begin(pages, release))
    app.after_request(lambda response: _end(pages, response))


def _begin(pages: PageCache, release: str) -> Response | None:
    is_known = request.endpoint is not None and request.endpoint not in UNCACHED
    if not is_known or request.method not in READING or is_private():
        return None
    node = services()
    g.state = node.state.name()
    # An earlier answer of the catalogue may be older than this moment.
    node.catalogue.moment.renew()
    said = f"{g.state} {release} {current_language()} {wanted()}"
    g.page_tag = hashlib.sha256(said.encode()).hexdigest()[:20]
    if request.if_none_match.contains_weak(g.page_tag):
        answer = Response(status=HTTPStatus.NOT_MODIFIED)
        answer.set_etag(g.page_tag, weak=True)
        # A 304 keeps the content type of the first response.
        del answer.headers["Content-Type"]
        return answer
    key = request.environ.get(KEY)
    page = pages.find(key, g.state) if key else None
    return Response(page.body, headers=list(page.headers)) if page else None


def _end(pages: PageCache, response: Response) -> Response:
    if is_private() or not services().catalogue.moment.is_whole:
        response.headers["Cache-Control"] = "private, no-store"
        return response
    if "page_tag" not in g or response.status_code != HTTPStatus.OK:
        return response
    response.headers.setdefault("Cache-Control", "no-cache")
    response.vary.add("Accept-Encoding")
    if "ETag" in response.headers or services().state.name() != g.state:
        # Something was written meanwhile, so parts of the page may differ in age.
        return response
    response.set_etag(g.page_tag, weak=True)
    key = request.environ.get(KEY)
    if key and response.mimetype in _KEPT and not response.is_streamed:
        kept = KeptPage(response.get_data(), tuple(response.headers), g.page_tag, request.blueprint)
        pages.keep(key, g.state, kept)
    return response


class CacheLayer:
    """WSGI layer that serves cached pages and passes everything else on. Safe for all threads of a process."""

    def __init__(self, application: WSGIApplication, pages: PageCache, cookie: str, count: Count | None) -> None:
        """Serve requests without `cookie` from `pages` and report them to `count`; pass others on to `application`."""
        self._application = application
        self._pages = pages
        self._cookie = f"{cookie}="
        self._count = count
        self._accepted: Recent[tuple[str, str], tuple[_Accepted]] = Recent(_ACCEPT_HEADERS)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a cached page, or pass the request on with its cache key in the environment."""
        begun = time.perf_counter()
        encoding = environ.get("HTTP_ACCEPT_ENCODING", "")
        if ";" in encoding or "*" in encoding:
            environ["HTTP_ACCEPT_ENCODING"] = _welcome(encoding)
        key = self._key(environ)
        page = self._pages.current(key) if key else None
        if page is None:
            environ[KEY] = key
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
        """Return the cache key of a request; None if the page depends on more than its address."""
        if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING") or "HTTP_AUTHORIZATION" in environ:
            return None
        if self._cookie in environ.get("HTTP_COOKIE", ""):
            return None
        headers = environ.get("HTTP_ACCEPT", ""), environ.get("HTTP_ACCEPT_ENCODING", "")
        (accepted,) = self._accepted.get(headers, lambda: (_accepted(*headers),))
        return (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""), *accepted) if accepted else None


_Accepted = tuple[str, frozenset[str]] | None
"""Form and encodings, None where a page for it is not kept."""


def _welcome(encoding: str) -> str:
    """Return the header without encodings of quality 0, because Flask-Compress would use "gzip;q=0"."""
    accepted = parse_accept_header(encoding)
    weighed = [(one, accepted.quality(one)) for one in (*sorted(ENCODINGS), "identity")]
    return ", ".join(f"{one};q={quality}" for one, quality in weighed if quality > 0)


def _accepted(accept: str, encoding: str) -> _Accepted:
    if ";" in encoding:
        return None
    encodings = ENCODINGS & {part.strip() for part in encoding.lower().split(",")}
    return _form_of(parse_accept_header(accept, MIMEAccept)), encodings
