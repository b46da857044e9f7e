"""The node itself, served as its documentation recommends, with an author and an editor at work."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from app.shared.config import Settings
from app.wiring import Services
from bench.corpus import write_corpus
from bench.peers.nginx import NGINX, in_front, to_server
from bench.peers.peer import WORKERS, Peer, Saved, fill_in
from bench.peers.texts import Page
from bench.soak_people import PUBLISH, Book, Team, fill
from tools.serving_node import free_port, serving


class ThisNode(Peer):
    """What the others are compared with. The search finds words; meaning needs vectors that take hours to compute."""

    name = "Erfahrungsnetz"
    install = "apt-get install nginx-light"
    served = "nginx, gunicorn (2 processes with 4 threads), SQLite, Whoosh"

    def __init__(self) -> None:
        super().__init__()
        self._team: Team | None = None

    def version(self) -> str:
        """Return that it is this checkout, "" where nothing can stand in front of it."""
        return "this checkout" if NGINX else ""

    @contextmanager
    def serving(self, folder: Path, pages: Sequence[Page]) -> Iterator[None]:
        """Fill and serve it."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        write_corpus(folder / "content", len(pages), lambda number: pages[number].record)
        settings = Settings.model_validate({"data": folder / "node", "issuer": url, "meaning": "off"})
        (make_team,) = fill(settings, folder / "content", 1)
        _work_out(settings)
        variables = {
            "NODE_ISSUER": url,
            "NODE_CONTENT": "",
            "NODE_MEANING": "off",
            "NODE_WORKERS": str(WORKERS),
            "NODE_TRUSTED_PROXIES": "1",
            "NODE_PROPOSALS_PER_HOUR": "10000",
        }
        with serving(folder / "node", variables) as site, in_front(folder, to_server(site.url), port) as self.url:
            self._team = make_team(Book())
            yield

    def view(self, page: Page) -> str:
        """Return the path of a record."""
        return f"/fallstudien/{page.name}"

    def search(self, words: str) -> str:
        """Return the path of the search."""
        return f"/suche?q={quote(words)}"

    def history(self, page: Page) -> str:
        """Return the path of the list of a record's versions."""
        return f"/r/{page.id}/verlauf"

    def save(self, page: Page, words: str) -> Saved:
        """Have an author write and send, and an editor publish."""
        if self._team is None:
            raise RuntimeError("it is not served")
        started = time.perf_counter()
        place = self._team.sent(page.name, words)
        form = f"//form[.//button[@value='{PUBLISH}']]"
        cookies = self._team.editor.cookies
        return fill_in(self.url + place, form, {"tun": PUBLISH}, cookies=cookies, since=started)


def _work_out(settings: Settings) -> None:
    """Find the similar records of each, which a node does in the minutes after so many have come."""
    services = Services(settings)
    try:
        services.neighbours.work_out(lambda: False)
    finally:
        services.close()
