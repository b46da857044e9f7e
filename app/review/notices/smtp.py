"""Hands messages over to a mail server (SMTP)."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime, formataddr
from typing import Any, Literal

from app.review.notices.mail import NO_MAILBOX, Mail, MailRefused
from app.shared.addresses import checked
from app.shared.clock import Clock

_SECONDS = 20.0
_PERMANENT = 500
_DETAIL = re.compile(rb"[245]\.(\d{1,3})\.\d{1,3}\b")
_GONE = (b"1", b"2")

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where to hand over. With `starttls` (RFC 3207) and `tls` (RFC 8314) the certificate must be valid for `host`."""

    host: str
    port: int
    security: Security
    sender: str
    sender_name: str
    user: str = ""
    password: str = ""


class _OneLine(UnstructuredHeader, BaseHeader):
    """A header with an address, which would be sent as encoded words where it is longer than a line."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _OneLine)
_POLICY = EmailPolicy(header_factory=_HEADERS)


class _Talk(smtplib.SMTP):
    """A connection that knows whether the server was told a message."""

    has_told = False

    def _get_socket(self, *given: Any) -> socket.socket:
        return checked(super()._get_socket(*given))  # type: ignore[misc]  # typeshed leaves it out

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.has_told = True
        return super().data(msg)


class _TlsTalk(_Talk, smtplib.SMTP_SSL):
    """The same, encrypted from the beginning."""


def _refusal(status: int, told: bytes) -> MailRefused:
    """Return what it means that the server takes no message for its recipient.

    Codes of RFC 3463 tell an address that does not exist (5.1) or has no mailbox (5.2) from a server that does not send
    on for this node (5.7). Where there is none, any permanent refusal counts as final and as a failure of the server.
    """
    detail = _DETAIL.match(told)
    is_gone = detail is not None and detail[1] in _GONE
    is_final = status >= _PERMANENT and (is_gone or detail is None)
    return MailRefused(NO_MAILBOX if is_final and is_gone else "recipient_refused", is_final=is_final)


class SmtpMail:
    """A mail port that opens one connection per message."""

    def __init__(self, server: SmtpServer, clock: Clock) -> None:
        self._server = server
        self._clock = clock

    def send(self, mail: Mail) -> None:
        try:
            with self._connected() as connection:
                self._tell(connection, mail)
        except smtplib.SMTPResponseException as error:
            raise MailRefused(f"smtp_{error.smtp_code}") from error
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(*next(iter(error.recipients.values()))) from error
        except (ValueError, IndexError, AttributeError) as error:
            # So the standard library trips over addresses that are none, such as "a@".
            raise MailRefused("address") from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailRefused(type(error).__name__) from error

    def _tell(self, connection: _Talk, mail: Mail) -> None:
        try:
            connection.send_message(self._message(mail))
        except smtplib.SMTPServerDisconnected as error:
            raise MailRefused(type(error).__name__, is_unsure=connection.has_told) from error

    @contextmanager
    def _connected(self) -> Iterator[_Talk]:
        connection = self._connection()
        try:
            yield connection
        finally:
            # How the server takes leave changes nothing about what it has taken.
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()

    def _connection(self) -> _Talk:
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
        except BaseException:
            connection.close()
            raise
        return connection

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage(_POLICY)
        message["From"] = formataddr((self._server.sender_name, self._server.sender))
        message["To"] = mail.to
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = format_datetime(self._clock())
        # The same on every attempt, so that a mailbox can tell a repetition from a second message.
        message["Message-ID"] = f"<{mail.token}@{self._server.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        for name, value in mail.headers.items():
            message[name] = value
        message.set_content(mail.text)
        # Only now: setting the content takes out all headers about it.
        message["Content-Language"] = mail.lang
        return message
