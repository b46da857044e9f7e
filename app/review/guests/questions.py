# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Asking without an account: the question waits until its link is opened, and then goes to the editors."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from app.database import Sessions
from app.identity import Person, Role, RoleKind
from app.records.json_value import JsonValue
from app.review.errors import GuestAddressInvalid, GuestsNotOffered, TooManyGuestQuestions
from app.review.guests.store import GuestStore, count, guest_id, purge
from app.review.guests.vault import is_address
from app.review.model.submission import Rejected, Submission, Via
from app.review.models import GuestQuestion, NoticeKind, Proposal
from app.review.notices.notice import Notices
from app.review.proposals.service import ProposalService
from app.review.text.record_text import RecordText
from app.shared.clock import Clock

KIND = "question"
PSEUDONYM = "gast"
HOURS = 48
"""So long a link holds; after that question and address are gone."""
OF_AN_ADDRESS = 3
IN_AN_HOUR = 30
AT_ONCE = 300
"""How many questions of the last HOURS one address and the whole node may have, and how many the last hour.

Nobody needs an account to ask, so something else has to keep strangers from having messages sent to others.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with its field of action, the situation behind it, and the language of whoever asks."""

    question: str
    topic: str
    situation: str = ""
    lang: str = "de"


class GuestQuestions:
    """The use cases of somebody who has no account here."""

    def __init__(
        self,
        store: GuestStore,
        proposals: ProposalService,
        notices: Notices,
        sessions: Sessions,
        clock: Clock,
        *,
        is_offered: bool,
    ) -> None:
        """Keep questions in `store` and tell by `notices`; `is_offered` is False where the node sends no e-mail."""
        self.is_offered = is_offered
        self._store = store
        self._proposals = proposals
        self._notices = notices
        self._sessions = sessions
        self._clock = clock

    def ask(self, asked: Asked, address: str) -> Rejected | None:
        """Keep a question and send the link that confirms it, or return by field what keeps it from being taken.

        Raises GuestsNotOffered, GuestAddressInvalid and TooManyGuestQuestions.
        """
        if not self.is_offered:
            raise GuestsNotOffered
        address = address.strip()
        if not is_address(address):
            raise GuestAddressInvalid
        question_id = str(uuid.uuid4())
        checked = self._proposals.check(_submission(asked, question_id))
        if not checked.is_sound:
            return Rejected(problems=checked.problems)
        self._keep(asked, address, question_id)
        return None

    def waiting(self, token: str) -> GuestQuestion:
        """Return the question behind a link; raises GuestQuestionNotFound."""
        return self._store.waiting(token)

    def confirm(self, token: str) -> Proposal | Rejected:
        """Send a question to the editors, once however often the link is used at the same time.

        Raises GuestQuestionNotFound, and what submitting raises.
        """
        row = self._store.waiting(token)
        asked = Asked(question=row.question, topic=row.topic, situation=row.situation, lang=row.lang)
        outcome = self._proposals.submit(_submission(asked, row.id))
        if isinstance(outcome, Proposal):
            self._store.confirmed(row.id)
        return outcome

    def purge(self) -> int:
        """Forget every question whose time is over, and return how many there were."""
        return self._store.purge()

    def _keep(self, asked: Asked, address: str, question_id: str) -> None:
        now = self._clock()
        locked, seal = self._store.locked(address)
        with self._sessions.begin() as db:
            purge(db, now)
            if (
                count(db, seal=seal) >= OF_AN_ADDRESS
                or count(db, since=now - timedelta(hours=1)) >= IN_AN_HOUR
                or count(db) >= AT_ONCE
            ):
                raise TooManyGuestQuestions
            db.add(
                GuestQuestion(
                    id=question_id,
                    token_hash=self._store.token_hash(question_id),
                    address=locked,
                    seal=seal,
                    lang=asked.lang,
                    question=asked.question,
                    topic=asked.topic,
                    situation=asked.situation,
                    asked_at=now,
                    expires_at=now + timedelta(hours=HOURS),
                )
            )
            # Nothing of what was typed goes along: who typed it may be a stranger to whoever gets the message.
            self._notices.add(db, guest_id(question_id), NoticeKind.CONFIRM_QUESTION, {"hours": str(HOURS)})


def front_of(asked: Asked) -> Mapping[str, JsonValue]:
    """Return the fields of the record that a question becomes."""
    return {"title": asked.question, "summary": asked.question, "topics": [asked.topic]}


def _submission(asked: Asked, question_id: str) -> Submission:
    author = Person(id=guest_id(question_id), pseudonym=PSEUDONYM, display_name="", roles=(Role(kind=RoleKind.AUTHOR),))
    text = RecordText(front=dict(front_of(asked)), sections={"situation": asked.situation})
    return Submission(kind=KIND, author=author, text=text, via=Via.GUEST, key=question_id)
