# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can go wrong in review. None of these errors carries a word that somebody wrote.

Those without fields hold in `args` the id, path or digest that they are about.
"""

from __future__ import annotations

from app.identity.errors import NotAllowed
from app.shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class ProposalNotFound(NotFound):
    """There is no proposal with this id, or the asker may not know of it."""


class DraftNotFound(NotFound):
    """There is no draft with this id, or it belongs to somebody else."""


class RemarkNotFound(NotFound):
    """There is no remark with this id on the proposal."""


class BaseUnknown(NotFound):
    """The record has no version with this digest."""


class GuestQuestionNotFound(NotFound):
    """No question waits behind this link: it was confirmed already, or its time is over."""


class GuestAddressInvalid(Invalid):
    """This is no e-mail address."""


class TooManyGuestQuestions(Conflict):
    """So many questions came of late, from this address or altogether, that no further message is sent now."""


class GuestsNotOffered(Unavailable):
    """The node sends no e-mail, so that nobody without an account can confirm a question."""


class OutsideArea(NotAllowed):
    """The record lies outside of what the role reaches, as it is published (`before`) or proposed (`after`)."""

    before: bool
    after: bool


class OwnProposal(Forbidden):
    """Whoever wrote a part of the text may not decide on it."""


class SecondPersonMissing(Forbidden):
    """The author has no account here, so whoever approved may not be the one who publishes."""


class TextMissing(Invalid):
    """A sentence is needed in `field` ("reason", "text", "note")."""


class TextTooLong(Invalid):
    """`field` holds `length` characters; `limit` are allowed."""

    field: str
    length: int
    limit: int


class DraftTooLarge(Invalid):
    """`what` ("text", "file", "files", "drafts") holds `size`; `limit` is allowed (bytes, or a number)."""

    what: str
    size: int
    limit: int


class FileNameRefused(Invalid):
    """A file may be called with letters, digits, `-`, `_` and single dots only.

    Nor may it be called like another one except for case, or like a device of Windows.
    """


class Unconfirmed(Conflict):
    """Warnings or requests for a change stand open, and whoever publishes did not say that they know of them."""


class RevisionOutdated(Conflict):
    """The decision was about the text of another revision; `round` is the number of the newest."""

    proposal_id: str
    round: int


class HeadMoved(Conflict):
    """The decision was about another published text; `head` is the digest of the one that stands now."""


class NothingChanged(Conflict):
    """The text is the same as what is published."""


class RecordGone(Conflict):
    """The record at `path` was withdrawn meanwhile."""


class RecordErased(Conflict):
    """The record at `path` was withdrawn to protect personal data, and its text is not brought back."""


class QuotaReached(Unavailable):
    """The person has sent `limit` texts or remarks within an hour; there is room again in so many `seconds`."""

    limit: int
    seconds: int

    @property
    def minutes(self) -> int:
        return -(-self.seconds // 60)


class TooMany(Unavailable):
    """As many `what` as this node takes from one person or organisation; `limit` is that number."""

    what: str
    limit: int
