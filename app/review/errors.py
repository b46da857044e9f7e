"""What can go wrong in review. None of these errors carries a word that somebody wrote.

Those without fields hold in `args` the id, path or digest that they are about.
"""

from __future__ import annotations

from app.identity.errors import NotAllowed
from app.shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from app.shared.wording import N_, Translator


class ProposalNotFound(NotFound):
    """There is no proposal with this id, or the asker may not know of it."""


class DraftNotFound(NotFound):
    """There is no draft with this id, or it belongs to somebody else."""


class RemarkNotFound(NotFound):
    """There is no remark with this id on the proposal."""

    message = N_("This remark was deleted in the meantime.")


class BaseUnknown(NotFound):
    """The record has no version with this digest."""


class ConfirmationNotFound(NotFound):
    """Nothing waits behind this link: it was confirmed already, or its time is over."""


class AddressInvalid(Invalid):
    """This is no e-mail address."""


class TooManyConfirmations(Unavailable):
    """The node has sent as many links to confirm as it sends in an hour; strangers may be at work."""


class MailNotOffered(Forbidden):
    """This node sends no e-mail."""


class OutsideArea(NotAllowed):
    """The record lies outside of what the role reaches, as it is published (`before`) or proposed (`after`)."""

    before: bool
    after: bool

    def said(self, say: Translator) -> str:
        if self.before and self.after:
            return say.gettext(
                "This record lies outside of the area that you look after. Somebody else of the editors decides."
            )
        if self.before:
            return say.gettext(
                "As it is published now, this record lies outside of the area that you look after, whatever the"
                " proposal makes of it. Somebody who looks after both decides."
            )
        return say.gettext(
            "With this proposal the record would lie outside of the area that you look after. Somebody who looks after"
            " both decides."
        )


class OwnProposal(Forbidden):
    """Whoever wrote a part of the text may not decide on it."""

    message = N_("You wrote a part of this text. Somebody else decides on it, so that four eyes have seen it.")


class SecondPersonMissing(Forbidden):
    """The author has no account here, so a second curator has to publish."""

    message = N_(
        "You approved this text. Its author has no account here, so somebody else of the editors publishes it: "
        "then four eyes have seen it."
    )


class TextMissing(Invalid):
    """A sentence is needed."""

    message = N_("Please write a sentence: the author reads it and learns what to do.")


class WhatDiffersMissing(TextMissing):
    """Whoever contradicts a record has to say how it was with them."""

    message = N_("Please say in a sentence what was different with you.")


class TextTooLong(Invalid):
    """`field` holds `actual` characters; `limit` are allowed."""

    field: str
    actual: int
    limit: int

    message = N_("Please shorten this to %(limit)s characters; now it has %(actual)s.")


class DraftTooLarge(Invalid):
    """`what` ("text", "file", "files", "drafts") holds `size`; `limit` is allowed (bytes, or a number)."""

    what: str
    size: int
    limit: int

    def said(self, say: Translator) -> str:
        match self.what:
            case "drafts":
                return say.gettext(
                    "You have %(count)s drafts already. Please delete one that you no longer need.", count=self.limit
                )
            case "files":
                return say.gettext("A record has at most %(count)s files.", count=self.limit)
            case "file":
                size = self.limit // 1024 // 1024
                return say.gettext("All files together may have at most %(size)s MB.", size=size)
        return say.gettext("The text is longer than a record may be. Please shorten it or divide it into two records.")


class FileNameRefused(Invalid):
    """A file may be called with letters, digits, `-`, `_` and single dots only.

    Nor may it be called like another one except for case, or like a device of Windows.
    """


class Unconfirmed(Conflict):
    """Warnings or change requests are open, and the publisher did not confirm that they know them."""

    message = N_("Please confirm first that you know what still stands open.")


class RevisionOutdated(Conflict):
    """The decision was about the text of another revision; `round` is the number of the newest."""

    proposal_id: str
    round: int

    message = N_("There is a newer text meanwhile. Please read it here before you decide.")


class HeadMoved(Conflict):
    """The decision was about another published text; `head` is the digest of the one that stands now."""

    message = N_("Something else was published at the same moment. Please look at it and try once more.")


class NothingChanged(Conflict):
    """The text is the same as what is published."""

    message = N_("The text is the same as the published one. There is nothing left to publish.")


class RecordGone(Conflict):
    """The record at `path` was withdrawn meanwhile."""

    message = N_("The record was withdrawn in the meantime, so nothing can be published there.")


class ResponseTakenDown(RecordGone):
    """Curators withdrew the response at `path`."""

    message = N_("The editors took this response down. Please write to them.")


class RecordErased(Conflict):
    """The record at `path` was withdrawn to protect personal data, and its text is not brought back."""


class QuotaReached(Unavailable):
    """The person has sent `limit` texts or remarks within an hour; there is room again in `seconds`."""

    limit: int
    seconds: int

    headline = N_("Please wait a little")

    @property
    def minutes(self) -> int:
        return -(-self.seconds // 60)

    def said(self, say: Translator) -> str:
        return say.ngettext(
            "This site takes %(limit)s contributions of this kind an hour from one person. Please send this once more"
            " in %(num)s minute; nothing that you typed is lost.",
            "This site takes %(limit)s contributions of this kind an hour from one person. Please send this once more"
            " in %(num)s minutes; nothing that you typed is lost.",
            self.minutes,
            limit=self.limit,
        )


class TooMany(Unavailable):
    """As many `what` as this node takes from one person or organisation; `limit` is that number."""

    what: str
    limit: int

    message = N_("You have sent very many responses today. Please go on tomorrow.")
