# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who wrote a record here: those who are told when something happens to it."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from app.review.model.proposal import Purpose
from app.review.model.workflow import ProposalState
from app.review.tables.proposal import ProposalRow, RoundRow

_WRITING = (Purpose.NEW.value, Purpose.EDIT.value, Purpose.CONFIRMATION.value)


def authors_of(db: Session, kind: str, slug: str) -> frozenset[str]:
    """Return the ids of all whose words or confirmation are published in a record."""
    wrote = (
        select(col(RoundRow.writer))
        .join(ProposalRow, col(ProposalRow.id) == col(RoundRow.proposal_id))
        .where(
            col(ProposalRow.kind) == kind,
            col(ProposalRow.slug) == slug,
            col(ProposalRow.state) == ProposalState.PUBLISHED.value,
            col(ProposalRow.purpose).in_(_WRITING),
            col(RoundRow.wrote),
        )
    )
    return frozenset(db.scalars(wrote)) - {""}
