"""Providers that answer, that do not know the client, that are somebody else, and that are not there."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.functional.cli.conftest import Cli
from tools.serving_node import free_port


class Provider(ThreadingHTTPServer):
    issuer = ""
    token: tuple[int, dict[str, str]] = (400, {"error": "invalid_grant"})
    seen = ""


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        self._answer(200, {"issuer": self.server.issuer, "token_endpoint": f"{self._here}/token"})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen = self.headers.get("Authorization", "")
        self._answer(*self.server.token)

    @property
    def _here(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def _answer(self, status: int, body: dict[str, str]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def provider(node: Path) -> Iterator[Provider]:
    with Provider(("127.0.0.1", 0), Handler) as server:
        server.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        enter(node, server.issuer)
        yield server
        server.shutdown()
        thread.join()


def enter(node: Path, issuer: str) -> None:
    (node / "secret").write_text("geheim", encoding="utf-8")
    lines = ['[[provider]]\nkey = "stadt"', f'issuer = "{issuer}"', 'client_id = "netz"', 'label = "Musterstadt"']
    (node / "providers.toml").write_text("\n".join([*lines, 'client_secret_file = "secret"\n']), encoding="utf-8")


def said(cli: Cli) -> tuple[int, str]:
    result = cli("providers", "check")
    return result.exit_code, result.output


def test_a_provider_that_refuses_the_code_alone_knows_the_node(cli: Cli, provider: Provider) -> None:
    assert said(cli) == (0, f"stadt ({provider.issuer}): answers and knows this node\n")
    assert provider.seen == "Basic bmV0ejpnZWhlaW0="


def test_a_wrong_secret_and_another_issuer_are_named(cli: Cli, provider: Provider) -> None:
    provider.token = (401, {"error": "invalid_client"})
    code, text = said(cli)
    assert (code, "invalid_client" in text, "geheim" in text) == (1, True, False)
    expected = provider.issuer
    provider.issuer += "/"
    code, text = said(cli)
    assert (code, f"calls itself {expected}/, and {expected} is entered" in text) == (1, True)


def test_a_refused_connection_and_a_dead_host_are_told_apart(cli: Cli, node: Path) -> None:
    enter(node, f"http://127.0.0.1:{free_port()}")
    assert "refused" in said(cli)[1]
    enter(node, "https://konto.gibt-es-nicht.invalid")
    assert "cannot be reached" in said(cli)[1]


def test_a_named_file_that_is_missing_ends_no_sessions(cli: Cli, node: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("init")
    monkeypatch.setenv("NODE_PROVIDERS", str(node / "provider.toml"))
    refused = cli("providers", "check")
    assert refused.exit_code == 2
    assert "NODE_PROVIDERS: there is no file" in refused.stderr


def test_a_provider_nowhere_is_sent_nothing(cli: Cli, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.shared.addresses.is_inside", lambda _address: False)
    status, told = said(cli)
    assert (status, provider.seen) == (1, "")
    assert "127.0.0.1 is no address of a service" in told
