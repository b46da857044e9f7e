"""What people ask, and where they are, stays out of the log of a running site."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.functional.cli.conftest import Write
from tests.functional.cli.test_run import output, page, running

SAID = {"q": "Geheimvorhaben", "ort": "Kleinkleckersdorf", "einwohner": "vertraulich", "monate": "12"}
PATHS = ("/projektstart", "/suche", "/konzepte/rufbus", "/vermerk")


@pytest.mark.slow
def test_no_word_of_the_asker_reaches_the_log(node: Path, content: Path, write: Write) -> None:
    with running(node, content, NODE_LOG_LEVEL="debug") as site:
        for path in PATHS:
            assert urlencode(SAID)[:16] in page(f"{site.url}{path}?{urlencode(SAID)}"), path
    written = output(node)
    for path in PATHS:
        assert f'"path": "{path}"' in written
    for words in ("Geheimvorhaben", "Kleinkleckersdorf", "vertraulich"):
        assert words not in written


BROKEN = {
    "no request": b"Geheimvorhaben\r\n\r\n",
    "method": b"G(T /suche?q=Geheimvorhaben HTTP/1.1\r\n\r\n",
    "version": b"GET /suche?q=Geheimvorhaben HTTP/9.9\r\n\r\n",
    "header": b"GET / HTTP/1.1\r\nHost: x\r\nGeheimvorhaben\r\n\r\n",
    "long line": b"GET /" + b"x" * 9000 + b"?q=Geheimvorhaben HTTP/1.1\r\n\r\n",
    "coding": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Geheimvorhaben\r\n\r\n",
    "chunk": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nGeheimvorhaben\r\n",
    "proxy line": b"PROXY TCP4 127.0.0.2 127.0.0.2 1 2 Geheimvorhaben\r\nGET / HTTP/1.1\r\n\r\n",
    "part": b"GET /suche?q=Geheimvorhaben HTTP/1.1\r\nHo",
}


@pytest.mark.slow
@pytest.mark.parametrize("level", ["info", "debug"])
def test_no_address_and_no_word_of_a_broken_request_reaches_the_log(
    node: Path, content: Path, write: Write, level: str
) -> None:
    with running(node, content, NODE_LOG_LEVEL=level) as site:
        port = urlsplit(site.url).port
        for sent in BROKEN.values():
            with socket.create_connection(("127.0.0.1", port), 20, source_address=("127.0.0.2", 0)) as line:
                line.sendall(sent)
                line.shutdown(socket.SHUT_WR)
                while line.recv(4096):
                    pass
    written = output(node)
    assert "Invalid request" in written
    assert "127.0.0.2" not in written
    assert "Geheimvorhaben" not in written
