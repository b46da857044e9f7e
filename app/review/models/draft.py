"""What somebody is still writing; only they see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import uuid4

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import deferred, relationship
from sqlmodel import Field, Relationship, UTCDateTime

from app.database import EnumText, JsonText, Table
from app.records.json_value import JsonValue, thaw
from app.review.text.record_text import RecordText


class DraftOrigin(StrEnum):
    """What a draft was started from."""

    EMPTY = "empty"
    EDIT = "edit"
    RECORD = "record"
    MEMO = "memo"
    DOCUMENT = "document"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent(RecordText):
    """Everything typed so far, complete or not, and the step of the form.

    `extra` keeps what a form needs beside the record, such as the paragraphs of an imported document.
    """

    reason: str = ""
    step: str = ""
    extra: Mapping[str, JsonValue] = field(default_factory=dict)

    def entries(self) -> dict[str, JsonValue]:
        """Return all of it as JSON knows it; files are kept apart."""
        return {
            "front": thaw(self.front),
            "sections": dict(self.sections),
            "reason": self.reason,
            "step": self.step,
            "extra": thaw(self.extra),
        }


_CONTENT = JsonText(lambda entries: DraftContent(**entries), DraftContent.entries)


_BYTES = Column("data", LargeBinary, nullable=False)


class DraftFile(Table, table=True):
    """A file attached to a draft; `size` in bytes, `sha256` as hex. It goes with the draft.

    Its bytes are read where they are asked for, within a session.
    """

    __tablename__: ClassVar[str] = "review_draft_file"
    __mapper_args__: ClassVar[dict[str, Any]] = {"properties": {"data": deferred(_BYTES)}}

    draft_id: str = Field(
        sa_column=Column(String(36), ForeignKey("review_draft.id", ondelete="CASCADE"), primary_key=True)
    )
    name: str = Field(sa_column=Column(String(100), primary_key=True))
    size: int = Field(sa_column=Column(Integer, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    data: bytes = Field(sa_column=_BYTES)


class Draft(Table, table=True):
    """One draft. `version` rises with each saving: name it when saving, so that a second window is noticed.

    `slug`, `base` (digest) and `proposal_id` say what it edits: nothing (a new record), a published record, or an
    open proposal, of which `round` was the newest text then.
    """

    __tablename__: ClassVar[str] = "review_draft"
    __table_args__ = (CheckConstraint("version >= 1", name="version_positive"),)

    id: str = Field(default_factory=lambda: str(uuid4()), sa_column=Column(String(36), primary_key=True))
    person: str = Field(sa_column=Column(String(64), nullable=False, index=True))
    kind: str = Field(sa_column=Column(String(64), nullable=False))
    origin: DraftOrigin = Field(sa_column=Column(EnumText(DraftOrigin, 16), nullable=False))
    slug: str | None = Field(default=None, sa_column=Column(String(80), nullable=True))
    base: str | None = Field(default=None, sa_column=Column(String(71), nullable=True))
    proposal_id: str | None = Field(default=None, sa_column=Column(String(100), nullable=True))
    round: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    content: DraftContent = Field(sa_column=Column(_CONTENT, nullable=False))
    version: int = Field(default=1, sa_column=Column(Integer, nullable=False))
    created_at: datetime = Field(default=None, sa_column=Column(UTCDateTime(), nullable=False))
    changed_at: datetime = Field(default=None, sa_column=Column(UTCDateTime(), nullable=False))
    files: list[DraftFile] = Relationship(
        sa_relationship=relationship(DraftFile, order_by=DraftFile.name, lazy="selectin", viewonly=True)
    )

    @property
    def title(self) -> str:
        """Return the title typed so far, or an empty text."""
        value = self.content.front.get("title")
        return value if isinstance(value, str) else ""

    @property
    def hashes(self) -> dict[str, str]:
        return {file.name: file.sha256 for file in self.files}

    @property
    def text(self) -> RecordText:
        """Return the text so far, its files by their hashes."""
        return RecordText(front=self.content.front, sections=self.content.sections, files=self.hashes)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSavedElsewhere:
    """Nothing was saved: the draft was saved in another window meanwhile, and `current` is what stands there."""

    current: Draft
