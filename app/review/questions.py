"""Questions from people without an account: stored until confirmed by a link, then sent to the editors."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from app.database import Sessions
from app.identity import Person, Role, RoleKind
from app.records.json_value import JsonValue
from app.review.confirmations import Confirmations, guest_id
from app.review.models import Confirmation, ConfirmationPurpose, Proposal
from app.review.proposals.service import ProposalService
from app.review.submission import Rejected, Submission, Via
from app.review.text.record_text import RecordText

KIND = "question"
PSEUDONYM = "gast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with its field of action and the situation behind it."""

    question: str
    topic: str
    situation: str = ""

    @classmethod
    def of(cls, row: Confirmation) -> Asked:
        """Return the question of a pending confirmation."""
        return cls(**row.wanted)


class GuestQuestions:
    """The use cases of somebody who asks a question without an account."""

    def __init__(self, confirmations: Confirmations, proposals: ProposalService, sessions: Sessions) -> None:
        self._confirmations = confirmations
        self._proposals = proposals
        self._sessions = sessions

    def ask(self, asked: Asked, address: str, lang: str) -> Rejected | None:
        """Store a question and send the link, or return problems by field. Raises as `Confirmations.ask`."""
        question_id = str(uuid.uuid4())
        checked = self._proposals.check(_submission(asked, question_id))
        if not checked.is_sound:
            return Rejected(problems=checked.problems)
        self._confirmations.ask(ConfirmationPurpose.QUESTION, asdict(asked), address, lang, confirmation_id=question_id)
        return None

    def confirm(self, row: Confirmation) -> Proposal | Rejected:
        """Send a question to the editors, once however often the link is used. Raises what submitting raises."""
        outcome = self._proposals.submit(_submission(Asked.of(row), row.id))
        if isinstance(outcome, Proposal):
            with self._sessions.begin() as db:
                self._confirmations.settle(db, row.id)
        return outcome


def front_of(asked: Asked) -> Mapping[str, JsonValue]:
    """Return the fields of a question's record."""
    return {"title": asked.question, "summary": asked.question, "topics": [asked.topic]}


def _submission(asked: Asked, question_id: str) -> Submission:
    author = Person(id=guest_id(question_id), pseudonym=PSEUDONYM, display_name="", roles=(Role(kind=RoleKind.AUTHOR),))
    text = RecordText(front=dict(front_of(asked)), sections={"situation": asked.situation})
    return Submission(kind=KIND, author=author, text=text, via=Via.GUEST, key=question_id)
