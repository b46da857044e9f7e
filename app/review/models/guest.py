# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A question that somebody without an account asked, until they confirm it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, String, Text
from sqlmodel import Field, UTCDateTime

from app.database import Table


class GuestQuestion(Table, table=True):
    """One question that waits for its confirmation; once that came, only the time and the `seal` are kept for a while.

    `address` is encrypted, and None once the message has left. `seal` is its keyed hash, by which questions of one
    address are counted. `token_hash` is the SHA-256 of the secret in the link, which is stored nowhere.
    """

    __tablename__: ClassVar[str] = "review_guest_question"

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    token_hash: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    address: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    seal: str = Field(sa_column=Column(String(64), nullable=False, index=True))
    lang: str = Field(sa_column=Column(String(2), nullable=False))
    question: str = Field(sa_column=Column(Text, nullable=False))
    topic: str = Field(sa_column=Column(String(80), nullable=False))
    situation: str = Field(sa_column=Column(Text, nullable=False))
    asked_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False, index=True))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False, index=True))
