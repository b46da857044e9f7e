"""A real mail server, and a node that sends by it with a reader who has no account."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

from aiosmtpd.controller import Controller
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import text

from app.web.factory import create_app
from app.wiring import Services
from tests.functional.web.conftest import OPERATOR
from tests.webnode.checks import check_page
from tests.webnode.clock import SteppingClock
from tests.webnode.node import make_node

ADDRESS = "frau.a@beispielstadt.example"


class Mailbox:
    """Keeps what was handed over, and answers as a test says. aiosmtpd gives the methods their names."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.bytes: list[bytes] = []
        self.refused: dict[str, str] = {}
        """Answers to recipients whose address contains a word; "" is in each."""
        self.asked: list[str] = []
        self.farewell = "221 Bye"
        self.hangs_up = False

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        self.asked.append(address)
        for part, answer in self.refused.items():
            if part in address:
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        self.bytes.append(envelope.content)
        if self.hangs_up:
            server.transport.abort()
        return "250 OK"

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        return self.farewell

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.received if message["To"] == address]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class MailSite:
    """A node that sends e-mail, and a reader without an account."""

    services: Services
    client: FlaskClient
    mailbox: Mailbox
    shown: html.HtmlElement = field(default_factory=lambda: html.document_fromstring("<p>"))

    def open(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path, follow_redirects=True)
        assert answer.status_code == status, path
        language = "en" if path.startswith("/en/") else "de"
        self.shown = check_page(answer.get_data(as_text=True), dict(answer.headers), language)
        return self.words

    @property
    def words(self) -> str:
        return " ".join(self.shown.find(".//main").text_content().split())

    def send(self, path: str, status: int = 200, **typed: str) -> str:
        proof = (*self.shown.xpath("//main//input[@name='csrf_token']/@value"), "")[0]
        answer = self.client.post(path, data={"csrf_token": proof, **typed}, follow_redirects=True)
        assert answer.status_code == status, path
        self.shown = html.document_fromstring(answer.get_data(as_text=True))
        return self.words

    @property
    def proof(self) -> str:
        (found,) = set(self.shown.xpath("//main//input[@name='csrf_token']/@value"))
        return str(found)

    def links(self, message: EmailMessage) -> list[str]:
        return re.findall(r"https://erfahrungen\.example(/\S+)", message.get_content())

    def later(self, **by: float) -> None:
        assert isinstance(self.services.clock, SteppingClock)
        self.services.clock.now += timedelta(**by)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.services.sessions.reading() as db:
            return [tuple(row) for row in db.execute(text(query))]


AnySite = TypeVar("AnySite", bound=MailSite)


@contextmanager
def mail_site(kind: type[AnySite], folder: Path, **values: object) -> Iterator[AnySite]:
    """Run a node in `folder` beside a mail server of its own."""
    mailbox, port = Mailbox(), free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    mail = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "smtp_from": "netz@verbund.example"}
    services = make_node(folder, **OPERATOR, **mail, **values)
    services.follow()
    try:
        yield kind(services, create_app(services, testing=True).test_client(), mailbox)
    finally:
        services.close()
        controller.stop()
