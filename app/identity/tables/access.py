# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of what lets somebody in: sessions, tokens, invitations."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Text
from sqlmodel import Field, UTCDateTime

from app.db import Table
from app.identity.tables.person import ARS, ID, ISSUER, NAME, PERSON, SLUG, STATE, TOWN

HASH = 64


class SessionRow(Table, table=True):
    """One browser in which somebody is signed in.

    `provider_sid` and `subject` are what a provider names when it ends sessions (OpenID Connect Back-Channel Logout);
    `id_token` is shown to the provider when somebody signs out, and forgotten then.
    """

    __tablename__: ClassVar[str] = "identity_session"
    __table_args__ = (Index(None, "issuer", "provider_sid"),)

    id: str = Field(sa_column=Column(String(ID), primary_key=True))
    secret_hash: str = Field(sa_column=Column(String(HASH), nullable=False, unique=True))
    person_id: str = Field(sa_column=Column(String(ID), ForeignKey(PERSON), nullable=False, index=True))
    provider: str = Field(sa_column=Column(String(64), nullable=False))
    issuer: str = Field(sa_column=Column(String(ISSUER), nullable=False))
    subject: str = Field(sa_column=Column(String(255), nullable=False))
    provider_sid: str | None = Field(default=None, sa_column=Column(String(255), nullable=True))
    id_token: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    created_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    seen_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False, index=True))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))


class LogoutRow(Table, table=True):
    """A logout token that was taken, so that it cannot be played again before it expires."""

    __tablename__: ClassVar[str] = "identity_logout"

    issuer: str = Field(sa_column=Column(String(ISSUER), primary_key=True))
    jti: str = Field(sa_column=Column(String(255), primary_key=True))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False, index=True))


class TokenRow(Table, table=True):
    """A key with which a program, such as git, acts for somebody."""

    __tablename__: ClassVar[str] = "identity_token"

    id: str = Field(sa_column=Column(String(ID), primary_key=True))
    secret_hash: str = Field(sa_column=Column(String(HASH), nullable=False, unique=True))
    person_id: str = Field(sa_column=Column(String(ID), ForeignKey(PERSON), nullable=False, index=True))
    name: str = Field(sa_column=Column(String(NAME), nullable=False))
    created_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))


class InvitationRow(Table, table=True):
    """A link that gives whoever signs in with it an organisation, a municipality and a role, once."""

    __tablename__: ClassVar[str] = "identity_invitation"

    id: str = Field(sa_column=Column(String(ID), primary_key=True))
    secret_hash: str = Field(sa_column=Column(String(HASH), nullable=False, unique=True))
    inviter_id: str = Field(sa_column=Column(String(ID), ForeignKey(PERSON), nullable=False))
    provider: str = Field(sa_column=Column(String(64), nullable=False))
    organisation: str | None = Field(default=None, sa_column=Column(String(SLUG), nullable=True))
    municipality_name: str | None = Field(default=None, sa_column=Column(String(TOWN), nullable=True))
    municipality_state: str | None = Field(default=None, sa_column=Column(String(STATE), nullable=True))
    municipality_ars: str | None = Field(default=None, sa_column=Column(String(ARS), nullable=True))
    for_whom: str = Field(sa_column=Column(String(NAME), nullable=False))
    role: str = Field(sa_column=Column(String(16), nullable=False))
    scope: dict[str, list[str]] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    used_by: str | None = Field(default=None, sa_column=Column(String(ID), ForeignKey(PERSON), nullable=True))
