"""Which tables tell something of people, by which columns, and what that is in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import col

from app.database import Table
from app.federation.harvest.models import ModerationEntry
from app.following.models import Subscriber, Subscription
from app.identity.models import (
    AccessToken,
    AuditEntry,
    IdentityTrace,
    Invitation,
    LinkRow,
    PersonRow,
    RoleRow,
    SignInSession,
)
from app.review.models import (
    Approval,
    AuditEvent,
    Confirmation,
    Draft,
    DraftFile,
    Message,
    Notice,
    Proposal,
    Remark,
    Revision,
)
from app.shared.wording import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows that belong to those of another table, by a `column` with their ids; its `person` says whose they are."""

    column: str
    whole: type[Draft | Notice]


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one table about a person, found by `columns` with ids of people or as `part` of something of theirs.

    `secret` columns are given to nobody: whoever reads them could act as the person.
    """

    name: str
    table: type[Table]
    columns: tuple[str, ...]
    what: str
    part: Part | None = None
    secret: frozenset[str] = frozenset()

    def about(self, people: Collection[str]) -> ColumnElement[bool]:
        """Return what picks the rows about the people with these ids."""
        if self.part is None:
            return or_(*(getattr(self.table, name).in_(people) for name in self.columns))
        whole = self.part.whole
        ids = select(col(whole.id)).where(col(whole.person).in_(people))
        return getattr(self.table, self.part.column).in_(ids)  # type: ignore[no-any-return]  # a column of the table


SECTIONS = (
    Section(
        "account",
        PersonRow,
        ("id",),
        N_("Your account: name, address, organisation, municipality, and the name in the published history."),
    ),
    Section("ways_in", LinkRow, ("person_id",), N_("With which account of which organisation you sign in.")),
    Section("roles", RoleRow, ("person_id",), N_("Your roles, and when and by whom they were given.")),
    Section(
        "sessions",
        SignInSession,
        ("person_id",),
        N_("Browsers in which you are or were signed in of late."),
        secret=frozenset({"secret_hash", "id_token"}),
    ),
    Section(
        "keys",
        AccessToken,
        ("person_id",),
        N_("Keys for programs, without the secrets."),
        secret=frozenset({"secret_hash"}),
    ),
    Section(
        "invitations",
        Invitation,
        ("inviter_id", "used_by"),
        N_("Invitations that you made or used."),
        secret=frozenset({"secret_hash"}),
    ),
    Section(
        "recognition",
        IdentityTrace,
        ("person_id",),
        N_("Check numbers by which you are recognised under another account, so that four eyes are not two."),
    ),
    Section(
        "account_log",
        AuditEntry,
        ("person_id", "actor"),
        N_("What was changed about your account and roles, and what you changed about those of others."),
    ),
    Section("drafts", Draft, ("person",), N_("Your drafts, with imported reports.")),
    Section(
        "draft_files",
        DraftFile,
        (),
        N_("Files of your drafts; the files themselves lie beside this one."),
        part=Part(column="draft_id", whole=Draft),
        secret=frozenset({"data"}),
    ),
    Section(
        "proposals",
        Proposal,
        ("author", "editor"),
        N_("Proposals that you sent or took over, and what became of them."),
    ),
    Section("texts", Revision, ("writer",), N_("Every text of a proposal that you wrote, with reason.")),
    Section("approvals", Approval, ("person",), N_("Texts for which you stood.")),
    Section(
        "remarks",
        Remark,
        ("person", "resolved_by"),
        N_("What you said about proposals, and remarks that you called done."),
    ),
    Section("notices", Notice, ("person",), N_("What you were told.")),
    Section(
        "messages",
        Message,
        (),
        N_("Messages about it by e-mail, sent or waiting."),
        part=Part(column="notice_id", whole=Notice),
    ),
    Section("log", AuditEvent, ("person",), N_("What you did with proposals and records, and when.")),
    Section(
        "moderation",
        ModerationEntry,
        ("actor",),
        N_("What of other nodes you took out of sight or brought back, with your reason."),
    ),
    Section(
        "confirmations",
        Confirmation,
        ("id",),
        N_("What was wanted from your address without an account and is not confirmed: questions and subscriptions."),
        secret=frozenset({"token_hash", "address", "seal"}),
    ),
    Section(
        "subscriber",
        Subscriber,
        ("id",),
        N_("That your address is told of changes by e-mail."),
        secret=frozenset({"token_hash", "address", "seal"}),
    ),
    Section(
        "subscriptions",
        Subscription,
        ("subscriber_id",),
        N_("What your address follows by e-mail, how often, and of what it was told."),
        secret=frozenset({"mark"}),
    ),
)
"""A test compares them with all tables that have a column for people."""
