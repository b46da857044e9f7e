"""Known vulnerabilities of locked packages fail the check; without advisory data it says that it did not run."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from requests import HTTPError

from tools import check_advisories
from tools.check_advisories import ROOT, locked, main

Answer = Callable[[dict[str, Any]], tuple[int, bytes]]
Serve = Callable[[Answer], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that answers as OSV does, or otherwise."""
    started: list[HTTPServer] = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, body = answer(asked)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base calls it so
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        started.append(server)
        return f"http://127.0.0.1:{server.server_port}/v1/querybatch"

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def vulnerable(name: str) -> Answer:
    def answer(asked: dict[str, Any]) -> tuple[int, bytes]:
        results = [
            {"vulns": [{"id": "GHSA-xxxx"}]} if query["package"]["name"] == name else {} for query in asked["queries"]
        ]
        return 200, json.dumps({"results": results}).encode()

    return answer


def test_everything_that_is_locked_is_asked_about() -> None:
    found = set(locked(ROOT))
    ecosystems = {ecosystem: {one.name for one in found if one.ecosystem == ecosystem} for ecosystem in ("PyPI", "npm")}
    assert {"flask", "pytest", "numpy"} <= ecosystems["PyPI"]
    assert "@kern-ux/native" in ecosystems["npm"]
    assert all(one.version for one in found)


def test_a_known_vulnerability_fails_unless_it_is_accepted(
    serve: Serve, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(service=serve(vulnerable("gibt-es-nicht"))) == 0
    assert "0 known vulnerabilities" in capsys.readouterr().out
    service = serve(vulnerable("flask"))
    assert main(service=service) == 1
    said = capsys.readouterr().out
    assert "flask" in said
    assert "1 known vulnerabilities" in said
    monkeypatch.setattr(check_advisories, "ACCEPTED", {"GHSA-xxxx": "Tests do not reach that code."})
    assert main(service=service) == 0


def test_what_does_not_answer_as_agreed_is_not_run(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    answers: list[tuple[int, bytes]] = [(503, b""), (200, b"<html>"), (200, b"{}"), (200, b'{"results": []}')]
    nobody = "http://127.0.0.1:9/v1/querybatch"
    for service in (nobody, *(serve(lambda _, answer=answer: answer) for answer in answers)):  # type: ignore[misc]
        assert main(service=service) == 0
        assert "NOT RUN: advisory data cannot be reached" in capsys.readouterr().out
    with pytest.raises(HTTPError):
        main(service=serve(lambda _: (400, b"")))
