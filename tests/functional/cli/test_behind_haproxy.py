"""The configuration of HAProxy that the docs name leads everybody to a machine that can answer, with a real HAProxy."""

import json
import os
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.shared.config import PROJECT_ROOT
from tools.serving_node import free_port

HAPROXY = shutil.which("haproxy", path="/usr/sbin:/usr/bin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(HAPROXY is None, reason="NOT RUN: there is no HAProxy (Debian: haproxy)")
NOTICED = 6.0
"""Seconds within which HAProxy has noticed that a machine is another one now."""


class Machine(ThreadingHTTPServer):
    """Answers with its name, or with 503, and counts what was sent to it."""

    def __init__(self, name: str, *, writes: bool = False) -> None:
        self.name, self.writes, self.is_ill = name, writes, False
        self.forwarded, self.sent = "", 0
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Machine

    def do_GET(self) -> None:
        machine = self.server
        ready = json.dumps({"status": "ok", "writes": machine.writes})
        # Its check goes well still, so only the second attempt helps.
        ill = machine.is_ill and self.path != "/readyz"
        machine.forwarded = self.headers.get("X-Forwarded-For", "")
        said = (ready if self.path == "/readyz" else machine.name).encode()
        self.send_response(503 if ill else 200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_POST(self) -> None:
        self.server.sent += 1
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def machines() -> Iterator[tuple[Machine, Machine, Machine]]:
    found = (Machine("one", writes=True), Machine("two"), Machine("three"))
    yield found
    for machine in found:
        machine.shutdown()
        machine.server_close()


@pytest.fixture
def url(machines: tuple[Machine, Machine, Machine]) -> Iterator[str]:
    port = free_port()
    places = {f"NODE_{machine.name.upper()}": f"127.0.0.1:{machine.server_port}" for machine in machines}
    places |= {name: f"127.0.0.1:{free_port()}" for name in ("DATABASE_WRITING", "DATABASE_READING")}
    places |= {name: f"127.0.0.1:{free_port()}" for name in ("DATABASE_ONE", "DATABASE_TWO")}
    command = [str(HAPROXY), "-db", "-f", str(PROJECT_ROOT / "docs" / "machines" / "haproxy.cfg")]
    proxy = subprocess.Popen(command, env={**os.environ, **places, "WEB": f"127.0.0.1:{port}"})
    found = f"http://127.0.0.1:{port}"
    leads_to(found, "/konto", {"one"})
    yield found
    proxy.terminate()
    proxy.wait(timeout=30)


def asked(url: str, form: bytes | None = None) -> str:
    """Return which machine answered, "" where none did."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=form), timeout=10) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def leads_to(url: str, path: str, names: set[str], form: bytes | None = None) -> None:
    """Wait until an address leads to these machines alone and to each of them."""
    end = time.monotonic() + NOTICED
    while (found := {asked(url + path, form) for _ in range(9)}) != names:
        assert time.monotonic() < end, found
        time.sleep(0.2)


def test_the_writer_s_successor_is_found_and_meanwhile_readers_answer(url: str, machines: tuple[Machine, ...]) -> None:
    one, two, _three = machines
    one.shutdown()
    one.server_close()
    leads_to(url, "/konto", {"two", "three"})
    assert asked(f"{url}/frage-stellen", b"text=Hallo") in {"two", "three"}
    two.writes = True
    leads_to(url, "/frage-stellen", {"two"}, b"text=Hallo")


def test_readers_go_to_all_that_answer_and_writers_to_the_writer_once(url: str, machines: tuple[Machine, ...]) -> None:
    leads_to(url, "/fallstudien", {"one", "two", "three"})
    for path in ("/konto", "/en/vorschlaege/7", "/git/content.git/info/refs"):
        assert {asked(url + path) for _ in range(6)} == {"one"}, path
    assert {asked(f"{url}/frage-stellen", b"text=Hallo") for _ in range(6)} == {"one"}
    assert asked(f"{url}/kontor") in {"one", "two", "three"}
    one, two, three = machines
    assert one.forwarded == "127.0.0.1"
    one.sent = 0
    one.is_ill = two.is_ill = True
    assert {asked(f"{url}/fallstudien") for _ in range(9)} == {"three"}
    assert asked(f"{url}/frage-stellen", b"text=Hallo") == ""
    assert [machine.sent for machine in machines] == [1, 0, 0]
    # Without a writer, readers get what is sent.
    one.writes = False
    leads_to(url, "/konto", {"three"})
    three.is_ill = True
    assert asked(f"{url}/frage-stellen", b"text=Hallo") == ""
    assert sum(machine.sent for machine in machines) == 2
