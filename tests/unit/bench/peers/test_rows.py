from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from bench.peers.peer import Peer, Saved
from bench.peers.rows import Comparison, Plan, Row
from bench.peers.texts import Page, pages

PLAN = Plan(turns=2, views=4, firsts=2, searches=1, saves=1, seconds=0.1)
PAGES = pages(130)


class Played(Peer):
    """Answers as a program should, with its `mistake`."""

    name = "gespielt"
    install = served = ""

    def __init__(self, mistake: str = "") -> None:
        super().__init__()
        self.mistake = mistake
        self.texts = {page.name: page.markdown for page in PAGES}

    def version(self) -> str:
        return "1"

    @contextmanager
    def serving(self, folder: Path, pages: Sequence[Page]) -> Iterator[None]:  # noqa: ARG002 - it holds them already
        played = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                text = played.answer(self.path).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        yield
        server.shutdown()
        server.server_close()

    def answer(self, path: str) -> str:
        kind, _, what = unquote(path).strip("/").partition("/")
        if kind == self.mistake:
            return "nothing"
        if kind == "search":
            return " ".join(name for name, text in self.texts.items() if what.lower() in text.lower())
        return f"{what} {self.texts[what]}"

    def view(self, page: Page) -> str:
        return f"/view/{page.name}"

    def search(self, words: str) -> str:
        return f"/search/{quote(words)}"

    def history(self, page: Page) -> str:
        return f"/history/{page.name}"

    def save(self, page: Page, words: str) -> Saved:
        if self.mistake != "save":
            self.texts[page.name] += words
        return Saved(last=1.0, all=2.0)


def measured(tmp_path: Path, mistake: str = "") -> list[Row]:
    peer = Played(mistake)
    with peer.serving(tmp_path, PAGES):
        return list(Comparison([peer], PAGES, PLAN).rows(lambda _words: None))


def test_each_row_is_measured_in_each_turn(tmp_path: Path) -> None:
    rows = measured(tmp_path)
    assert [len(row.turns["gespielt"]) for row in rows] == [PLAN.turns] * 9
    assert [row.figures("gespielt") for row in rows if row.title.startswith("Save")] == [(1.0, 1.0), (2.0, 2.0)]


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("search", "a search for Quelbababa"),
        ("save", "does not show what was saved"),
    ],
)
def test_an_answer_that_is_not_what_was_asked_for_ends_the_comparison(tmp_path: Path, mistake: str, said: str) -> None:
    with pytest.raises(RuntimeError, match=said):
        measured(tmp_path, mistake)
