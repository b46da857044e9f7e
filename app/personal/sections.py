# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which tables tell something of people, by which columns, and what that is in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import col

from app.db import Table
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
    Draft,
    DraftFile,
    GuestQuestion,
    Message,
    Notice,
    Proposal,
    Remark,
    Revision,
)
from app.wording import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows that belong to those of another table, by a `column` with their ids; its `person` says whose they are."""

    column: str
    whole: type[Draft | Notice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Rows of one table about a person, found by `columns` with ids of people or as `part` of something of theirs.

    `secret` columns are given to nobody: whoever reads them could act as the person.
    """

    name: str
    table: type[Table]
    what: str
    columns: tuple[str, ...] = ()
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
        name="account",
        table=PersonRow,
        columns=("id",),
        what=N_("Your account: name, address, organisation, municipality, and the name in the published history."),
    ),
    Section(
        name="ways_in",
        table=LinkRow,
        columns=("person_id",),
        what=N_("With which account of which organisation you sign in."),
    ),
    Section(
        name="roles",
        table=RoleRow,
        columns=("person_id",),
        what=N_("Your roles, and when and by whom they were given."),
    ),
    Section(
        name="sessions",
        table=SignInSession,
        columns=("person_id",),
        what=N_("Browsers in which you are or were signed in of late."),
        secret=frozenset({"secret_hash", "id_token"}),
    ),
    Section(
        name="keys",
        table=AccessToken,
        columns=("person_id",),
        what=N_("Keys for programs, without the secrets."),
        secret=frozenset({"secret_hash"}),
    ),
    Section(
        name="invitations",
        table=Invitation,
        columns=("inviter_id", "used_by"),
        what=N_("Invitations that you made or used."),
        secret=frozenset({"secret_hash"}),
    ),
    Section(
        name="recognition",
        table=IdentityTrace,
        columns=("person_id",),
        what=N_("Check numbers by which you are recognised under another account, so that four eyes are not two."),
    ),
    Section(
        name="account_log",
        table=AuditEntry,
        columns=("person_id", "actor"),
        what=N_("What was changed about your account and roles, and what you changed about those of others."),
    ),
    Section(name="drafts", table=Draft, columns=("person",), what=N_("Your drafts, with imported reports.")),
    Section(
        name="draft_files",
        table=DraftFile,
        part=Part(column="draft_id", whole=Draft),
        what=N_("Files of your drafts; the files themselves lie beside this one."),
        secret=frozenset({"data"}),
    ),
    Section(
        name="proposals",
        table=Proposal,
        columns=("author", "editor"),
        what=N_("Proposals that you sent or took over, and what became of them."),
    ),
    Section(
        name="texts",
        table=Revision,
        columns=("writer",),
        what=N_("Every text of a proposal that you wrote, with reason."),
    ),
    Section(name="approvals", table=Approval, columns=("person",), what=N_("Texts for which you stood.")),
    Section(
        name="remarks",
        table=Remark,
        columns=("person", "resolved_by"),
        what=N_("What you said about proposals, and remarks that you called done."),
    ),
    Section(name="notices", table=Notice, columns=("person",), what=N_("What you were told.")),
    Section(
        name="messages",
        table=Message,
        part=Part(column="notice_id", whole=Notice),
        what=N_("Messages about it by e-mail, sent or waiting."),
    ),
    Section(
        name="log", table=AuditEvent, columns=("person",), what=N_("What you did with proposals and records, and when.")
    ),
    Section(
        name="moderation",
        table=ModerationEntry,
        columns=("actor",),
        what=N_("What of other nodes you took out of sight or brought back, with your reason."),
    ),
    Section(
        name="questions",
        table=GuestQuestion,
        columns=("id",),
        what=N_("Questions asked without an account from your address that have not been confirmed."),
        secret=frozenset({"token_hash", "address", "seal"}),
    ),
    Section(
        name="subscriber",
        table=Subscriber,
        columns=("id",),
        what=N_("That your address is told of changes by e-mail."),
        secret=frozenset({"token_hash", "address", "seal"}),
    ),
    Section(
        name="subscriptions",
        table=Subscription,
        columns=("subscriber_id",),
        what=N_("What your address follows by e-mail, how often, and of what it was told."),
        secret=frozenset({"token_hash", "mark"}),
    ),
)
"""A test compares them with all tables that have a column for people."""
