"""Messages go through a real SMTP server, and none is lost when it is away."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.header import decode_header, make_header
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from app.database.jobs import MAIL, LastResults
from app.review.decision import Decision
from app.review.notices.mail import REFUSED, Mail, MailRefused, SmtpMail, SmtpServer
from app.review.notices.notice import SENT
from app.review.submission import Via
from app.review.workflow import Step
from tests.functional.review.conftest import OpenNode
from tests.functional.review.deeds import sent, submitted
from tests.functional.review.node import CURATOR, OTHER_CURATOR, ReviewNode
from tests.webnode.clock import SteppingClock
from tests.webnode.mail import Mailbox, free_port


@pytest.fixture
def port() -> int:
    return free_port()


@contextmanager
def running(mailbox: Mailbox, port: int) -> Iterator[None]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield
    controller.stop(no_assert=True)


@pytest.fixture
def mailbox(port: int) -> Iterator[Mailbox]:
    """A running server, and what it was handed."""
    mailbox = Mailbox()
    with running(mailbox, port):
        yield mailbox


def smtp(port: int, security: Any = "none", **changes: Any) -> SmtpMail:
    given = {"host": "127.0.0.1", "sender": "node@netz.example", "sender_name": "Erfahrungsnetz", **changes}
    return SmtpMail(SmtpServer(port=port, security=security, **given), SteppingClock())


@pytest.fixture
def node(open_node: OpenNode, port: int) -> ReviewNode:
    return open_node(clock=SteppingClock(), mail=smtp(port))


def later(node: ReviewNode, **span: float) -> None:
    assert isinstance(node.clock, SteppingClock)
    node.clock.now += timedelta(**span)


def test_a_message_says_what_happened_and_where_to_go_on(node: ReviewNode, mailbox: Mailbox) -> None:
    proposal = sent(node, title="Bürgerbus: ja?")
    delivery = node.review.mail.deliver()
    assert delivery == [SENT, SENT]
    [message] = mailbox.to("u-berta@stadt.example")
    assert message["Subject"] == "[Erfahrungsnetz] Neuer Vorschlag: Bürgerbus: ja?"
    assert message["From"] == "Erfahrungsnetz <node@netz.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert f"https://erfahrungen.example/vorschlaege/{proposal.id}" in text
    assert "Anna" not in text
    assert node.review.mail.deliver().count(SENT) == 0


def test_what_comes_in_one_push_is_told_in_one_message(node: ReviewNode, mailbox: Mailbox) -> None:
    for slug in ("eins", "zwei"):
        given = node.submission(slug, title=f"Titel {slug}")
        submitted(node, replace(given, via=Via.PUSH, push="4f2a"))
    assert node.review.mail.deliver() == [SENT, SENT]
    for curator in ("u-berta@stadt.example", "u-bruno@stadt.example"):
        [message] = mailbox.to(curator)
        assert message["Subject"] == "[Erfahrungsnetz] Neue Vorschläge: Titel eins und weitere"
    sent(node, title="Von einem Formular")
    assert len(node.review.mail.deliver()) == 2


def test_a_request_for_a_change_is_quoted_in_one_message_to_each(node: ReviewNode, mailbox: Mailbox) -> None:
    proposal = sent(node, title="Bürgerbus: ja?")
    node.review.mail.deliver()
    mailbox.received.clear()
    said = {"title": "Bitte mit Jahr.\r\n-- \r\nGruß", "summary": "Kürzer."}
    node.review.curation.decide(proposal.id, CURATOR, Decision(step=Step.REQUEST_CHANGES, round=1, remarks=said))
    assert node.review.mail.deliver() == [SENT]
    [message] = mailbox.received
    assert "\n\n> Bitte mit Jahr.\n> --\n> Gruß\n>\n> Kürzer.\n\nhttps://" in message.get_content().replace(
        "\r\n", "\n"
    )
    # Whoever approves and publishes at one press tells of it once.
    other = sent(node, title="Rufbus: ja?")
    node.review.mail.deliver()
    mailbox.received.clear()
    node.review.curation.decide(other.id, CURATOR, Decision(step=Step.PUBLISH, round=1))
    assert node.review.mail.deliver() == [SENT]


def last_result(node: ReviewNode) -> str:
    return LastResults(node.sessions, node.clock).all()[MAIL].reason


def test_nothing_is_lost_while_the_server_is_away(node: ReviewNode, port: int) -> None:
    sent(node, title="Bürgerbus: ja?")
    assert node.review.mail.deliver().count("") == 2
    # Not at once again, but after a pause.
    assert node.review.mail.deliver().count("") == 0
    later(node, minutes=2)
    assert node.review.mail.deliver().count("") == 2
    assert last_result(node) == "ConnectionRefusedError"
    later(node, minutes=10)
    mailbox = Mailbox()
    with running(mailbox, port):
        assert node.review.mail.deliver().count(SENT) == 2
    assert last_result(node) == ""
    assert len(mailbox.received) == 2


@pytest.mark.parametrize(
    ("answer", "alarm"), [("550 5.1.1 No such user", ""), ("550 Unknown here", "recipient_refused")]
)
def test_an_address_refused_for_good_is_given_up(node: ReviewNode, mailbox: Mailbox, answer: str, alarm: str) -> None:
    mailbox.refused = {"": answer}
    sent(node, title="Bürgerbus: ja?")
    delivery = node.review.mail.deliver()
    assert delivery == [REFUSED, REFUSED]
    for _ in range(20):
        later(node, days=1)
        node.review.mail.deliver()
    assert len(mailbox.asked) == 2
    # A server that does not know an address is well; one that does not say why may be set up wrongly.
    noted = LastResults(node.sessions, node.clock).all().get(MAIL)
    assert (noted.reason if noted else "") == alarm
    assert node.review.notices.unread_count(CURATOR.id) == 1


def test_what_is_refused_otherwise_is_tried_again_and_holds_up_no_other(node: ReviewNode, mailbox: Mailbox) -> None:
    sent(node, title="Bürgerbus: ja?")
    for answer in ("554 5.7.1 Relay access denied", "552 5.3.4 Too much", "450 4.2.1 Later"):
        mailbox.refused = {"": answer}
        assert node.review.mail.deliver() == ["", ""]
        assert last_result(node) == "recipient_refused"
        later(node, hours=4)
    mailbox.refused = {"berta": answer}
    assert sorted(node.review.mail.deliver()) == ["", SENT]
    mailbox.refused = {}
    later(node, hours=4)
    assert node.review.mail.deliver() == [SENT]
    assert len(mailbox.to("u-berta@stadt.example")) == 1


def test_what_the_server_took_is_sent_however_it_takes_leave(node: ReviewNode, mailbox: Mailbox) -> None:
    mailbox.farewell = "421 Shutting down"
    sent(node, title="Bürgerbus: ja?")
    assert node.review.mail.deliver().count(SENT) == 2
    later(node, minutes=10)
    assert node.review.mail.deliver().count(SENT) == 0
    assert len(mailbox.received) == 2


def test_a_killed_sender_repeats_the_same_identifier(
    node: ReviewNode, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(node, title="Bürgerbus: ja?")

    def killed(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(node.review.mail, "_settle", killed)
        with pytest.raises(KeyboardInterrupt):
            node.review.mail.deliver()
    assert len(mailbox.received) == 1
    later(node, minutes=6)
    assert node.review.mail.deliver().count(SENT) == 2
    [first, second] = mailbox.to(mailbox.received[0]["To"])
    assert first["Message-ID"] == second["Message-ID"]


def test_what_was_read_and_who_has_no_address_gets_no_message(node: ReviewNode, mailbox: Mailbox) -> None:
    sent(node, title="Bürgerbus: ja?")
    node.review.notices.mark_read(CURATOR.id)
    node.town.unreachable.add(OTHER_CURATOR.id)
    delivery = node.review.mail.deliver()
    assert sorted(delivery) == ["no_address", "read"]
    assert mailbox.received == []
    assert node.review.notices.unread_count(OTHER_CURATOR.id) == 1


def test_without_a_server_notices_stand_on_the_site_and_messages_wait(open_node: OpenNode) -> None:
    node = open_node()
    sent(node, title="Bürgerbus: ja?")
    assert node.review.mail.deliver().count(SENT) == 0
    assert node.review.notices.unread_count(CURATOR.id) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_cannot_encrypt_gets_nothing_when_it_must(security: Any, port: int, mailbox: Mailbox) -> None:
    with pytest.raises(MailRefused):
        smtp(port, security).send(Mail(to="a@stadt.example", subject="x", text="y", token="t"))
    assert mailbox.received == []


def test_a_title_cannot_add_a_header(port: int, mailbox: Mailbox) -> None:
    mail = Mail(to="a@stadt.example", subject="Titel\r\nBcc: x@stadt.example", text="y", token="t")
    smtp(port).send(mail)
    [message] = mailbox.to("a@stadt.example")
    assert message["Bcc"] is None
    assert message["Subject"] == "Titel Bcc: x@stadt.example"


def test_a_subject_with_umlauts_is_encoded_whole(port: int, mailbox: Mailbox) -> None:
    subject = "[Netz der Kommunen] Änderung gewünscht: Bürgerbus für Menschen über 65 in Güstrow – kürzer"
    smtp(port).send(Mail(to="a@stadt.example", subject=subject, text="y", token="t"))
    [message] = mailbox.to("a@stadt.example")
    assert message["Subject"] == subject
    raw = next(value for name, value in message.raw_items() if name == "Subject")
    # Each word can be read by itself (RFC 2047), so no letter is cut and no space is lost between two of them.
    words = raw.split()
    assert all(len(word) <= 75 and word.startswith("=?utf-8?") for word in words)
    assert "".join(str(make_header(decode_header(word))) for word in words) == subject


def test_an_address_that_is_none_does_not_end_the_sending_of_others(port: int, mailbox: Mailbox) -> None:
    for address in ("a@", "a@[", "=?utf-8?q?=0a?=@x.example"):
        with pytest.raises(MailRefused) as refused:
            smtp(port).send(Mail(to=address, subject="x", text="y", token="t"))
        assert refused.value.code == "address"


def test_a_mail_server_at_an_address_where_none_can_be_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.shared.addresses.is_inside", lambda _address: False)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host, port = listening.getsockname()
        with pytest.raises(MailRefused) as refused:
            smtp(port, host=host).send(Mail(to="a@stadt.example", subject="x", text="y", token="t"))
        with listening.accept()[0] as line:
            assert line.recv(1) == b""
    assert (refused.value.code, refused.value.is_final) == ("AddressRefused", False)
