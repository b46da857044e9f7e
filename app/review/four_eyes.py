"""Four eyes: nobody decides on a text that holds words of their own, and somebody besides its author stands for it.

`ProposedChange.permit_decision` asks before each decision, `Curation` once more before it publishes.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from app.review.errors import OwnProposal
from app.review.model.submission import Via
from app.review.model.workflow import OF_THE_NODE, WITHOUT_ACCOUNT


def refuse_own_words(writers: AbstractSet[str], person: str, proposal_id: str) -> None:
    """Raise OwnProposal if `person` is one of those whose words a proposal holds; all are ids."""
    if person in writers:
        raise OwnProposal(proposal_id)


def needs_two(via: Via, author: str) -> bool:
    """Tell whether approving and publishing takes two people, because the author is no person of this node."""
    return via in WITHOUT_ACCOUNT or (not author and via not in OF_THE_NODE)


def is_seconded(via: Via, author: str, approvers: AbstractSet[str], publisher: str) -> bool:
    """Tell whether a text has been seen by four eyes once `publisher` publishes it.

    `author` is an id, empty where nobody's is known; `approvers` are the ids of all but its writers who stand for it.
    Where the author has an account here, their own eyes are two of the four. Whoever wrote elsewhere could be the
    publisher, so somebody else must have approved.
    """
    return bool(approvers - {publisher} if needs_two(via, author) else approvers)
