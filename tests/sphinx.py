# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A real server that speaks SphinxQL, started from what Debian's package brings, in a temporary folder."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest


class NotInstalled(Exception):
    """This machine has no such server."""


class Sphinx:
    """Started with the object, gone with `stop`."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("searchd")
        if program is None:
            raise NotInstalled("there is no searchd on this machine (Debian: apt-get install sphinxsearch)")
        folder.mkdir(parents=True, exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"127.0.0.1:{port}"
        self._port = port
        # Not read above: the package that speaks to it may be missing.
        from app.search.sphinx_engine.layout import configuration  # noqa: PLC0415

        written = configuration(str(folder), self.address)
        (folder / "sphinx.conf").write_text(written, encoding="utf-8")
        self._command = [program, "--config", str(folder / "sphinx.conf"), "--nodetach"]
        self.start()

    def start(self) -> None:
        """Start the server, once more where it was stopped or killed."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.05)
        raise NotInstalled(f"{self._command[0]} does not start")

    @property
    def process(self) -> int:
        """The id of its process."""
        return self._process.pid

    def kill(self) -> None:
        """End the server at once, with whatever it did not write yet."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End the server."""
        self._process.terminate()
        self._process.wait()


def run(folder: Path, number: int) -> list[Sphinx]:
    """Start servers; the test is NOT RUN where something is missing."""
    if find_spec("pymysql") is None:
        pytest.skip("NOT RUN: PyMySQL is not installed here; pip install .[sphinx]")
    try:
        return [Sphinx(folder / str(place)) for place in range(number)]
    except NotInstalled as missing:
        pytest.skip(f"NOT RUN: {missing}")


@contextmanager
def shards(folder: Path, number: int) -> Iterator[str]:
    """Run servers and yield their addresses, each a shard."""
    servers = run(folder, number)
    yield ",".join(server.address for server in servers)
    for server in servers:
        server.stop()


def empty(addresses: str) -> None:
    """Forget all that these servers hold."""
    from app.search.sphinx_engine.layout import TABLES, names, table  # noqa: PLC0415
    from app.search.sphinx_engine.servers import Servers  # noqa: PLC0415

    for shard in Servers(addresses).shards:
        for server in shard:
            for which in TABLES:
                server.ask(f"TRUNCATE RTINDEX {table(which)}")
                server.ask(f"TRUNCATE RTINDEX {names(which)}")
