# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the courier needs of a way to send e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.errors import Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message in plain text; `token` stays the same when it is sent again."""

    to: str
    subject: str
    text: str
    token: str
    lang: str = "de"


class MailRefused(Unavailable):
    """The message could not be handed over; `code` says why in one word, without any address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MailPort(Protocol):
    """Hands messages over."""

    def send(self, mail: Mail) -> None:
        """Hand one message over; raises MailRefused when it has to be tried again."""
