# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who changed what about people and roles, and when. Ids only: whoever deletes the account takes the name along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.db import Sessions
from app.identity.models import AuditRow


class AccountEvent(StrEnum):
    """What is recorded."""

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
    TOKEN_MADE = "token_made"  # noqa: S105 - names an event
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the same
    SIGNED_OUT_BY_OPERATOR = "signed_out_by_operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change; `actor` is None for the command line and for providers."""

    at: datetime
    actor: str | None
    event: AccountEvent
    person_id: str | None
    detail: Mapping[str, Any]


def record(
    db: Session, at: datetime, actor: str | None, event: AccountEvent, person_id: str | None, **detail: object
) -> None:
    """Add an entry within the transaction that makes the change."""
    db.add(AuditRow(at=at, actor=actor, event=str(event), person_id=person_id, detail=detail))


class AuditLog:
    """Reads what was recorded."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def latest(self, limit: int = 100, person_id: str | None = None) -> tuple[AuditEntry, ...]:
        """Return the newest entries, the newest first; those about one person with `person_id`."""
        query = select(AuditRow).order_by(col(AuditRow.id).desc()).limit(limit)
        if person_id is not None:
            query = query.where(col(AuditRow.person_id) == person_id)
        with self._sessions.reading() as db:
            return tuple(_entry(row) for row in db.execute(query).scalars())


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        at=row.at, actor=row.actor, event=AccountEvent(row.event), person_id=row.person_id, detail=row.detail
    )
