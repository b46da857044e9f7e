"""An Otter Wiki from PyPI: Flask, Markdown and git, as here, in an environment of its own."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from bench.peers.nginx import NGINX, in_front, to_server
from bench.peers.peer import WORKERS, Peer, Saved, fill_in
from bench.peers.program import running
from bench.peers.texts import Page
from tools.serving_node import ROOT

_ENVIRONMENT = ROOT / ".cache" / "otterwiki"
_FIRST = 1_750_000_000
"""When the first page was saved, in seconds since 1970."""


class OtterWiki(Peer):
    """Filled with a commit for each page, as if each had been saved."""

    name = "An Otter Wiki"
    install = (
        "apt-get install nginx-light; python3 -m venv .cache/otterwiki && "
        ".cache/otterwiki/bin/pip install otterwiki gunicorn"
    )
    served = "nginx, gunicorn (2 processes), without the list of all pages beside each page"

    def version(self) -> str:
        """Return its version, "" where it is not installed."""
        found = sorted(_ENVIRONMENT.glob("lib/python*/site-packages/otterwiki-*.dist-info"))
        return found[-1].name.removesuffix(".dist-info").partition("-")[2] if found and NGINX else ""

    @contextmanager
    def serving(self, folder: Path, pages: Sequence[Page]) -> Iterator[None]:
        """Fill and serve it."""
        _fill(folder / "repository", pages)
        settings = {
            "REPOSITORY": str(folder / "repository"),
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/db.sqlite",
            "SECRET_KEY": secrets.token_hex(16),
            "WRITE_ACCESS": "ANONYMOUS",
            "COMMIT_MESSAGE": "OPTIONAL",
            "SIDEBAR_MENUTREE_MODE": "",
            "LOG_LEVEL": "WARNING",
        }
        # One request at a time in each process, as its own image has it: its git is not made for threads. Both would
        # make the tables of an empty database at once, and one of them fail, so the program is loaded before them.
        program = (
            *(str(_ENVIRONMENT / "bin" / "gunicorn"), "--bind", f"unix:{folder}/otter.sock", "--no-control-socket"),
            *("--workers", str(WORKERS), "--preload", "otterwiki.server:app"),
        )
        with (
            running(program, f"{folder}/otter.sock", folder / "log", settings),
            in_front(folder, to_server(f"http://unix:{folder}/otter.sock")) as self.url,
        ):
            yield

    def view(self, page: Page) -> str:
        """Return the path of a page."""
        return f"/{page.name}"

    def search(self, words: str) -> str:
        """Return the path of its search."""
        return f"/-/search/{quote(words)}"

    def history(self, page: Page) -> str:
        """Return the path of its list of versions."""
        return f"/{page.name}/history"

    def save(self, page: Page, words: str) -> Saved:
        """Save a page as a visitor who does not wait for the editor, which looks through all pages to list them."""
        fields = {"content": f"{page.markdown}\n\n{words}\n", "commit": ""}
        with_token = "//form[contains(@action, '/-/search')]"
        return fill_in(f"{self.url}/{page.name}", with_token, fields, to=f"{self.url}/{page.name}/save")


def _fill(repository: Path, pages: Sequence[Page]) -> None:
    git = ("git", "-C", str(repository))
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(repository)], check=True)
    subprocess.run([*git, "fast-import", "--quiet"], input=b"".join(map(_commit, pages)), check=True)
    subprocess.run([*git, "reset", "--quiet", "--hard"], check=True)
    subprocess.run([*git, "gc", "--quiet"], check=True)


def _commit(page: Page) -> bytes:
    text = page.markdown.encode()
    head = f"commit refs/heads/main\ncommitter Muster <muster@musterstadt.example> {_FIRST + page.number} +0000\n"
    change = f"data 8\nangelegt\nM 100644 inline {page.name}.md\ndata {len(text)}\n"
    return (head + change).encode() + text + b"\n"
