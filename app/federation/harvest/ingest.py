# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Decides by version and stores, in one transaction with the catalogue's row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlmodel import Session, col

from app.catalogue import State
from app.catalogue.foreign import append, restate
from app.federation.harvest.files.file_rows import note_files, renote_files
from app.federation.harvest.holdings import (
    Held,
    Key,
    Retained,
    drop_statement,
    held_records,
    make_room,
    new_since,
    slugs_taken,
)
from app.federation.harvest.models import ForeignRow, IssuerRow, StatementRow
from app.federation.harvest.moderation import was_hidden
from app.federation.harvest.outcome import IngestOutcome, QuarantineReason
from app.federation.harvest.quarantine import settle
from app.federation.harvest.statement_rows import (
    catalogue_version,
    record_row,
    statement_values,
    withdraws,
)
from app.federation.harvest.validation import Candidate
from app.federation.issuer import Issuer
from app.federation.state import Line
from app.federation.statement import Statement, Status

_DAY = timedelta(days=1)
_AT_ONCE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestDecision:
    """What becomes of a candidate; `reason` is given when it is set aside."""

    outcome: IngestOutcome
    reason: QuarantineReason | None = None


@dataclass(slots=True)
class Batch:
    """What is known while a batch is decided; later candidates see what earlier ones changed.

    `again` are the records of which a version that is held already is stored once more.
    """

    held: dict[Key, Held]
    names: dict[tuple[str, str], str]
    room: dict[str, int]
    stored: dict[Key, Candidate] = field(default_factory=dict)
    renewed: dict[Key, Candidate] = field(default_factory=dict)
    again: set[Key] = field(default_factory=set)


def ingest(
    db: Session,
    candidates: Sequence[Candidate],
    *,
    via: Issuer,
    now: datetime,
    daily_new: int,
    decided: Collection[Line] = (),
    again: Collection[Line] = (),
) -> list[IngestDecision]:
    """Decide about candidates in their order and store those that are taken; one decision for each.

    `decided` are lines of a signed state: what it says counts, even against what is held. `again` are lines whose
    statements take the place of what is held under their number, because that is damaged.
    """
    shelf = _batch(db, candidates, now, daily_new)
    lines, mending = frozenset(decided), frozenset(again)
    decisions = [
        _restored(shelf, candidate) if _line(candidate) in mending else _decide(shelf, candidate, lines)
        for candidate in candidates
    ]
    _store(db, shelf, via, now)
    _renew(db, shelf, via, now)
    return decisions


def _batch(db: Session, candidates: Sequence[Candidate], now: datetime, daily_new: int) -> Batch:
    slugs: dict[str, set[str]] = {}
    for candidate in candidates:
        slugs.setdefault(candidate.origin, set()).add(candidate.verified.statement.slug)
    return Batch(
        held=dict(held_records(db, {candidate.key for candidate in candidates})),
        names={
            (origin, slug): record_id
            for origin, wanted in slugs.items()
            for slug, record_id in slugs_taken(db, origin, wanted).items()
        },
        room={origin: daily_new - new_since(db, origin, now - _DAY) for origin in slugs},
    )


def _decide(shelf: Batch, candidate: Candidate, decided: Collection[Line]) -> IngestDecision:
    statement, held = candidate.verified.statement, shelf.held.get(candidate.key)
    if held is not None and held.says(statement):
        return _same(shelf, candidate, held)
    objection = _objection(shelf, candidate, held, settled=_line(candidate) in decided)
    if objection is not None:
        return objection
    if held is None:
        shelf.room[candidate.origin] -= 1
    return _taken(shelf, candidate, held)


def _restored(shelf: Batch, candidate: Candidate) -> IngestDecision:
    statement, held = candidate.verified.statement, shelf.held.get(candidate.key)
    if held is not None and statement.ver < held.ver:
        return IngestDecision(outcome=IngestOutcome.OLD)
    if shelf.names.get((candidate.origin, statement.slug)) not in (None, statement.record_id):
        return IngestDecision(outcome=IngestOutcome.QUARANTINED, reason=QuarantineReason.NAME)
    shelf.again.add(candidate.key)
    return _taken(shelf, candidate, held)


def _taken(shelf: Batch, candidate: Candidate, held: Held | None) -> IngestDecision:
    statement = candidate.verified.statement
    shelf.names[candidate.origin, statement.slug] = statement.record_id
    shelf.stored[candidate.key] = candidate
    shelf.held[candidate.key] = _as_held(candidate)
    return IngestDecision(outcome=_stored_as(statement, held))


def _line(candidate: Candidate) -> Line:
    statement = candidate.verified.statement
    return (statement.sub, statement.ver, statement.digest)


def _same(shelf: Batch, candidate: Candidate, held: Held) -> IngestDecision:
    if candidate.verified.kid == held.kid and not held.distrusted:
        return IngestDecision(outcome=IngestOutcome.UNCHANGED)
    shelf.renewed[candidate.key] = candidate
    return IngestDecision(outcome=IngestOutcome.RENEWED)


def _objection(shelf: Batch, candidate: Candidate, held: Held | None, *, settled: bool) -> IngestDecision | None:
    statement = candidate.verified.statement
    if held is None:
        if shelf.names.get((candidate.origin, statement.slug)) is not None:
            return IngestDecision(outcome=IngestOutcome.QUARANTINED, reason=QuarantineReason.NAME)
        return IngestDecision(outcome=IngestOutcome.OVER_QUOTA) if shelf.room[candidate.origin] <= 0 else None
    if (held.kind, held.slug) != (statement.kind, statement.slug):
        return IngestDecision(outcome=IngestOutcome.QUARANTINED, reason=QuarantineReason.NAME)
    if statement.ver < held.ver:
        return IngestDecision(outcome=IngestOutcome.OLD)
    if not settled and _contradicts(statement, held):
        return IngestDecision(outcome=IngestOutcome.QUARANTINED, reason=QuarantineReason.EQUIVOCATION)
    return None


def _contradicts(statement: Statement, held: Held) -> bool:
    """Tell whether an issuer has said two things: the same version twice, or a next one that follows another."""
    return statement.ver == held.ver or (statement.ver == held.ver + 1 and statement.prev != held.digest)


def _stored_as(statement: Statement, held: Held | None) -> IngestOutcome:
    if statement.status is Status.WITHDRAWN:
        return IngestOutcome.WITHDRAWN
    return IngestOutcome.NEW if held is None else IngestOutcome.UPDATED


def _as_held(candidate: Candidate) -> Held:
    statement = candidate.verified.statement
    return Held(
        origin=candidate.origin,
        record_id=statement.record_id,
        ver=statement.ver,
        digest=statement.digest,
        kid=candidate.verified.kid,
        kind=statement.kind,
        slug=statement.slug,
        issued_at=statement.issued_at,
        withdrawn=statement.status is Status.WITHDRAWN,
        distrusted=False,
    )


def _store(db: Session, shelf: Batch, via: Issuer, now: datetime) -> None:
    if not shelf.stored:
        return
    rows = _rows(db, shelf.stored)
    blocked = _blocked(db, {candidate.origin for candidate in shelf.stored.values()})
    make_room(db, _retained(shelf, rows))
    for key in shelf.again:
        drop_statement(db, key, shelf.stored[key].verified.statement.ver)
    for key, candidate in shelf.stored.items():
        is_lost = key in shelf.again and key not in rows
        rows[key] = record_row(rows.get(key), candidate, now)
        if is_lost:
            rows[key].hidden = was_hidden(db, *key)
    db.add_all(rows.values())
    db.execute(insert(StatementRow), [statement_values(candidate, via, now) for candidate in shelf.stored.values()])
    renote_files(db, [(shelf.stored[key].origin, shelf.stored[key].verified.statement) for key in shelf.again])
    fresh = (one for key, one in shelf.stored.items() if key not in shelf.again)
    note_files(db, ((one.origin, one.verified.statement) for one in fresh))
    db.flush()
    append(db, [catalogue_version(one, rows[key], blocked) for key, one in shelf.stored.items()])
    settle(db, [(one.verified.statement.sub, one.verified.statement.ver) for one in shelf.stored.values()])


def _rows(db: Session, stored: Mapping[Key, Candidate]) -> dict[Key, ForeignRow]:
    found: dict[Key, ForeignRow] = {}
    for origin, ids in _by_origin(stored).items():
        for start in range(0, len(ids), _AT_ONCE):
            within = col(ForeignRow.record_id).in_(ids[start : start + _AT_ONCE])
            rows = db.scalars(select(ForeignRow).where(col(ForeignRow.origin) == origin, within))
            found |= {(row.origin, row.record_id): row for row in rows}
    return found


def _by_origin(stored: Mapping[Key, Candidate]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for origin, record_id in stored:
        found.setdefault(origin, []).append(record_id)
    return found


def _retained(shelf: Batch, rows: Mapping[Key, ForeignRow]) -> Iterator[Retained]:
    for key, candidate in shelf.stored.items():
        row, coming = rows.get(key), candidate.verified.statement.ver
        if withdraws(candidate) and (row or key in shelf.again):
            yield Retained(key=key, beside=None, coming=coming)
        elif row and not (key in shelf.again and row.ver == coming):
            yield Retained(key=key, beside=row.ver, coming=coming)


def _blocked(db: Session, origins: Collection[str]) -> frozenset[str]:
    named = select(col(IssuerRow.origin)).where(col(IssuerRow.origin).in_(origins), col(IssuerRow.blocked))
    return frozenset(db.scalars(named))


def _renew(db: Session, shelf: Batch, via: Issuer, now: datetime) -> None:
    """Put new signatures in place of old ones; the versions stay what they were."""
    trusted: dict[str, list[str]] = {}
    for key, candidate in shelf.renewed.items():
        statement = candidate.verified.statement
        row = db.get(StatementRow, (*key, statement.ver))
        record = db.get(ForeignRow, key)
        if row is None or record is None:
            continue
        row.jws, row.kid, row.issuer = candidate.verified.jws, candidate.verified.kid, statement.issuer.address
        row.via, row.received_at = via.address, now
        if record.distrusted:
            record.distrusted = False
            if not record.hidden:
                trusted.setdefault(key[0], []).append(key[1])
    db.flush()
    for origin, ids in trusted.items():
        if origin not in _blocked(db, [origin]):
            restate(db, origin, ids, State.PUBLISHED)
