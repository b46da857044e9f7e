"""A node with four threads behind nginx as the docs show it, and a hundred clients that take their time.

Each client has an address of its own (127.0.1.1 and so on), so that the limits per address stop none of them.
"""

import http.client
import re
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import pytest

from tests.nginx import behind_nginx, needs_nginx
from tests.webnode.node import CONTENT
from tools.serving_node import serving

pytestmark = needs_nginx

CLIENTS = 100
UNREAD = 20
"""Clients that do not read; more would make the node fill gigabytes of buffers of the system first."""
PAUSE = 0.3
"""Seconds until each of them sends its next byte; one that takes a second keeps a thread no longer busy."""
SECONDS = 1.0
"""For so long somebody reads beside them: each of them has sent three bytes meanwhile."""
PATIENCE = 8
"""Seconds after which nginx hangs up here; the docs show twenty."""
FORM = b"Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
ANSWERED = b"GET /robots.txt"
SLOW = {
    "silent from the start": b"",
    "headers byte by byte": b"GET / HTTP/1.1\r\nHost: x\r\nX-Langsam: ",
    "kept alive": ANSWERED + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "never closing": ANSWERED + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a form byte by byte": b"POST /anmelden HTTP/1.1\r\n" + FORM + b"Content-Length: 100000\r\n\r\n",
    "in chunks": b"POST /oai HTTP/1.1\r\n" + FORM + b"Transfer-Encoding: chunked\r\n\r\n",
    "far too long": b"POST /anmelden HTTP/1.1\r\n" + FORM + b"Content-Length: 1000000000\r\n\r\n",
    "long headers without an end": b"GET / HTTP/1.1\r\nHost: x\r\n"
    + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 1000) for n in range(70)),
    "two lengths": b"POST /anmelden HTTP/1.1\r\n" + FORM + b"Content-Length: 0\r\nContent-Length: 9000000\r\n\r\n",
    "a pack in chunks": b"POST /content.git/git-upload-pack HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Type: application/x-git-upload-pack-request\r\n\r\n",
}


@dataclass(frozen=True, slots=True)
class Site:
    """A node behind nginx at `url`; it listens itself on `node_port`."""

    url: str
    node_port: int


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("slow")
    settings = {"NODE_CONTENT": str(CONTENT), "NODE_WORKERS": "1", "NODE_THREADS": "4", "NODE_TRUSTED_PROXIES": "1"}
    with (
        serving(folder / "node", settings, seconds=180) as node,
        behind_nginx(folder, "deploy/server/nginx.conf", node.url, patience=PATIENCE) as url,
    ):
        urllib.request.urlopen(f"{url}/content.git/info/refs?service=git-upload-pack", timeout=60).read()
        yield Site(url, int(node.url.rpartition(":")[2]))


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A client that reads nothing since a moment, and how long it took until one that fell silent was hung up on."""

    since: float
    unread: socket.socket
    over: Future[float]


@pytest.fixture(scope="module", autouse=True)
def left_alone(site: Site) -> Iterator[LeftAlone]:
    """Both are given up after a while. Meanwhile the other tests run, and the last ones look at these."""
    with socket.socket() as unread, socket.create_connection(("127.0.0.1", port_of(site)), timeout=40) as silent:
        unread.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        unread.connect(("127.0.0.1", port_of(site)))
        asking(unread, large_file_of(site), 60)
        silent.sendall(SLOW["a form byte by byte"] + b"a=1")
        since = time.monotonic()
        with ThreadPoolExecutor(1) as beside:
            yield LeftAlone(since, unread, beside.submit(seconds_until_over, silent))
            # Whoever runs other tests of these alone does not wait for its end.
            with suppress(OSError):
                silent.shutdown(socket.SHUT_RDWR)


def seconds_until_over(line: socket.socket) -> float:
    start = time.monotonic()
    with suppress(ConnectionResetError):
        assert line.recv(4096) == b""
    return time.monotonic() - start


def port_of(site: Site) -> int:
    return int(site.url.rpartition(":")[2])


def connected(port: int, number: int, *, reads: bool = True) -> socket.socket:
    """Return the line of a client that has an address of its own, and takes in little if it shall not read."""
    line = socket.socket()
    line.settimeout(20)
    if not reads:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.bind((f"127.0.{1 + number // 250}.{1 + number % 250}", 0))
    line.connect(("127.0.0.1", port))
    return line


@contextmanager
def trickling(port: int, begun: bytes) -> Iterator[None]:
    """A hundred clients that send what they begin with, and one byte after each pause from then on."""
    over = threading.Event()
    with ExitStack() as held:
        lines = [held.enter_context(connected(port, number)) for number in range(CLIENTS)]

        def trickle() -> None:
            while not over.wait(PAUSE):
                for line in lines:
                    try:
                        line.send(b"a" if begun and not begun.startswith(ANSWERED) else b"")
                    except OSError:
                        continue

        for line in lines:
            line.sendall(begun)
        if begun.startswith(ANSWERED):
            # As many questions at once would take their time by themselves; these have been answered.
            for line in lines:
                assert line.recv(4096).startswith(b"HTTP/1.1 200 ")
        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@pytest.mark.slow
@pytest.mark.parametrize("habit", SLOW)
def test_a_reader_is_served_within_a_second_beside_slow_clients(site: Site, habit: str) -> None:
    with trickling(port_of(site), SLOW[habit]):
        read_beside_them(site)


def read_beside_them(site: Site) -> None:
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


def large_file_of(site: Site) -> str:
    with urllib.request.urlopen(site.url, timeout=20) as page:
        found = re.search(r"/static/[^\"]+/kern\.min\.css", page.read().decode())
    assert found is not None
    return found[0]


def asking(line: socket.socket, path: str, times: int) -> None:
    line.sendall(times * f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pages", "large files"])
def test_a_reader_is_served_within_a_second_beside_clients_that_do_not_read(site: Site, kind: str) -> None:
    path = "/" if kind == "pages" else large_file_of(site)
    with ExitStack() as held:
        for number in range(UNREAD):
            asking(held.enter_context(connected(port_of(site), number, reads=False)), path, 300)
        # Before that, what they ask for has to fill what the system keeps for them.
        time.sleep(2)
        read_beside_them(site)


@pytest.mark.slow
def test_answers_taken_off_slowly_arrive_whole_and_in_their_order(site: Site) -> None:
    path, times = large_file_of(site), 60
    with urllib.request.urlopen(f"{site.url}{path}", timeout=20) as answer:
        once = answer.read()
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(20)
        line.connect(("127.0.0.1", port_of(site)))
        asking(line, path, times)
        time.sleep(2)
        with line.makefile("rb") as file:
            for _ in range(times):
                headers = iter(file.readline, b"\r\n")
                length = next(int(one.split(b":")[1]) for one in list(headers) if one.startswith(b"Content-Length:"))
                assert file.read(length) == once


@pytest.mark.slow
def test_requests_of_absurd_length_are_refused_at_once(site: Site) -> None:
    for habit, status in (("far too long", 413), ("two lengths", 400), ("long headers without an end", 400)):
        with socket.create_connection(("127.0.0.1", port_of(site)), timeout=20) as line:
            line.sendall(SLOW[habit])
            assert line.recv(4096).startswith(f"HTTP/1.1 {status} ".encode()), habit


@pytest.mark.slow
def test_forms_in_pieces_large_bodies_and_further_requests_on_one_line_are_answered(site: Site) -> None:
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
    line.request("POST", "/oai", iter([b"verb=Ide", b"ntify"]), {"Content-Type": "application/x-www-form-urlencoded"})
    assert b"OAI-PMH" in line.getresponse().read()
    line.close()


@pytest.mark.slow
def test_two_requests_sent_at_once_and_one_that_cannot_be_read_are_answered(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", port_of(site)), timeout=20) as line:
        line.sendall(2 * b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        got = b""
        while got.count(b"HTTP/1.1 200") < 2:
            chunk = line.recv(4096)
            assert chunk, got
            got += chunk
    with socket.create_connection(("127.0.0.1", port_of(site)), timeout=20) as line:
        line.sendall(b"GET / HTTP/9.9\r\nHost: x\r\n\r\n" + b"a" * 20_000)
        with line.makefile("rb") as file:
            assert file.read().startswith(b"HTTP/1.1 505 ")


@pytest.mark.slow
def test_whoever_falls_silent_in_the_middle_or_reads_nothing_is_hung_up_on(left_alone: LeftAlone) -> None:
    assert left_alone.over.result() < PATIENCE + 10
    time.sleep(max(0.0, left_alone.since + PATIENCE + 6 - time.monotonic()))
    with left_alone.unread.makefile("rb") as file, pytest.raises(ConnectionError):
        file.read()


@pytest.mark.slow
def test_what_is_not_found_is_answered_from_the_head_whoever_asks_the_node_itself(site: Site) -> None:
    with ExitStack() as held:
        for path, status in (("/xx/content.git/git-upload-pack", 404), ("/impressum", 405)):
            lines = [held.enter_context(connected(site.node_port, number)) for number in range(16)]
            for line in lines:
                line.sendall(f"POST {path} HTTP/1.1\r\n".encode() + FORM + b"Content-Length: 100000\r\n\r\n")
            start = time.monotonic()
            for line in lines:
                with line:
                    said = line.recv(65536)
                assert said.startswith(f"HTTP/1.1 {status} ".encode())
                assert b"\r\nConnection: close\r\n" in said
            assert time.monotonic() - start < 3
