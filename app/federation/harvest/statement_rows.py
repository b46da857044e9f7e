# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rows of a candidate that is taken: of the record, of the statement, and of the catalogue."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.catalogue import ForeignVersion, State
from app.federation.harvest.models import ForeignRow
from app.federation.harvest.page import pack_way
from app.federation.harvest.validation import Candidate
from app.federation.issuer import Issuer
from app.federation.statement import Status


def withdraws(candidate: Candidate) -> bool:
    """Tell whether a statement takes a record back."""
    return candidate.verified.statement.status is Status.WITHDRAWN


def record_row(row: ForeignRow | None, candidate: Candidate, now: datetime) -> ForeignRow:
    """Return the row of a record with what the candidate says; whether it is hidden stays as it was."""
    statement, withdrawn = candidate.verified.statement, withdraws(candidate)
    if row is None:
        return ForeignRow(
            origin=candidate.origin,
            record_id=statement.record_id,
            ver=statement.ver,
            digest=statement.digest,
            kind=statement.kind,
            slug=statement.slug,
            withdrawn=withdrawn,
            first_at=now,
        )
    row.ver, row.digest, row.withdrawn, row.distrusted = statement.ver, statement.digest, withdrawn, False
    row.kind, row.slug = statement.kind, statement.slug
    return row


def statement_values(candidate: Candidate, via: Issuer, now: datetime) -> dict[str, object]:
    """Return the values of a statement's row."""
    statement = candidate.verified.statement
    return {
        "origin": candidate.origin,
        "record_id": statement.record_id,
        "ver": statement.ver,
        "digest": statement.digest,
        "issuer": statement.issuer.address,
        "kid": candidate.verified.kid,
        "issued_at": statement.issued_at,
        "received_at": now,
        "stamped_at": candidate.item.stamped_at,
        "via": via.address,
        "way": pack_way(candidate.item.way),
        "jws": candidate.verified.jws,
    }


def catalogue_version(candidate: Candidate, row: ForeignRow, blocked: Collection[str]) -> ForeignVersion:
    """Return what the catalogue shows of the candidate; `blocked` are origins of which nothing is shown."""
    statement = candidate.verified.statement
    hidden = row.hidden or candidate.origin in blocked
    visible = State.HIDDEN if hidden else State.PUBLISHED
    return ForeignVersion(
        origin=candidate.origin,
        record_id=statement.record_id,
        ver=statement.ver,
        digest=statement.digest,
        state=State.WITHDRAWN if row.withdrawn else visible,
        at=statement.issued_at,
        kind=statement.kind,
        slug=statement.slug,
    )
