# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages are kept in memory, compressed as they were sent, for as long as they show what is there.

What a page was made of is noted while it is made (`app.asked`). When something was written since, its questions are
asked again, and only where one is answered otherwise it is made anew. Its tag comes from its text, so that a page made
anew that says the same stays in every cache. Searches are not kept: there are too many of them; of those for programs
with parameters the tags are. Nor are pages for readers with parameters, while lists for programs are: each of their
parts has an address of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Flask, Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from app.asked import Note, Notes, are_settled
from app.catalogue.own import OWN_RECORDS
from app.catalogue.visible import EVERYTHING, Shown
from app.database.sessions import ANYTHING
from app.records.recent import Recent
from app.search.service import INDEX
from app.shared.errors import DomainError
from app.web.shell import caching
from app.web.shell.access import services
from app.wiring import Services

LIMIT = 16 * 1024 * 1024
"""Bytes of pages kept per process: about a thousand compressed ones."""
OF_PARTS = 4 * 1024 * 1024
"""Bytes of parts of lists beside them: whoever invents parameters drives out no page."""
NOTE = 200
"""Bytes that a question takes, about."""
KEY = "enet.page"
"""Key in the environment of a request: under which name its page is kept; none where it cannot be."""
MANY = "many"
"""The surrogate key of pages that may show any record, such as maps and surveys."""
_ANY = frozenset({EVERYTHING, OWN_RECORDS, INDEX, ANYTHING})
_NAMED = 60
"""Records that a page is known by; more would not fit into the headers that proxies take."""
_TEXTS = frozenset({"application/atom+xml", "application/json", "application/xml", "text/markdown"})
_OF_RECORDS = frozenset({"api", "feeds", "records", "sitemap", "software"})
_SEARCH = "api.search"
_GIANT = 1024 * 1024
"""Bytes; making it again only to find that it says the same would take too long."""
_MEANT = 20
"""Digits of a tag."""

Key = tuple[str, str, str, frozenset[str]]
"""Address, parameters, form and encodings."""


@dataclass(slots=True)
class KeptPage:
    """An answer as it was sent, the questions it was made of, and the state in which they were last answered so.

    Of a search there is its tag alone.
    """

    body: bytes
    headers: tuple[tuple[str, str], ...]
    tag: str = ""
    blueprint: str | None = None
    notes: Notes = field(default_factory=dict)
    mark: Hashable = None
    numbers: tuple[int, int] = (-1, -1)


class KeptPages:
    """The pages that were sent last. Safe for all threads of a process."""

    def __init__(self, services: Services, limit: int = LIMIT) -> None:
        """Keep at most `limit` bytes of pages of these services."""
        self._services = services
        self._pages: Recent[Key, KeptPage] = Recent(limit, weigh=_weight)
        self._parts: Recent[Key, KeptPage] = Recent(OF_PARTS, weigh=_weight)
        self._settled: Hashable = None
        self._answers = _Answers(None, (-1, -1), {})

    def mark(self) -> Hashable:
        """Return the state of all that pages are made of: whatever may have changed one, it is another then."""
        node = self._services
        database = node.sessions.mark()
        return database, node.follower.seen, self._index(database), node.clock().date()

    def _index(self, database: Hashable) -> int | None:
        """Return how far the search index is while it is behind: it goes on without writing to the database."""
        if database == self._settled:
            return None
        last, reached = self.numbers()
        if last == reached:
            self._settled = database
            return None
        return reached

    def find(self, key: Key) -> KeptPage | None:
        """Return the page that is kept under a name, be it out of date."""
        return self._among(key).find(key)

    def at_once(self, key: Key) -> KeptPage | None:
        """Return a page of which nothing at all can have changed, None where that has to be looked at."""
        page = self.find(key)
        if page is None or not page.body:
            return None
        try:
            return page if self._services.follower.is_current() and page.mark == self.mark() else None
        except (DomainError, OSError, SQLAlchemyError):
            # Whoever makes the page says what is wrong.
            return None

    def holds(self, page: KeptPage, mark: Hashable) -> bool:
        """Tell whether a page still shows what is there; `mark` is the state that was found before."""
        if page.mark == mark:
            return True
        found = self._answers
        if found.mark != mark:
            found = _Answers(mark, self.numbers(), {})
            if self.mark() == mark:
                # Otherwise these numbers are from after a change that other threads with this mark may not have seen.
                self._answers = found
        try:
            # Most of what is written is none of the catalogue: who was here, what was sent, what is due.
            asked = (
                (name, one) for name, one in page.notes.items() if page.numbers != found.numbers or not one.numbered
            )
            if not all(found.given(question, note) == note.answer for question, note in asked):
                return False
        except DomainError:
            return False
        page.mark, page.numbers = mark, found.numbers
        return True

    def numbers(self) -> tuple[int, int]:
        """Return the last change, and the last one that is indexed."""
        node = self._services
        with node.sessions.asked.silently():
            return node.catalogue.state(), node.search.cursor()

    def keep(self, key: Key, page: KeptPage) -> None:
        """Keep a page under a name."""
        self._among(key).put(key, page)

    def _among(self, key: Key) -> Recent[Key, KeptPage]:
        return self._parts if key[1] else self._pages


@dataclass(frozen=True, slots=True)
class _Answers:
    """What was answered in one state, for all pages that ask the same."""

    mark: Hashable
    numbers: tuple[int, int]
    known: dict[Hashable, object]

    def given(self, question: Hashable, note: Note) -> object:
        if question not in self.known:
            self.known[question] = note.ask()
        return self.known[question]


def _weight(page: KeptPage) -> int:
    return len(page.body) + NOTE * len(page.notes)


def register(app: Flask, pages: KeptPages) -> None:
    """Answer with kept pages, and keep what is made; call before `caching` and compression are set up."""
    app.before_request(lambda: _known(pages))
    app.after_request(lambda response: _keep(pages, response))
    app.teardown_request(_end)


def _known(pages: KeptPages) -> Response | None:
    if request.method not in caching.READING or not caching.applies():
        return None
    mark: Hashable = pages.mark()
    if request.endpoint == _SEARCH:
        # Index and vectors go on without the database.
        mark = mark, services().search.state()
    g.page_mark = mark
    # What was asked before may be older than the mark.
    services().catalogue.moment.renew()
    key = request.environ.get(KEY)
    page = pages.find(key) if key and request.method == "GET" else None
    if page is not None and not page.body and not request.if_none_match.contains_weak(page.tag):
        page = None
    if page is not None and pages.holds(page, mark):
        g.page_tag, g.page_known = page.tag, True
        return Response(page.body, headers=list(page.headers))
    _begin()
    return None


def _end(_error: BaseException | None) -> None:
    services().sessions.asked.end()


def _begin() -> None:
    node = services()
    node.sessions.asked.begin()
    # Any word and any date may stand on any page.
    for question, ask in (("vocabularies", lambda: node.vocabularies.state), ("day", lambda: node.clock().date())):
        node.sessions.asked.note(question, ask, ask(), numbered=False)


def _keep(pages: KeptPages, response: Response) -> Response:
    if "page_tag" not in g or response.status_code != HTTPStatus.OK or caching.is_private():
        return response
    key = request.environ.get(KEY)
    fit = key and "page_known" not in g and request.method == "GET" and are_settled(g.page_notes)
    if key and fit and key[1] and request.endpoint == _SEARCH:
        pages.keep(key, KeptPage(b"", (), g.page_tag, request.blueprint, g.page_notes, g.page_mark))
    elif key and fit and (not key[1] or (response.mimetype != "text/html" and INDEX not in g.page_notes)):
        headers = tuple(response.headers)
        pages.keep(
            key, KeptPage(response.get_data(), headers, g.page_tag, request.blueprint, g.page_notes, g.page_mark)
        )
    return not_modified(g.page_tag) if request.if_none_match.contains_weak(g.page_tag) else response


def not_modified(tag: str) -> Response:
    """Return the answer to somebody who has the page: nothing but its tag, what was said the first time stands."""
    answer = Response(status=304)
    answer.set_etag(tag, weak=True)
    del answer.headers["Content-Type"]
    return answer


def register_tags(app: Flask, release: str) -> None:
    """Give each page of `app` its tag and the names of what it shows; call when compression has been set up."""

    def tag(response: Response) -> Response:
        notes = services().sessions.asked.end()
        page = response.status_code == HTTPStatus.OK and not response.is_streamed and _is_kept(response)
        if not page or caching.is_private() or "page_mark" not in g or "page_known" in g or "ETag" in response.headers:
            return response
        said = hashlib.sha256(f"{release}\0{response.headers.get('Link', '')}\0".encode())
        said.update(response.get_data())
        g.page_tag, g.page_notes = said.hexdigest()[:_MEANT], notes
        if keys := surrogate_keys(notes):
            response.headers["Surrogate-Key"] = " ".join(keys)
        return response

    app.after_request(tag)


def _is_kept(response: Response) -> bool:
    """Tell whether an answer is a page, or of those for programs that are made of records alone and no giant."""
    if response.mimetype == "text/html":
        return True
    made = response.mimetype in _TEXTS and request.blueprint in _OF_RECORDS
    return made and len(response.get_data()) <= _GIANT


def surrogate_keys(notes: Notes) -> list[str]:
    """Return the names by which a cache can be told to drop every page that shows a record."""
    records = sorted({surrogate_key(one.id, one.origin) for one in notes if isinstance(one, Shown)})
    many = len(records) > _NAMED or not _ANY.isdisjoint(notes)
    return [*([MANY] if many else []), *records[:_NAMED]]


def surrogate_key(record_id: str, origin: str = "") -> str:
    """Return the name of one record: its identifier, of another node's with the name of that node."""
    return f"{origin}/{record_id}" if origin else record_id
