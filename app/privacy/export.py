"""Exports personal data (Art. 15 and 20 GDPR) as JSON with files. Other people in it stay unnamed."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, inspect, or_, select
from sqlmodel import Session, col

from app.database import Table
from app.federation.harvest.models import ModerationEntry
from app.following.models import Subscriber, Subscription
from app.identity.errors import PersonNotFound
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
from app.privacy.erasure import Erasure, shares_of
from app.review.confirmations import guest_id
from app.review.models import (
    Approval,
    AuditEvent,
    Confirmation,
    Draft,
    DraftContent,
    DraftFile,
    Message,
    Notice,
    Proposal,
    Remark,
    Revision,
)
from app.shared.wording import N_, translator


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one table about a person, found by `columns` with ids of people.

    Rows without such a column are `part` of something else: the column with its id, and the table that says whose it
    is. `secret` columns are left out, because a reader could use them to act as the person.
    """

    name: str
    table: type[Table]
    columns: tuple[str, ...]
    what: str
    part: tuple[str, type[Draft | Notice]] | None = None
    secret: frozenset[str] = frozenset()

    def about(self, people: Collection[str]) -> ColumnElement[bool]:
        """Return the condition for rows about the people with these ids."""
        if self.part is None:
            return or_(*(getattr(self.table, name).in_(people) for name in self.columns))
        column, whole = self.part
        ids = select(col(whole.id)).where(col(whole.person).in_(people))
        return getattr(self.table, column).in_(ids)  # type: ignore[no-any-return]  # a column of the table


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
        part=("draft_id", Draft),
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
    Section("messages", Message, (), N_("Messages about it by e-mail, sent or waiting."), part=("notice_id", Notice)),
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
"""A test compares these with all tables that have a column for people."""


_OTHERS = N_("somebody else")
_PUBLISHED = N_(
    "Records whose history holds what you wrote. They are published under a name that says nothing about you."
)


class NothingStored(PersonNotFound):
    """Nothing is stored about an address: no subscription and no question."""

    message = (
        "nothing is stored of this address outside of an account. If it belongs to one: erfahrungsnetz export person"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonExport:
    """All data about one person: `document` is plain JSON, `files` are the files beside it by path."""

    document: Mapping[str, Any]
    files: Mapping[str, bytes]


class PersonExporter:
    """Reads all tables that contain personal data."""

    def __init__(self, erasure: Erasure, path_of: Callable[[str, str], str]) -> None:
        """Read what `erasure` would delete; `path_of` returns the folder of a record, given kind and name."""
        self._erasure = erasure
        self._sessions = erasure.sessions
        self._path_of = path_of

    def export(self, person_id: str, lang: str = "de") -> PersonExport:
        """Return all data about a person, explained in a language; also what is left of an erased one."""
        with self._sessions.reading() as db:
            asked, follows = self._erasure.ids_of_address(db, self._erasure.identity.people.address(person_id))
        return self._export(person_id, person_id, asked, follows, lang)

    def of_address(self, address: str, lang: str = "de") -> PersonExport:
        """Return the data of an address without account. Raises NothingStored."""
        with self._sessions.reading() as db:
            asked, follows = self._erasure.ids_of_address(db, address)
        if not asked and not follows:
            raise NothingStored
        return self._export(address, "", asked, follows, lang)

    def _export(
        self, name: str, person_id: str, asked: tuple[str, ...], follows: tuple[str, ...], lang: str
    ) -> PersonExport:
        say = translator(lang)
        mine = frozenset(filter(None, {person_id, *map(guest_id, asked), *follows}))
        with self._sessions.reading() as db:
            rows = {
                one.name: list(_rows(db, one, asked if one.table is Confirmation else mine, say(_OTHERS)))
                for one in SECTIONS
            }
            shares = shares_of(db, mine)
            drafts = select(col(Draft.id)).where(col(Draft.person).in_(mine))
            attached_to_drafts = db.scalars(select(DraftFile).where(col(DraftFile.draft_id).in_(drafts)))
            files = {f"drafts/{row.draft_id}/{row.name}": row.data for row in attached_to_drafts}
        open_ones = [share.proposal for share in shares if share.wrote_last and share.proposal.state.is_open]
        for proposal in open_ones:
            tip = self._erasure.refs.tip(proposal.id)
            attached = self._erasure.refs.files(self._path_of(proposal.kind, proposal.slug), tip) if tip else {}
            files |= {f"proposals/{proposal.id}/{name}": data for name, data in attached.items()}
        explained = {one.name: say(one.what) for one in SECTIONS} | {"published": say(_PUBLISHED)}
        document = {
            "person": name,
            "as_of": self._erasure.clock().isoformat(),
            "explained": explained,
            **rows,
            "published": sorted({share.record for share in shares if share.is_published}),
        }
        return PersonExport(document=document, files=files)


def _rows(db: Session, section: Section, people: Collection[str], others: str) -> Iterator[dict[str, Any]]:
    names = [attribute.key for attribute in inspect(section.table).column_attrs if attribute.key not in section.secret]
    for row in db.scalars(select(section.table).where(section.about(people))):
        values = {name: getattr(row, name) for name in names}
        hidden = {name: others for name in section.columns if values[name] and values[name] not in people}
        yield {name: _plain(value) for name, value in {**values, **hidden}.items()}


def _plain(value: Any) -> Any:
    """Return a value of a table in the form that JSON permits."""
    if isinstance(value, DraftContent):
        return value.entries()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value
