"""One event per request, without anything that tells who asked, with which words, or how to open a memo."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.cli.server_log import ServerLog

SECRET = "Vertrauliche"
TOKEN = "a-B_" * 10 + "xyz"


CONFIG = SimpleNamespace(loglevel="info", errorlog="-", accesslog="-", capture_output=False, logconfig=None)


@pytest.fixture(autouse=True)
def _json_log(monkeypatch: pytest.MonkeyPatch, log_restored: None) -> None:
    monkeypatch.setenv("NODE_LOG_FORMAT", "json")


def written(capsys: pytest.CaptureFixture[str], path: str) -> dict[str, object]:
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": f"q={SECRET}",
        "HTTP_REFERER": f"https://erfahrungen.example/vermerk/{TOKEN}", "HTTP_USER_AGENT": "Browser",
        "REMOTE_ADDR": "192.0.2.7",
    }  # fmt: skip
    # Set up as gunicorn does it.
    ServerLog(CONFIG).access(SimpleNamespace(status="200 OK"), None, environ, timedelta(milliseconds=12))
    raw = capsys.readouterr().err
    assert not any(word in raw for word in (SECRET, TOKEN, "Browser", "192.0.2.7"))
    line: dict[str, object] = json.loads(raw)
    return line


def test_line_says_what_was_asked_and_how_it_went(capsys: pytest.CaptureFixture[str]) -> None:
    line = written(capsys, "/suche")
    said = {"event": "request.answered", "method": "POST", "path": "/suche", "status": 200, "ms": 12.0}
    assert said.items() <= line.items()


def test_link_of_a_saved_memo_stays_out(capsys: pytest.CaptureFixture[str]) -> None:
    for path in ("/vermerk/{}", "/en/vermerk/{}", "/vermerk/{}/abonnieren", "/abonnements/{}/beenden"):
        assert written(capsys, path.format(TOKEN))["path"] == path.format("…")
