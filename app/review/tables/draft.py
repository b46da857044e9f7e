# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of drafts and their files."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, LargeBinary, String, Text
from sqlmodel import Field, UTCDateTime

from app.db import Table


class DraftRow(Table, table=True):
    """One draft; `content` is a JSON object, `version` rises with each saving."""

    __tablename__: ClassVar[str] = "review_draft"
    __table_args__ = (CheckConstraint("version >= 1", name="version_positive"),)

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    person: str = Field(sa_column=Column(String(64), nullable=False, index=True))
    kind: str = Field(sa_column=Column(String(64), nullable=False))
    origin: str = Field(sa_column=Column(String(16), nullable=False))
    slug: str | None = Field(default=None, sa_column=Column(String(80), nullable=True))
    base: str | None = Field(default=None, sa_column=Column(String(71), nullable=True))
    proposal_id: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    round: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    content: str = Field(sa_column=Column(Text, nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    created_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    changed_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


class DraftFileRow(Table, table=True):
    """A file attached to a draft. It goes with the draft."""

    __tablename__: ClassVar[str] = "review_draft_file"

    draft_id: str = Field(
        sa_column=Column(String(36), ForeignKey("review_draft.id", ondelete="CASCADE"), primary_key=True)
    )
    name: str = Field(sa_column=Column(String(100), primary_key=True))
    size: int = Field(sa_column=Column(Integer, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
