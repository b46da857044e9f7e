# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Invitations go with the right to invite: otherwise a former operator would keep a way back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.identity import audit_log as audit
from app.identity.models import InvitationRow


def withdraw_all(db: Session, inviter: str, *, actor: str | None, at: datetime) -> None:
    """Make all links of an inviter worthless that were not used yet, within the transaction of whatever is the cause.

    `actor` is who acts, None for a provider and for the command line.
    """
    mine = select(InvitationRow).where(col(InvitationRow.inviter_id) == inviter, col(InvitationRow.used_at).is_(None))
    for row in db.execute(mine).scalars().all():
        withdraw(db, row, actor=actor, at=at)


def withdraw(db: Session, row: InvitationRow, *, actor: str | None, at: datetime) -> None:
    """Make one link worthless, and record it."""
    db.delete(row)
    audit.record(db, at, actor, audit.AccountEvent.INVITATION_WITHDRAWN, None, **detail(row))


def detail(row: InvitationRow) -> Mapping[str, object]:
    """Return what is recorded of an invitation."""
    key = {"ars": row.municipality_ars} if row.municipality_ars else {}
    return {"invitation": row.id, "role": row.role, **row.scope, **key}
