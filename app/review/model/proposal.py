# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A proposal as it stands, with its rounds, its approvals and its discussion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.content.problem import Problem
from app.content.record import StoredFile
from app.review.model.submission import Via
from app.review.model.workflow import ProposalState


class Purpose(StrEnum):
    """What a proposal changes. All but NEW and EDIT are published at once by those who may."""

    NEW = "new"
    EDIT = "edit"
    WITHDRAWAL = "withdrawal"
    RESTORATION = "restoration"
    CONFIRMATION = "confirmation"
    STILL_TRUE = "still_true"
    RESPONSE = "response"


AT_ONCE = frozenset(Purpose) - {Purpose.NEW, Purpose.EDIT}
"""What nobody reviews."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One text of a proposal; `number` counts from 1.

    `writer` is the id of the person who brought it, `digest` identifies the text, `base` the version it was made
    from. `wrote` is False where nothing but published or proposed words were chosen.
    """

    number: int
    writer: str
    digest: str
    base: str | None
    files: tuple[StoredFile, ...]
    problems: tuple[Problem, ...]
    at: datetime
    reason: str = ""
    wrote: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Somebody stands for the text of round `round`."""

    person: str
    round: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposal. `author` is the id of the person who sent it first, empty for the seed.

    `kind` and `slug` name the record, `record_id` is its identifier. `digest` and `base` are those of the newest
    round. `ver` is the published version, once it is one.
    """

    id: str
    kind: str
    slug: str
    record_id: str
    title: str
    purpose: Purpose
    via: Via
    state: ProposalState
    author: str
    digest: str
    base: str | None
    rounds: int
    created_at: datetime
    changed_at: datetime
    topics: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    reason: str = ""
    editor: str | None = None
    ver: int | None = None

    @property
    def is_new(self) -> bool:
        """Tell whether it would make a record that does not exist yet."""
        return self.purpose is Purpose.NEW


class RemarkKind(StrEnum):
    """What a remark is for."""

    COMMENT = "comment"
    CHANGE_REQUEST = "change_request"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something said about a proposal: on `field` ("lessons", "body.problem"), or on the whole where it is empty."""

    id: str
    kind: RemarkKind
    field: str
    person: str
    text: str
    round: int
    at: datetime
    resolved_at: datetime | None = None
    resolved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """Everything for one screen: the proposal, its rounds oldest first, remarks oldest first, approvals.

    `writers` are the ids of all who brought text into it; none of them may approve it. `text` is the newest
    `index.md`, also when it is over.
    """

    proposal: Proposal
    rounds: tuple[Revision, ...]
    remarks: tuple[Remark, ...]
    approvals: tuple[Approval, ...]
    writers: frozenset[str]
    text: bytes

    @property
    def newest(self) -> Revision:
        """Return the text that is up for decision."""
        return self.rounds[-1]

    @property
    def open_remarks(self) -> tuple[Remark, ...]:
        """Return what nobody has called done yet."""
        return tuple(remark for remark in self.remarks if remark.resolved_at is None)
