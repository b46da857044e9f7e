# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import text

from app.bootstrap import Services
from app.bootstrap.scheduler import Scheduler
from app.web.factory import create_app
from tests.functional.web.conftest import OPERATOR
from tests.webnode.checks import check_page
from tests.webnode.node import CONTENT, SteppingClock, make_node, publish

ADDRESS = "frau.a@beispielstadt.example"
RECORD = "20000000-0000-4000-8000-000000000001"
NEW = "case-studies/beispielstadt-rufbus/index.md"

_CASE = CONTENT / "case-studies" / "beispielstadt-irrtum" / "index.md"


class Mailbox:
    """Keeps what was handed over. aiosmtpd gives the method its name."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.bytes: list[bytes] = []
        self.hangs_up = False

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        self.bytes.append(envelope.content)
        if self.hangs_up:
            server.transport.abort()
        return "250 OK"


@dataclass
class Site:
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

    def subscribe(self, path: str, rhythm: str = "at_once", address: str = ADDRESS) -> str:
        """Subscribe and confirm, and return the address of the page with all subscriptions."""
        self.open(path)
        self.send(path, adresse=address, rhythmus=rhythm)
        link = self.links(self.round()[-1])[0]
        assert "Möchten Sie dieses Abonnement?" in self.open(link)
        answer = self.client.post(link, data={"csrf_token": self.proof})
        return str(answer.headers["Location"]).partition("?")[0]

    @property
    def proof(self) -> str:
        (found,) = set(self.shown.xpath("//main//input[@name='csrf_token']/@value"))
        return str(found)

    def round(self) -> list[EmailMessage]:
        """Do what the running node does by itself, and return the messages that were sent meanwhile."""
        before = len(self.mailbox.received)
        for _ in range(2):
            self.later(minutes=2)
            Scheduler(
                self.services.review,
                lambda: None,
                self.services.schedule,
                self.services.clock,
                following=self.services.following,
            ).once()
        return self.mailbox.received[before:]

    def links(self, message: EmailMessage) -> list[str]:
        return re.findall(r"https://erfahrungen\.example(/\S+)", message.get_content())

    def later(self, **by: float) -> None:
        assert isinstance(self.services.clock, SteppingClock)
        self.services.clock.now += timedelta(**by)

    def publish(self, title: str = "Beispielstadt: Rufbus im Winter") -> None:
        """Publish a case, new or with another title."""
        written = _CASE.read_text("utf-8").replace("10000000-0000-4000-8000-000000000003", RECORD)
        publish(self.services, {NEW: re.sub(r"(?m)^title: .*$", f'title: "{title}"', written).encode()})
        self.services.follow()

    def withdraw(self) -> None:
        tombstone = (
            f"---\nschema: withdrawn/1\nid: {RECORD}\nkind: case-study\n"
            'title: "Beispielstadt: Rufbus"\nreason: error\n---\n'
        )
        publish(self.services, {NEW: tombstone.encode()})
        self.services.follow()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.services.sessions.reading() as db:
            return [tuple(row) for row in db.execute(text(query))]


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    mail = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "smtp_from": "netz@verbund.example"}
    services = make_node(tmp_path_factory.mktemp("followers"), **OPERATOR, **mail)
    services.follow()
    try:
        yield Site(services, create_app(services, testing=True).test_client(), mailbox)
    finally:
        services.close()
        controller.stop()
