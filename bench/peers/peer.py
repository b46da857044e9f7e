"""What is asked of a program that is compared: to be filled and served, and to say where things are."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import requests
from lxml import html

from bench.peers.texts import Page

WORKERS = 2
"""Processes that answer requests, the same for every program."""
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Saved:
    """Milliseconds of the one request that makes a text public, and of all that lead there from the page to edit."""

    last: float
    all: float


class Peer(ABC):
    """A program with the same texts. `url` is where it answers while it is served."""

    name: str
    install: str
    """The command that installs it."""
    served: str
    """How it is served and what its history and its save are, for the table."""

    def __init__(self) -> None:
        self.url = ""

    @abstractmethod
    def version(self) -> str:
        """Return its version, "" where it is not installed."""

    @abstractmethod
    def serving(self, folder: Path, pages: Sequence[Page]) -> AbstractContextManager[None]:
        """Fill it with these texts below the empty `folder`, serve it, and end it afterwards."""

    @abstractmethod
    def view(self, page: Page) -> str:
        """Return the path of a page."""

    @abstractmethod
    def search(self, words: str) -> str:
        """Return the path of the search for words."""

    @abstractmethod
    def history(self, page: Page) -> str:
        """Return the path of the list of all versions of a page."""

    @abstractmethod
    def save(self, page: Page, words: str) -> Saved:
        """Publish a version of a page that has these words."""


def fill_in(
    address: str,
    form_path: str,
    fields: Mapping[str, str],
    *,
    to: str = "",
    cookies: Mapping[str, str] | None = None,
    since: float = 0.0,
) -> Saved:
    """Open a page, send the form at this XPath with these fields, and return what that took, in all from `since` on.

    The form goes where it says, or `to` another address. Raises RuntimeError when the answer does not lead on, which
    is how each of these programs says that it has saved.
    """
    since = since or time.perf_counter()
    with requests.Session() as session:
        session.cookies.update(cookies or {})
        page = session.get(address, timeout=PATIENCE)
        forms = html.document_fromstring(page.content, base_url=page.url).xpath(form_path)
        if page.status_code != 200 or len(forms) != 1:
            raise RuntimeError(f"{address} answered {page.status_code} and has {len(forms)} forms {form_path}")
        form = forms[0]
        form.make_links_absolute()
        data = [(name, value) for name, value in form.form_values() if name not in fields] + list(fields.items())
        sent = time.perf_counter()
        answer = session.post(to or form.get("action") or page.url, data=data, allow_redirects=False, timeout=PATIENCE)
        end = time.perf_counter()
    if answer.status_code not in {302, 303}:
        raise RuntimeError(f"{address} was not saved: {answer.status_code}\n{answer.text[:2000]}")
    return Saved(last=(end - sent) * 1000, all=(end - since) * 1000)
