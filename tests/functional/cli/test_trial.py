"""`make run` offers a sign-in that works offline, and only on this machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from app.cli.trial import _obstacle
from app.shared.config import load_settings
from tests.oidc.browser import Browser
from tests.webnode.node import CONTENT, ROOT

PERSONS = {
    "beispiel-beitragen": "Alex Beispiel", "beispiel-redaktion": "Robin Beispiel", "beispiel-betrieb": "Kim Beispiel",
}  # fmt: skip


def a_port() -> int:
    """A port whose partner 1000 further on is free as well."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            if port + 1000 <= 65535 and second.connect_ex(("127.0.0.1", port + 1000)) != 0:
                return port


@contextmanager
def trial(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    given = {"NODE_DATA": str(folder), "NODE_CONTENT": str(CONTENT), "NODE_WORKERS": "1", "NODE_MEANING": "off"}
    environment = {"PATH": os.environ["PATH"], **given}
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("erfahrungsnetz")), "try", "--port", str(port)],
        cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def wait_for(address: str) -> None:
    for _ in range(600):
        try:
            requests.get(f"{address}/healthz", timeout=5).raise_for_status()
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the node did not start")


@pytest.mark.slow
def test_three_persons_sign_in_offline_and_both_programs_end_together(tmp_path: Path) -> None:
    port = a_port()
    with trial(tmp_path, port) as process:
        assert process.stderr
        assert "Alex (author), Robin (curator) and Kim (operator)" in process.stderr.readline()
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        for person, name in PERSONS.items():
            browser = Browser(address)
            browser.sign_in(person, "beispiel")
            assert browser.name == name
        assert requests.get(f"http://127.0.0.1:{port + 1000}/jwks", timeout=5).status_code == 200
    for ended in (port, port + 1000):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", ended)) != 0


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"PATH": "/usr/bin-without-node"}, "Node.js is not installed: the site runs, signing in does not."),
        ({"NODE_HOST": "0.0.0.0"}, "others can reach this node"),
        ({"NODE_ISSUER": "https://erfahrungen.example"}, "others can reach this node"),
        ({"NODE_TRUSTED_PROXIES": "1"}, "others can reach this node"),
    ],
)
def test_without_it_the_reason_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variables: dict[str, str], words: str
) -> None:
    for name, value in {"NODE_DATA": str(tmp_path), **variables}.items():
        monkeypatch.setenv(name, value)
    assert words in _obstacle(load_settings(port=a_port()))
