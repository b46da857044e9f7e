"""Tables of people, their sign-ins, and their roles. Secrets are stored only as SHA-256."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Text, false
from sqlmodel import Field, UTCDateTime

from app.database import Table
from app.database.table import EnumText
from app.identity.municipality import Municipality
from app.identity.person import Role, RoleKind, Scope

ID = 36
NAME = 200
ADDRESS = 320
SLUG = 80
TOWN = 120
STATE = 2
ARS = 12
ISSUER = 255
HASH = 64

PERSON = "identity_person.id"


class PersonRow(Table, table=True):
    """A person who has signed in. After deletion only `id` and two times remain, because other tables refer to the id.

    `seen_at` is when the account was last used, `announced_at` when its deletion was announced after that. `…_set_here`
    tells that people here, not the provider, set the organisation or municipality.
    """

    __tablename__: ClassVar[str] = "identity_person"

    id: str = Field(sa_column=Column(String(ID), primary_key=True))
    pseudonym: str | None = Field(sa_column=Column(String(32), nullable=True, unique=True))
    display_name: str = Field(sa_column=Column(String(NAME), nullable=False))
    email: str | None = Field(default=None, sa_column=Column(String(ADDRESS), nullable=True, index=True))
    organisation: str | None = Field(default=None, sa_column=Column(String(SLUG), nullable=True))
    organisation_set_here: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false())
    )
    municipality_name: str | None = Field(default=None, sa_column=Column(String(TOWN), nullable=True))
    municipality_state: str | None = Field(default=None, sa_column=Column(String(STATE), nullable=True))
    municipality_ars: str | None = Field(default=None, sa_column=Column(String(ARS), nullable=True))
    municipality_set_here: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false())
    )
    created_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    deleted_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    seen_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    announced_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))

    @property
    def municipality(self) -> Municipality | None:
        """Return the municipality that the person may speak for."""
        return _municipality(self)


class LinkRow(Table, table=True):
    """The provider account with which a person signs in: `subject` is unique per `issuer` (OpenID Connect 2)."""

    __tablename__: ClassVar[str] = "identity_link"

    issuer: str = Field(sa_column=Column(String(ISSUER), primary_key=True))
    subject: str = Field(sa_column=Column(String(255), primary_key=True))
    person_id: str = Field(sa_column=Column(String(ID), ForeignKey(PERSON), nullable=False, index=True))
    linked_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


class RoleRow(Table, table=True):
    """A role. `source` may revoke it: a provider or people here; `granted_at`: granted here or last claimed."""

    __tablename__: ClassVar[str] = "identity_role"
    __table_args__ = (
        CheckConstraint("kind IN ('reader', 'author', 'curator', 'operator')", name="kind_known"),
        CheckConstraint("source IN ('provider', 'granted')", name="source_known"),
    )

    id: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    person_id: str = Field(sa_column=Column(String(ID), ForeignKey(PERSON), nullable=False, index=True))
    kind: RoleKind = Field(sa_column=Column(EnumText(RoleKind, 16), nullable=False))
    scope: dict[str, list[str]] = Field(sa_column=Column(JSON, nullable=False))
    source: str = Field(sa_column=Column(String(16), nullable=False))
    granted_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))

    @property
    def role(self) -> Role:
        """Return the role with its scope."""
        return Role(kind=self.kind, scope=Scope.stored(self.scope))


class AccountEvent(StrEnum):
    """The events that the log of people and roles records."""

    JOINED = "joined"
    GRANTED = "granted"
    REVOKED = "revoked"
    INVITED = "invited"
    INVITATION_USED = "invitation_used"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    MUNICIPALITY_SET = "municipality_set"
    MUNICIPALITY_REMOVED = "municipality_removed"
    MUNICIPALITY_RELEASED = "municipality_released"
    ORGANISATION_RELEASED = "organisation_released"
    DELETED = "deleted"
    ERASED = "erased"
    TOKEN_MADE = "token_made"  # noqa: S105 - names an event
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - names an event
    SIGNED_OUT_BY_OPERATOR = "signed_out_by_operator"


class AuditEntry(Table, table=True):
    """One change, naming people only by id; `actor` is None for the command line and for providers."""

    __tablename__: ClassVar[str] = "identity_audit"

    id: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    actor: str | None = Field(sa_column=Column(String(ID), nullable=True))
    event: AccountEvent = Field(sa_column=Column(EnumText(AccountEvent, 32), nullable=False))
    person_id: str | None = Field(sa_column=Column(String(ID), nullable=True, index=True))
    detail: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class SignInSession(Table, table=True):
    """One browser in which a person is signed in.

    `provider_sid` and `subject` identify the session if the provider ends it (OpenID Connect Back-Channel Logout);
    `id_token` is sent to the provider at sign-out, and deleted then.
    """

    __tablename__: ClassVar[str] = "identity_session"
    __table_args__ = (Index(None, "issuer", "provider_sid"),)

    id: str = Field(sa_column=Column(String(ID), primary_key=True))
    secret_hash: str = Field(repr=False, sa_column=Column(String(HASH), nullable=False, unique=True))
    person_id: str = Field(sa_column=Column(String(ID), ForeignKey(PERSON), nullable=False, index=True))
    provider: str = Field(sa_column=Column(String(64), nullable=False))
    issuer: str = Field(sa_column=Column(String(ISSUER), nullable=False))
    subject: str = Field(sa_column=Column(String(255), nullable=False))
    provider_sid: str | None = Field(default=None, sa_column=Column(String(255), nullable=True))
    id_token: str | None = Field(default=None, repr=False, sa_column=Column(Text, nullable=True))
    created_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    seen_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False, index=True))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))


class IdentityTrace(Table, table=True):
    """A keyed hash (`seal`) that outlives the account, so that a later account of the same person is recognised."""

    __tablename__: ClassVar[str] = "identity_trace"

    seal: str = Field(sa_column=Column(String(HASH), primary_key=True))
    person_id: str = Field(sa_column=Column(String(ID), primary_key=True, index=True))
    seen_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False, index=True))


class LogoutRow(Table, table=True):
    """An accepted logout token, stored until it expires so that nobody can replay it."""

    __tablename__: ClassVar[str] = "identity_logout"

    issuer: str = Field(sa_column=Column(String(ISSUER), primary_key=True))
    jti: str = Field(sa_column=Column(String(255), primary_key=True))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False, index=True))


class AccessToken(Table, table=True):
    """A key with which a program, such as git, acts for a person."""

    __tablename__: ClassVar[str] = "identity_token"

    id: str = Field(sa_column=Column(String(ID), primary_key=True))
    secret_hash: str = Field(repr=False, sa_column=Column(String(HASH), nullable=False, unique=True))
    person_id: str = Field(sa_column=Column(String(ID), ForeignKey(PERSON), nullable=False, index=True))
    name: str = Field(sa_column=Column(String(NAME), nullable=False))
    created_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))


class Invitation(Table, table=True):
    """A link that works once, giving an organisation, a municipality and a role; `for_whom` is the inviter's note."""

    __tablename__: ClassVar[str] = "identity_invitation"

    id: str = Field(sa_column=Column(String(ID), primary_key=True))
    secret_hash: str = Field(repr=False, sa_column=Column(String(HASH), nullable=False, unique=True))
    inviter_id: str = Field(sa_column=Column(String(ID), ForeignKey(PERSON), nullable=False))
    provider: str = Field(sa_column=Column(String(64), nullable=False))
    organisation: str | None = Field(default=None, sa_column=Column(String(SLUG), nullable=True))
    municipality_name: str | None = Field(default=None, sa_column=Column(String(TOWN), nullable=True))
    municipality_state: str | None = Field(default=None, sa_column=Column(String(STATE), nullable=True))
    municipality_ars: str | None = Field(default=None, sa_column=Column(String(ARS), nullable=True))
    for_whom: str = Field(sa_column=Column(String(NAME), nullable=False))
    kind: RoleKind = Field(sa_column=Column("role", EnumText(RoleKind, 16), nullable=False))
    scope: dict[str, list[str]] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    used_by: str | None = Field(default=None, sa_column=Column(String(ID), ForeignKey(PERSON), nullable=True))

    @property
    def role(self) -> Role:
        """Return the role that the invitation grants."""
        return Role(kind=self.kind, scope=Scope.stored(self.scope))

    @property
    def municipality(self) -> Municipality | None:
        """Return the municipality that the invited person may speak for."""
        return _municipality(self)


def _municipality(row: PersonRow | Invitation) -> Municipality | None:
    if row.municipality_name is None or row.municipality_state is None or row.municipality_ars is None:
        return None
    return Municipality(name=row.municipality_name, state=row.municipality_state, ars=row.municipality_ars)


def store_municipality(row: PersonRow | Invitation, value: Municipality | None) -> None:
    """Set the municipality of a row."""
    row.municipality_name = value.name if value else None
    row.municipality_state = value.state if value else None
    row.municipality_ars = value.ars if value else None
