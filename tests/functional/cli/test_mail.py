from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from tests.functional.cli.conftest import Cli
from tools.serving_node import free_port


@pytest.fixture
def server() -> Iterator[Controller]:
    controller = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


def enter(node: Path, host: str, port: int, **more: str) -> None:
    given = {"NODE_SMTP_HOST": host, "NODE_SMTP_PORT": str(port), "NODE_SMTP_SECURITY": "none"}
    lines = {**given, "NODE_SMTP_FROM": "netz@musterstadt.example", **more}
    (node / "node.env").write_text("".join(f"{name}={value}\n" for name, value in lines.items()), encoding="utf-8")


def test_a_message_is_handed_over(cli: Cli, node: Path, server: Controller) -> None:
    enter(node, "127.0.0.1", server.port)
    result = cli("mail", "test", "kim@musterstadt.example")
    assert (result.exit_code, result.output) == (0, "Handed over to 127.0.0.1.\n")


def test_what_is_in_the_way_is_named(cli: Cli, node: Path, server: Controller) -> None:
    enter(node, "127.0.0.1", free_port())
    refused = cli("mail", "test", "kim@musterstadt.example")
    assert (refused.exit_code, "the connection was refused" in refused.output) == (3, True)
    enter(node, "post.gibt-es-nicht.invalid", 25)
    assert "this host does not exist" in cli("mail", "test", "kim@musterstadt.example").output
    enter(node, "127.0.0.1", server.port, NODE_SMTP_SECURITY="starttls")
    assert "NODE_SMTP_SECURITY" in cli("mail", "test", "kim@musterstadt.example").output


def test_a_node_without_a_server_says_so_and_an_account_there_needs_a_password(cli: Cli) -> None:
    assert cli("mail", "test", "kim@musterstadt.example").exit_code == 2
    cli("init")
    given = {"NODE_SMTP_HOST": "mail.example", "NODE_SMTP_USER": "node", "NODE_SMTP_FROM": "node@mail.example"}
    refused = cli("mail", "test", "kim@mail.example", **given)
    assert refused.exit_code == 2
    assert "NODE_SMTP_PASSWORD_FILE" in refused.stderr
