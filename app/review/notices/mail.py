"""Notices by e-mail: sent outside of every transaction, retried until they are through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from app.database import Sessions
from app.database.last_results import MAIL, LastResults
from app.review.models import Message, Notice, NoticeKind
from app.review.notices.wording import word
from app.review.people import People
from app.shared.clock import Clock
from app.shared.errors import Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message in plain text; `token` stays the same when it is sent again."""

    to: str
    subject: str
    text: str
    token: str
    lang: str = "de"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a message says. One that goes `only_once` is rather lost with a killed process than sent a second time.

    `lang` is its language where that is not the recipient's.
    """

    subject: str
    text: str
    lang: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    only_once: bool = False


WriteLetter = Callable[[Message, Notice, str], Letter | None]
"""Writes the letter about a notice in a language; None where there is nothing to say any more."""


class MailRefused(Unavailable):
    """The message could not be handed over; `code` says why in one word, without any address.

    `is_unsure`: the server was told the message and said nothing, so it may have taken it. `is_final`: it will never
    take one for this address.
    """

    code: str
    is_unsure: bool = False
    is_final: bool = False


class MailPort(Protocol):
    """Hands messages over."""

    def send(self, mail: Mail) -> None:
        """Hand one message over; raises MailRefused when it has to be tried again."""


NO_MAILBOX = "no_mailbox"
"""The code of a refusal that is about the address alone: the server is well."""
SENT = "sent"
REFUSED = "refused"
"""The outcome of a message whose address the server refuses for good."""
HANDING_OVER = "handing_over"
"""The outcome of a message that goes only once, from just before it is handed over until that was done or refused;
it stays where nobody knows which."""
_AT_ONCE = 50
_CLAIM = timedelta(minutes=5)
"""For so long nobody else tries a message that somebody is sending; a killed sender's message then goes out again."""
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440))
_OUTDATED = timedelta(days=14)
"""A message that nothing could send for so long says nothing new any more; the notice on the site stays."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How many messages were handed over, must be tried again, and need no sending."""

    sent: int = 0
    failed: int = 0
    skipped: int = 0


class MailSender:
    """Delivers each message at least once, those that say so at most once. Any number of processes may run it."""

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
    ) -> None:
        """Send through `mail` (None: no server is set, so everything waits); `address` gives the page of a notice.

        `letters` write those of kinds that are no news of review.
        """
        self._letters = letters or {}
        self._sessions = sessions
        self._clock = clock
        self._people = people
        self._mail = mail
        self._site = site
        self._address = address
        self._results = LastResults(sessions, clock)

    def deliver(self) -> Delivery:
        """Send what is due; raises nothing, because what fails stays in the outbox."""
        if self._mail is None:
            return Delivery()
        outcomes = [self._one(self._mail, message, notice) for message, notice in self._claim()]
        return Delivery(
            sent=outcomes.count(SENT),
            failed=outcomes.count(""),
            skipped=sum(outcome not in (SENT, "") for outcome in outcomes),
        )

    def _claim(self) -> list[tuple[Message, Notice]]:
        now = self._clock()
        due = select(Message).where(col(Message.due_at) <= now).order_by(col(Message.due_at)).limit(_AT_ONCE)

        def claim(db: Session) -> list[tuple[Message, Notice]]:
            claimed = []
            # What another process is claiming just now is its business.
            for row in db.scalars(due.with_for_update(skip_locked=True)).all():
                row.due_at = now + _CLAIM
                row.attempts += 1
                db.add(row)
                claimed.append((row, db.get_one(Notice, row.notice_id)))
            return claimed

        return self._sessions.beside(claim)

    def _one(self, mail: MailPort, message: Message, notice: Notice) -> str:
        """Try one message and return its outcome, "" where it has to be tried again."""
        recipient = self._people.recipient(notice.person)
        if recipient is None:
            return self._settle(message, notice, "no_address")
        if notice.read_at is not None:
            return self._settle(message, notice, "read")
        if self._clock() - notice.at > _OUTDATED:
            return self._settle(message, notice, "outdated")
        letter = self._letter(message, notice, recipient.lang)
        if letter is None:
            return self._settle(message, notice, "nothing_new")
        if not self._is_ours(message, letter):
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

    def _is_ours(self, message: Message, letter: Letter) -> bool:
        """Begin to hand it over; False where that took so long to come that somebody else has claimed it."""
        with self._sessions.begin() as db:
            row = db.get(Message, message.id)
            if row is None or (row.outcome, row.attempts) != ("", message.attempts):
                return False
            row.outcome = HANDING_OVER if letter.only_once else ""
            row.due_at = None if letter.only_once else self._clock() + _CLAIM
            db.add(row)
        return True

    def _letter(self, message: Message, notice: Notice, lang: str) -> Letter | None:
        if notice.kind in self._letters:
            return self._letters[notice.kind](message, notice, lang)
        subject, text = word(notice, lang, site=self._site, address=self._address(notice))
        return Letter(subject=subject, text=text)

    def _settle(self, message: Message, notice: Notice, outcome: str, failure: str = "") -> str:
        with self._sessions.begin() as db:
            row = db.get(Message, message.id)
            if row is not None:  # Else its guest confirmed meanwhile, or the question's time was over.
                row.outcome, row.failure = outcome, failure[:64]
                row.due_at = None if outcome else self._clock() + _PAUSES[min(row.attempts, len(_PAUSES)) - 1]
                db.add(row)
        if outcome:
            self._people.reached(notice.person)
        return outcome
