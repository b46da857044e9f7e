# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Decides by version and stores, in one transaction with the catalogue's row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlmodel import Session, col

from app.catalogue import ForeignVersion, State
from app.catalogue.foreign import append, restate
from app.federation.harvest.files.noting import note_files
from app.federation.harvest.holdings import Held, Key, held_records, new_since, slugs_taken
from app.federation.harvest.outcome import Outcome, Reason
from app.federation.harvest.page import pack_way
from app.federation.harvest.quarantine import settle
from app.federation.harvest.retention import Retained, make_room
from app.federation.harvest.screening import Candidate
from app.federation.harvest.tables import ForeignRow, IssuerRow, StatementRow
from app.federation.issuer import Issuer
from app.federation.state import Line
from app.federation.statement import Statement, Status

_DAY = timedelta(days=1)
_AT_ONCE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of a candidate; `reason` is given when it is set aside."""

    outcome: Outcome
    reason: Reason | None = None


@dataclass(slots=True)
class _Shelf:
    """What is known while a batch is decided; later candidates see what earlier ones changed."""

    held: dict[Key, Held]
    names: dict[tuple[str, str], str]
    room: dict[str, int]
    stored: dict[Key, Candidate] = field(default_factory=dict)
    renewed: dict[Key, Candidate] = field(default_factory=dict)


def shelve(
    db: Session,
    candidates: Sequence[Candidate],
    *,
    via: Issuer,
    now: datetime,
    daily_new: int,
    decided: Collection[Line] = (),
) -> list[Decision]:
    """Decide about candidates in their order and store those that are taken; one decision for each.

    `decided` are lines of a signed state: what it says counts, even against what is held.
    """
    shelf = _shelf(db, candidates, now, daily_new)
    decisions = [_decide(shelf, candidate, frozenset(decided)) for candidate in candidates]
    _store(db, shelf, via, now)
    _renew(db, shelf, via, now)
    return decisions


def _shelf(db: Session, candidates: Sequence[Candidate], now: datetime, daily_new: int) -> _Shelf:
    slugs: dict[str, set[str]] = {}
    for candidate in candidates:
        slugs.setdefault(candidate.origin, set()).add(candidate.verified.statement.slug)
    return _Shelf(
        held=dict(held_records(db, {candidate.key for candidate in candidates})),
        names={
            (origin, slug): record_id
            for origin, wanted in slugs.items()
            for slug, record_id in slugs_taken(db, origin, wanted).items()
        },
        room={origin: daily_new - new_since(db, origin, now - _DAY) for origin in slugs},
    )


def _decide(shelf: _Shelf, candidate: Candidate, decided: Collection[Line]) -> Decision:
    statement, held = candidate.verified.statement, shelf.held.get(candidate.key)
    if held is not None and held.says(statement):
        return _same(shelf, candidate, held)
    settled = (statement.sub, statement.ver, statement.digest) in decided
    objection = _objection(shelf, candidate, held, settled=settled)
    if objection is not None:
        return objection
    if held is None:
        shelf.room[candidate.origin] -= 1
    shelf.names[candidate.origin, statement.slug] = statement.record_id
    shelf.stored[candidate.key] = candidate
    shelf.held[candidate.key] = _as_held(candidate)
    return Decision(outcome=_stored_as(statement, held))


def _same(shelf: _Shelf, candidate: Candidate, held: Held) -> Decision:
    if candidate.verified.kid == held.kid and not held.distrusted:
        return Decision(outcome=Outcome.UNCHANGED)
    shelf.renewed[candidate.key] = candidate
    return Decision(outcome=Outcome.RENEWED)


def _objection(shelf: _Shelf, candidate: Candidate, held: Held | None, *, settled: bool) -> Decision | None:
    statement = candidate.verified.statement
    if held is None:
        if shelf.names.get((candidate.origin, statement.slug)) is not None:
            return Decision(outcome=Outcome.QUARANTINED, reason=Reason.NAME)
        return Decision(outcome=Outcome.OVER_QUOTA) if shelf.room[candidate.origin] <= 0 else None
    if (held.kind, held.slug) != (statement.kind, statement.slug):
        return Decision(outcome=Outcome.QUARANTINED, reason=Reason.NAME)
    if statement.ver < held.ver:
        return Decision(outcome=Outcome.OLD)
    if not settled and _contradicts(statement, held):
        return Decision(outcome=Outcome.QUARANTINED, reason=Reason.EQUIVOCATION)
    return None


def _contradicts(statement: Statement, held: Held) -> bool:
    """Tell whether an issuer has said two things: the same version twice, or a next one that follows another."""
    return statement.ver == held.ver or (statement.ver == held.ver + 1 and statement.prev != held.digest)


def _stored_as(statement: Statement, held: Held | None) -> Outcome:
    if statement.status is Status.WITHDRAWN:
        return Outcome.WITHDRAWN
    return Outcome.NEW if held is None else Outcome.UPDATED


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


def _store(db: Session, shelf: _Shelf, via: Issuer, now: datetime) -> None:
    if not shelf.stored:
        return
    rows = _rows(db, shelf.stored)
    blocked = _blocked(db, {candidate.origin for candidate in shelf.stored.values()})
    make_room(db, _retained(shelf, rows))
    for key, candidate in shelf.stored.items():
        rows[key] = _record(rows.get(key), candidate, now)
    db.add_all(rows.values())
    db.execute(insert(StatementRow), [_statement(candidate, via, now) for candidate in shelf.stored.values()])
    note_files(db, ((one.origin, one.verified.statement) for one in shelf.stored.values()))
    db.flush()
    append(db, [_version(one, rows[key], blocked) for key, one in shelf.stored.items()])
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


def _retained(shelf: _Shelf, rows: Mapping[Key, ForeignRow]) -> Iterator[Retained]:
    for key, row in rows.items():
        candidate = shelf.stored[key]
        beside = None if _withdraws(candidate) else row.ver
        yield Retained(key=key, beside=beside, coming=candidate.verified.statement.ver)


def _withdraws(candidate: Candidate) -> bool:
    return candidate.verified.statement.status is Status.WITHDRAWN


def _record(row: ForeignRow | None, candidate: Candidate, now: datetime) -> ForeignRow:
    statement, withdrawn = candidate.verified.statement, _withdraws(candidate)
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
    return row


def _statement(candidate: Candidate, via: Issuer, now: datetime) -> dict[str, object]:
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


def _version(candidate: Candidate, row: ForeignRow, blocked: Collection[str]) -> ForeignVersion:
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


def _blocked(db: Session, origins: Collection[str]) -> frozenset[str]:
    named = select(col(IssuerRow.origin)).where(col(IssuerRow.origin).in_(origins), col(IssuerRow.blocked))
    return frozenset(db.scalars(named))


def _renew(db: Session, shelf: _Shelf, via: Issuer, now: datetime) -> None:
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
