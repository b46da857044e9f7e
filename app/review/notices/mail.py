"""Notices by e-mail: sent over SMTP outside of transactions, and retried until they succeed."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.header import Header
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime, formataddr
from typing import Any, Literal, Protocol

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from app.database import Sessions
from app.database.jobs import MAIL, LastResults
from app.review.models import Message, Notice, NoticeKind
from app.review.notices.notice import PROGRAM, SENT, word
from app.review.notices.webhooks import Webhooks
from app.review.people import People
from app.shared.addresses import checked
from app.shared.clock import Clock
from app.shared.errors import Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A plain text message; `token` stays the same when it is sent again."""

    to: str
    subject: str
    text: str
    token: str
    lang: str = "de"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The text of a message, in `lang` if set. `only_once`: lost rather than sent twice if the process dies."""

    subject: str
    text: str
    lang: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    only_once: bool = False


WriteLetter = Callable[[Message, Notice, str], Letter | None]
"""Writes the letter about a notice in a language; None if there is nothing left to say."""


class MailRefused(Unavailable):
    """`code`: the reason, without any address. `is_unsure`: it may have been accepted; `is_final`: do not retry."""

    code: str
    is_unsure: bool = False
    is_final: bool = False


class MailPort(Protocol):
    """Sends messages."""

    def send(self, mail: Mail) -> None:
        """Send one message; raises MailRefused if it must be tried again."""


NO_MAILBOX = "no_mailbox"
"""The code of a refusal that concerns the address only: the server works."""
REFUSED = "refused"
"""The outcome of a message whose address the server refuses permanently."""
HANDING_OVER = "handing_over"
"""The outcome of an `only_once` message from just before it is sent until the result is known; it remains if the result
is never known."""
_BATCH_SIZE = 50
_CLAIM = timedelta(minutes=5)
"""Time that a message is reserved for the process sending it; if that is killed, another sends it afterwards."""
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440))
_OUTDATED = timedelta(days=14)
"""Age at which an unsent message is given up as outdated; the notice on the site remains."""
_log = structlog.get_logger(__name__)


class MailSender:
    """Delivers each message at least once, `only_once` ones at most once. Several processes may run it."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Clock,
        people: People,
        mail: MailPort | None,
        *,
        site: str,
        address: Callable[[Notice], str],
        letters: Mapping[NoticeKind, WriteLetter] | None = None,
        webhooks: Webhooks | None = None,
    ) -> None:
        """Send through `mail` (None: no server is configured, messages wait); `address` returns the page of a notice.

        Notices to programs go through `webhooks`. `letters` write the messages of kinds that do not concern review.
        """
        self._letters = letters or {}
        self._sessions = sessions
        self._clock = clock
        self._people = people
        self._mail = mail
        self._site = site
        self._address = address
        self._results = LastResults(sessions, clock)
        self._webhooks = webhooks

    def deliver(self) -> Sequence[str]:
        """Send what is due; return each outcome, "" for a message to be tried again. Raises nothing."""
        outcomes = []
        for message, notice in self._claim():
            if self._webhooks and notice.person.startswith(PROGRAM):
                outcomes.append(self._event(self._webhooks, message, notice))
            elif self._mail:
                outcomes.append(self._one(self._mail, message, notice))
        return outcomes

    def _claim(self) -> list[tuple[Message, Notice]]:
        now = self._clock()
        due = select(Message).where(col(Message.due_at) <= now).order_by(col(Message.due_at)).limit(_BATCH_SIZE)
        if self._mail is None:
            due = due.join(Notice).where(col(Notice.person).startswith(PROGRAM))

        def claim(db: Session) -> list[tuple[Message, Notice]]:
            claimed = []
            # Skip rows that another process is claiming right now.
            for row in db.scalars(due.with_for_update(skip_locked=True)).all():
                row.due_at = now + _CLAIM
                row.attempts += 1
                db.add(row)
                claimed.append((row, db.get_one(Notice, row.notice_id)))
            return claimed

        return self._sessions.beside(claim)

    def _event(self, webhooks: Webhooks, message: Message, notice: Notice) -> str:
        if not self._is_ours(message):
            return "taken"
        address = self._address(notice)
        return self._settle(message, notice, *webhooks.send(notice, message.token, message.attempts, address))

    def _one(self, mail: MailPort, message: Message, notice: Notice) -> str:
        """Try to send one message and return its outcome, "" if it must be tried again."""
        recipient = self._people.recipient(notice.person)
        if recipient is None:
            return self._settle(message, notice, "no_address")
        if notice.read_at is not None:
            return self._settle(message, notice, "read")
        if self._clock() - notice.at > _OUTDATED:
            return self._settle(message, notice, "outdated")
        if notice.kind in self._letters:
            letter = self._letters[notice.kind](message, notice, recipient.lang)
        else:
            subject, text = word(notice, recipient.lang, site=self._site, address=self._address(notice))
            letter = Letter(subject=subject, text=text)
        if letter is None:
            return self._settle(message, notice, "nothing_new")
        if not self._is_ours(message, only_once=letter.only_once):
            return "taken"
        try:
            mail.send(
                Mail(
                    to=recipient.address,
                    subject=letter.subject,
                    text=letter.text,
                    token=message.token,
                    lang=letter.lang or recipient.lang,
                    headers=letter.headers,
                )
            )
        except MailRefused as error:
            _log.warning("message.not_sent", message=message.id, code=error.code, attempts=message.attempts)
            return self._refused(message, notice, letter, error)
        self._results.note(MAIL)
        return self._settle(message, notice, SENT)

    def _refused(self, message: Message, notice: Notice, letter: Letter, error: MailRefused) -> str:
        if error.code != NO_MAILBOX:
            self._results.note(MAIL, error.code)
        if error.is_final:
            outcome = self._settle(message, notice, REFUSED, error.code)
            self._people.refused(notice.person)
            return outcome
        return self._settle(message, notice, HANDING_OVER if letter.only_once and error.is_unsure else "", error.code)

    def _is_ours(self, message: Message, *, only_once: bool = False) -> bool:
        """Start sending; return False if the claim has expired and another process has taken the message over."""
        with self._sessions.begin() as db:
            row = db.get(Message, message.id)
            if row is None or (row.outcome, row.attempts) != ("", message.attempts):
                return False
            row.outcome = HANDING_OVER if only_once else ""
            row.due_at = None if only_once else self._clock() + _CLAIM
            db.add(row)
        return True

    def _settle(self, message: Message, notice: Notice, outcome: str, failure: str = "") -> str:
        with self._sessions.begin() as db:
            row = db.get(Message, message.id)
            if row is not None:  # None if the guest has confirmed meanwhile, or the request has expired.
                row.outcome, row.failure = outcome, failure[:64]
                row.due_at = None if outcome else self._clock() + _PAUSES[min(row.attempts, len(_PAUSES)) - 1]
                db.add(row)
        if outcome:
            self._people.reached(notice.person)
        return outcome


_SECONDS = 20.0
_PERMANENT = 500
_DETAIL = re.compile(rb"[245]\.(\d{1,3})\.\d{1,3}\b")
_GONE = (b"1", b"2")

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """The SMTP server. With `starttls` (RFC 3207) and `tls` (RFC 8314) its certificate must be valid for `host`."""

    host: str
    port: int
    security: Security
    sender: str
    sender_name: str
    user: str = ""
    password: str = ""


class _OneLine(UnstructuredHeader, BaseHeader):
    """A header with an address that is never folded, because a folded one would be sent as encoded words."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Subject(UnstructuredHeader, BaseHeader):
    """A subject that is encoded as a whole if necessary: mail programs show separately encoded words in pieces."""

    def fold(self, *, policy: Policy) -> str:
        if self.isascii():
            return super().fold(policy=policy)
        # By default, it makes encoded words of 76 characters; RFC 2047 allows 75.
        words = Header(self, "utf-8", maxlinelen=74, header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {words}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("subject", _Subject)
_HEADERS.map_to_type("list-unsubscribe", _OneLine)
_POLICY = EmailPolicy(header_factory=_HEADERS)


class _Talk(smtplib.SMTP):
    """A connection that records whether a message was transmitted."""

    has_told = False

    def _get_socket(self, *given: Any) -> socket.socket:
        return checked(super()._get_socket(*given))  # type: ignore[misc]  # typeshed leaves it out

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.has_told = True
        return super().data(msg)


class _TlsTalk(_Talk, smtplib.SMTP_SSL):
    """The same, encrypted from the start."""


def _refusal(status: int, told: bytes) -> MailRefused:
    """Return the meaning of a server's refusal of a recipient.

    Codes of RFC 3463 distinguish an address that does not exist (5.1) or has no mailbox (5.2) from a server that does
    not relay for this node (5.7). Without a code, any permanent refusal counts as final and as a failure of the server.
    """
    detail = _DETAIL.match(told)
    is_gone = detail is not None and detail[1] in _GONE
    is_final = status >= _PERMANENT and (is_gone or detail is None)
    return MailRefused(NO_MAILBOX if is_final and is_gone else "recipient_refused", is_final=is_final)


class SmtpMail:
    """Sends mail over SMTP with one connection per message."""

    def __init__(self, server: SmtpServer, clock: Clock) -> None:
        self._server = server
        self._clock = clock

    def send(self, mail: Mail) -> None:
        try:
            with self._connected() as connection:
                try:
                    connection.send_message(self._message(mail))
                except smtplib.SMTPServerDisconnected as error:
                    raise MailRefused(type(error).__name__, is_unsure=connection.has_told) from error
        except smtplib.SMTPResponseException as error:
            raise MailRefused(f"smtp_{error.smtp_code}") from error
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(*next(iter(error.recipients.values()))) from error
        except (ValueError, IndexError, AttributeError) as error:
            # The standard library raises these for invalid addresses, such as "a@".
            raise MailRefused("address") from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailRefused(type(error).__name__) from error

    @contextmanager
    def _connected(self) -> Iterator[_Talk]:
        server = self._server
        if server.security == "tls":
            context = ssl.create_default_context()
            connection: _Talk = _TlsTalk(server.host, server.port, timeout=_SECONDS, context=context)
        else:
            connection = _Talk(server.host, server.port, timeout=_SECONDS)
        try:
            if server.security == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password)
            yield connection
            # An error on quitting does not affect what the server has accepted.
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
        finally:
            connection.close()

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage(_POLICY)
        message["From"] = formataddr((self._server.sender_name, self._server.sender))
        message["To"] = mail.to
        # Python before 3.13 raises in the line above; later versions would send the message to nobody.
        if message["To"].defects:
            raise ValueError(mail.to)
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = format_datetime(self._clock())
        # The same on every attempt, so that mail programs recognise a repetition.
        message["Message-ID"] = f"<{mail.token}@{self._server.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        for name, value in mail.headers.items():
            message[name] = value
        message.set_content(mail.text)
        # Set it last, because setting the content removes all headers about it.
        message["Content-Language"] = mail.lang
        return message
