# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sends by SMTP with the standard library."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Literal

from app.clock import Clock
from app.review.mail.port import Mail, MailRefused

_SECONDS = 20.0

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


class SmtpMail:
    """A mail port that opens one connection per message."""

    def __init__(self, server: SmtpServer, clock: Clock) -> None:
        """Hand over to `server`; `clock` dates the messages."""
        self._server = server
        self._clock = clock

    def send(self, mail: Mail) -> None:
        """Hand one message over; raises MailRefused when it has to be tried again."""
        try:
            with self._connection() as connection:
                connection.send_message(self._message(mail))
        except smtplib.SMTPResponseException as error:
            raise MailRefused(f"smtp_{error.smtp_code}") from error
        except smtplib.SMTPRecipientsRefused as error:
            raise MailRefused("recipient_refused") from error
        except (ValueError, IndexError, AttributeError) as error:
            # So the standard library trips over addresses that are none, such as "a@".
            raise MailRefused("address") from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailRefused(type(error).__name__) from error

    def _connection(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            context = ssl.create_default_context()
            connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
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
        message = EmailMessage()
        message["From"] = formataddr((self._server.sender_name, self._server.sender))
        message["To"] = mail.to
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = format_datetime(self._clock())
        # The same on every attempt, so that a mailbox can tell a repetition from a second message.
        message["Message-ID"] = f"<{mail.token}@{self._server.sender.rpartition('@')[2]}>"
        message["Content-Language"] = mail.lang
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        return message
