"""What somebody without an account wants, until they confirm it by the link in a message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import Column, String, Text
from sqlmodel import Field, UTCDateTime

from app.database import EnumText, JsonText, Table


class ConfirmationPurpose(StrEnum):
    """What is confirmed."""

    QUESTION = "question"
    SUBSCRIPTION = "subscription"


class Confirmation(Table, table=True):
    """One thing that waits for its confirmation; `wanted` is what it is, as its purpose reads it.

    `address` is encrypted, and None once it is not needed any more. `seal` is the keyed hash of its mailbox, by which
    messages to one mailbox are counted. `token_hash` is the SHA-256 of the secret in the link, which is stored nowhere.
    """

    __tablename__: ClassVar[str] = "review_confirmation"

    id: str = Field(sa_column=Column(String(36), primary_key=True))
    purpose: ConfirmationPurpose = Field(sa_column=Column(EnumText(ConfirmationPurpose, 16), nullable=False))
    token_hash: str = Field(sa_column=Column(String(64), nullable=False, unique=True))
    address: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    seal: str = Field(sa_column=Column(String(64), nullable=False, index=True))
    lang: str = Field(sa_column=Column(String(2), nullable=False))
    wanted: Mapping[str, Any] = Field(sa_column=Column(JsonText(dict, dict), nullable=False))
    asked_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False, index=True))
    expires_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False, index=True))
