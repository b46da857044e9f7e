"""Errors of review, never with text that somebody wrote; `args` has the id, path or digest if there are no fields."""

from __future__ import annotations

from app.identity.errors import NotAllowed
from app.shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from app.shared.wording import N_, Translator


class ProposalNotFound(NotFound):
    """No proposal has this id, or the person may not know of it."""


class DraftNotFound(NotFound):
    """No draft has this id, or it belongs to somebody else."""


class RemarkNotFound(NotFound):
    """The proposal has no remark with this id."""

    message = N_("This remark was deleted in the meantime.")


class BaseUnknown(NotFound):
    """The record has no version with this digest."""


class ConfirmationNotFound(NotFound):
    """Nothing waits behind this link: it was already confirmed, or has expired."""


class AddressInvalid(Invalid):
    """The text is not an e-mail address."""


class TooManyConfirmations(Unavailable):
    """The node has sent its maximum of confirmation links for this hour; perhaps somebody is abusing it."""


class MailNotOffered(Forbidden):
    """This node sends no e-mail."""


class OutsideArea(NotAllowed):
    """The record is outside the area of the person's role, as published (`before`) or as proposed (`after`)."""

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
    """The person wrote part of the text and may not decide on it."""

    message = N_("You wrote a part of this text. Somebody else decides on it, so that four eyes have seen it.")


class SecondPersonMissing(Forbidden):
    """The author has no account here, so a second curator has to publish."""

    message = N_(
        "You approved this text. Its author has no account here, so somebody else of the editors publishes it: "
        "then four eyes have seen it."
    )


class TextMissing(Invalid):
    """A text of at least one sentence is required."""

    message = N_("Please write a sentence: the author reads it and learns what to do.")


class WhatDiffersMissing(TextMissing):
    """A response that contradicts a record must say what was different; a plan must say what it is for."""

    message = N_("Please say in a sentence what was different with you, or what you plan it for.")


class TextTooLong(Invalid):
    """`field` has `actual` characters, but only `limit` are allowed."""

    field: str
    actual: int
    limit: int

    message = N_("Please shorten this to %(limit)s characters; now it has %(actual)s.")


class DraftTooLarge(Invalid):
    """`what` ("text", "file", "files", "drafts") has `size`, but only `limit` is allowed (bytes, or a number)."""

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
    """File names have only letters, digits, `-`, `_`, single dots; no Windows devices; unique regardless of case."""


class Unconfirmed(Conflict):
    """Warnings or change requests are open, and the publisher did not confirm that they know them."""

    message = N_("Please confirm first that you know what still stands open.")


class RevisionOutdated(Conflict):
    """The decision was about another revision; `round` is the number of the newest."""

    proposal_id: str
    round: int

    message = N_("There is a newer text meanwhile. Please read it here before you decide.")


class HeadMoved(Conflict):
    """The decision was about another published text; `head` is the digest of the current one."""

    message = N_("Something else was published at the same moment. Please look at it and try once more.")


class NothingChanged(Conflict):
    """The text is the same as the published one."""

    message = N_("The text is the same as the published one. There is nothing left to publish.")


class RecordGone(Conflict):
    """The record at `path` has been withdrawn."""

    message = N_("The record was withdrawn in the meantime, so nothing can be published there.")


class ResponseTakenDown(RecordGone):
    """Curators withdrew the response at `path`."""

    message = N_("The editors took this response down. Please write to them.")


class RecordErased(Conflict):
    """The record at `path` was withdrawn to protect personal data, and its text cannot be restored."""


class QuotaReached(Unavailable):
    """The person has sent `limit` texts or remarks within an hour; sending works again in `seconds`."""

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
    """The person or organisation has reached this node's `limit` of `what`."""

    what: str
    limit: int

    message = N_("You have sent very many responses today. Please go on tomorrow.")
