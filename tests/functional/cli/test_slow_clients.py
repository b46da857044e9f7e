# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A real server with four threads and twenty clients that take their time; all of it on this machine."""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.prepared import with_lexicon
from tests.webnode.node import CONTENT
from tools.serving_node import ServingNode, serving

CLIENTS = 20
PAUSE = 0.4
"""Seconds until each of them sends its next byte; one that takes a second keeps a thread no longer busy."""
SECONDS = 1.6
"""For so long somebody reads beside them: each of them has sent three bytes meanwhile."""
FORM = b"Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SLOW = {
    "silent from the start": b"",
    "headers byte by byte": b"GET / HTTP/1.1\r\nHost: x\r\nX-Langsam: ",
    "kept alive": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
    "never closing": b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a form byte by byte": b"POST /anmelden HTTP/1.1\r\n" + FORM + b"Content-Length: 100000\r\n\r\n",
    "a log-out byte by byte": b"POST /abmelden HTTP/1.1\r\n" + FORM + b"Content-Length: 100000\r\n\r\n",
    "a harvest byte by byte": b"POST /oai HTTP/1.1\r\n" + FORM + b"Content-Length: 100000\r\n\r\n",
    "in chunks": b"POST /oai HTTP/1.1\r\n" + FORM + b"Transfer-Encoding: chunked\r\n\r\n",
    "far too long": b"POST /anmelden HTTP/1.1\r\n" + FORM + b"Content-Length: 1000000000\r\n\r\n",
    "long headers without an end": b"GET / HTTP/1.1\r\nHost: x\r\n"
    + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 1000) for n in range(70)),
    "a length behind zeros": b"POST /anmelden HTTP/1.1\r\n"
    + FORM
    + b"Content-Length: 0000000000000000000009000000\r\n\r\n",
    "two lengths": b"POST /anmelden HTTP/1.1\r\n" + FORM + b"Content-Length: 0\r\nContent-Length: 9000000\r\n\r\n",
    "a pack in chunks": b"POST /content.git/git-upload-pack HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Type: application/x-git-upload-pack-request\r\n\r\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServingNode]:
    folder = with_lexicon(tmp_path_factory.mktemp("slow") / "node")
    settings = {"NODE_CONTENT": str(CONTENT), "NODE_WORKERS": "1", "NODE_THREADS": "4"}
    with serving(folder, settings, seconds=180) as found:
        urllib.request.urlopen(f"{found.url}/content.git/info/refs?service=git-upload-pack", timeout=60).read()
        yield found


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A client that reads nothing since a moment, and what another was told that fell silent then, after how long."""

    since: float
    unread: socket.socket
    told: Future[tuple[bytes, float]]


@pytest.fixture(scope="module", autouse=True)
def left_alone(site: ServingNode) -> Iterator[LeftAlone]:
    """Both are given up after twenty seconds. Meanwhile the other tests run, and the last ones look at these."""
    with socket.socket() as unread, socket.create_connection(("127.0.0.1", port_of(site)), timeout=40) as silent:
        unread.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        unread.connect(("127.0.0.1", port_of(site)))
        asking(unread, large_file_of(site), 60)
        silent.sendall(SLOW["a form byte by byte"] + b"a=1")
        since = time.monotonic()
        with ThreadPoolExecutor(1) as beside:
            told = beside.submit(lambda: (silent.recv(4096), time.monotonic() - since))
            yield LeftAlone(since, unread, told)
            # Whoever runs other tests of these alone does not wait for its end.
            with suppress(OSError):
                silent.shutdown(socket.SHUT_RDWR)


def port_of(site: ServingNode) -> int:
    return int(site.url.rpartition(":")[2])


@contextmanager
def trickling(port: int, begun: bytes) -> Iterator[None]:
    """Twenty clients that send what they begin with, and one byte after each pause from then on."""
    over = threading.Event()
    with ExitStack() as held:
        lines = [held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20)) for _ in range(CLIENTS)]

        def trickle() -> None:
            while not over.wait(PAUSE):
                for line in lines:
                    try:
                        line.send(b"a" if begun and not begun.startswith(b"GET /healthz") else b"")
                    except OSError:
                        continue

        for line in lines:
            line.sendall(begun)
        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@pytest.mark.slow
@pytest.mark.parametrize("habit", SLOW)
def test_a_reader_is_served_within_a_second_beside_twenty_slow_clients(site: ServingNode, habit: str) -> None:
    with trickling(port_of(site), SLOW[habit]):
        read_beside_them(site)


def read_beside_them(site: ServingNode) -> None:
    waited: list[float] = []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        start = time.monotonic()
        with urllib.request.urlopen(f"{site.url}/healthz", timeout=20) as answer:
            assert answer.status == 200
        waited.append(time.monotonic() - start)
        time.sleep(0.2)
    # The machine of the tests may have much to do besides; without threads of its own no reader would come through.
    assert sorted(waited)[len(waited) // 2] < 1
    assert max(waited) < 3


def large_file_of(site: ServingNode) -> str:
    with urllib.request.urlopen(site.url, timeout=20) as page:
        found = re.search(r"/static/[^\"]+/kern\.min\.css", page.read().decode())
    assert found is not None
    return found[0]


def asking(line: socket.socket, path: str, times: int) -> None:
    line.sendall(times * f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pages", "large files"])
def test_a_reader_is_served_within_a_second_beside_twenty_clients_that_do_not_read(
    site: ServingNode, kind: str
) -> None:
    path = "/" if kind == "pages" else large_file_of(site)
    with ExitStack() as held:
        for _ in range(CLIENTS):
            line = held.enter_context(socket.socket())
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.connect(("127.0.0.1", port_of(site)))
            asking(line, path, 300)
        # Before that, what they ask for has to fill what the system keeps for them.
        time.sleep(3)
        read_beside_them(site)


@pytest.mark.slow
def test_answers_taken_off_slowly_arrive_whole_and_in_their_order(site: ServingNode) -> None:
    path, times = large_file_of(site), 60
    with urllib.request.urlopen(f"{site.url}{path}", timeout=20) as answer:
        once = answer.read()
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(20)
        line.connect(("127.0.0.1", port_of(site)))
        asking(line, path, times)
        time.sleep(3)
        with line.makefile("rb") as file:
            for _ in range(times):
                headers = iter(file.readline, b"\r\n")
                length = next(int(one.split(b":")[1]) for one in list(headers) if one.startswith(b"Content-Length:"))
                assert file.read(length) == once


@pytest.mark.slow
@pytest.mark.parametrize(
    ("habit", "status"),
    [
        ("in chunks", 411),
        ("far too long", 413),
        ("two lengths", 400),
        ("long headers without an end", 431),
    ],
)
def test_requests_of_unknown_or_absurd_length_are_refused_at_once(site: ServingNode, habit: str, status: int) -> None:
    with socket.create_connection(("127.0.0.1", port_of(site)), timeout=20) as line:
        line.sendall(SLOW[habit])
        assert line.recv(4096).startswith(f"HTTP/1.1 {status} ".encode())


@pytest.mark.slow
def test_forms_in_pieces_large_bodies_and_further_requests_on_one_line_are_answered(site: ServingNode) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port_of(site), timeout=60)
    for size in (0, 10, 900_000):
        body = b"verb=Identify&x=" + b"a" * size
        line.putrequest("POST", "/oai")
        line.putheader("Content-Type", "application/x-www-form-urlencoded")
        line.putheader("Content-Length", str(len(body)))
        line.endheaders()
        for at in range(0, len(body), 100_000):
            line.send(body[at : at + 100_000])
            time.sleep(0.05)
        answer = line.getresponse()
        assert answer.status == 200
        assert b"OAI-PMH" in answer.read()
    line.close()


@pytest.mark.slow
def test_two_requests_sent_at_once_are_both_answered(site: ServingNode) -> None:
    with socket.create_connection(("127.0.0.1", port_of(site)), timeout=20) as line:
        line.sendall(2 * b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        got = b""
        while got.count(b"HTTP/1.1 200") < 2:
            chunk = line.recv(4096)
            assert chunk, got
            got += chunk


@pytest.mark.slow
def test_git_clones_through_the_real_server(site: ServingNode, tmp_path: Path) -> None:
    done = subprocess.run(
        ["git", "clone", "--quiet", f"{site.url}/content.git", str(tmp_path / "clone")],
        capture_output=True, timeout=60, check=False, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "clone").rglob("index.md"))


@pytest.mark.slow
def test_a_request_that_cannot_be_read_is_told_so_and_ends_in_order(site: ServingNode) -> None:
    with socket.create_connection(("127.0.0.1", port_of(site)), timeout=20) as line:
        line.sendall(b"GET / HTTP/9.9\r\nHost: x\r\n\r\n" + b"a" * 20_000)
        with line.makefile("rb") as file:
            assert file.read().startswith(b"HTTP/1.1 400 ")


@pytest.mark.slow
def test_whoever_falls_silent_in_the_middle_is_told_so(left_alone: LeftAlone) -> None:
    said, seconds = left_alone.told.result()
    assert said.startswith(b"HTTP/1.1 408 ")
    assert seconds < 30


@pytest.mark.slow
def test_whoever_reads_nothing_is_hung_up_on(left_alone: LeftAlone) -> None:
    time.sleep(max(0.0, left_alone.since + 26 - time.monotonic()))
    with left_alone.unread.makefile("rb") as file, pytest.raises(ConnectionError):
        file.read()
