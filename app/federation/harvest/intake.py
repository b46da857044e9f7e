"""Takes received statements in, a page at a time: looks at them, decides by version and stores.

They are stored in one transaction with the catalogue's rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert, select, tuple_
from sqlmodel import Session, col

from app.catalogue import CatalogueService, State
from app.catalogue.foreign import append, restate
from app.catalogue.models import VersionRow
from app.database import Sessions, in_parts
from app.federation.entity import Line
from app.federation.harvest.file_rows import note_files, renote_files
from app.federation.harvest.holdings import (
    Held,
    Key,
    drop_statement,
    held_records,
    make_room,
    new_since,
    slugs_taken,
)
from app.federation.harvest.models import ForeignRecord, HeldVersion, KnownIssuer, Quarantined
from app.federation.harvest.moderation import was_hidden
from app.federation.harvest.record_list import ListItem
from app.federation.harvest.report import IngestOutcome, QuarantineReason
from app.federation.harvest.verification import (
    Candidate,
    OpenedItem,
    Quarantine,
    StatementVerifier,
    VerifiedItem,
    set_aside,
    settle,
)
from app.federation.issuer import Issuer
from app.shared.clock import Clock

IngestDecision = IngestOutcome | QuarantineReason
"""What becomes of a candidate; a reason where it is set aside."""


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
    batch = _batch(db, candidates, now, daily_new)
    lines, repaired = frozenset(decided), frozenset(again)
    decisions = [
        _restored(batch, candidate) if _line(candidate) in repaired else _decide(batch, candidate, lines)
        for candidate in candidates
    ]
    _store(db, batch, via, now)
    _renew(db, batch, via, now)
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
        room={origin: daily_new - new_since(db, origin, now - timedelta(days=1)) for origin in slugs},
    )


def _decide(batch: Batch, candidate: Candidate, decided: Collection[Line]) -> IngestDecision:
    statement, held = candidate.verified.statement, batch.held.get(candidate.key)
    if held is not None and held.says(statement):
        if candidate.verified.kid == held.kid and not held.distrusted:
            return IngestOutcome.UNCHANGED
        batch.renewed[candidate.key] = candidate
        return IngestOutcome.RENEWED
    objection = _objection(batch, candidate, held, settled=_line(candidate) in decided)
    if objection is not None:
        return objection
    if held is None:
        batch.room[candidate.origin] -= 1
    return _taken(batch, candidate, held)


def _restored(batch: Batch, candidate: Candidate) -> IngestDecision:
    statement, held = candidate.verified.statement, batch.held.get(candidate.key)
    if held is not None and statement.ver < held.ver:
        return IngestOutcome.OLD
    if batch.names.get((candidate.origin, statement.slug)) not in (None, statement.record_id):
        return QuarantineReason.NAME
    batch.again.add(candidate.key)
    return _taken(batch, candidate, held)


def _taken(batch: Batch, candidate: Candidate, held: Held | None) -> IngestDecision:
    statement = candidate.verified.statement
    batch.names[candidate.origin, statement.slug] = statement.record_id
    batch.stored[candidate.key] = candidate
    batch.held[candidate.key] = _as_held(candidate)
    if candidate.withdraws:
        return IngestOutcome.WITHDRAWN
    return IngestOutcome.NEW if held is None else IngestOutcome.UPDATED


def _line(candidate: Candidate) -> Line:
    statement = candidate.verified.statement
    return (statement.sub, statement.ver, statement.digest)


def _objection(batch: Batch, candidate: Candidate, held: Held | None, *, settled: bool) -> IngestDecision | None:
    statement = candidate.verified.statement
    if candidate.superseded and not settled:
        # What such a key signed counts if it was here before, or if the node stands by it in its state.
        return QuarantineReason.KEY_SUPERSEDED
    if held is None:
        if batch.names.get((candidate.origin, statement.slug)) not in (None, statement.record_id):
            return QuarantineReason.NAME
        return IngestOutcome.OVER_QUOTA if batch.room[candidate.origin] <= 0 else None
    if (held.kind, held.slug) != (statement.kind, statement.slug):
        return QuarantineReason.NAME
    if statement.ver < held.ver:
        return IngestOutcome.OLD
    if not settled and held.contradicted_by(statement):
        return QuarantineReason.EQUIVOCATION
    return None


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
        withdrawn=candidate.withdraws,
        distrusted=False,
    )


def _store(db: Session, batch: Batch, via: Issuer, now: datetime) -> None:
    if not batch.stored:
        return
    rows: dict[Key, ForeignRecord] = {}
    for part in in_parts(sorted(batch.stored)):
        within = tuple_(col(ForeignRecord.origin), col(ForeignRecord.record_id)).in_(part)
        rows |= {(row.origin, row.record_id): row for row in db.scalars(select(ForeignRecord).where(within))}
    blocked = _blocked(db, {candidate.origin for candidate in batch.stored.values()})
    make_room(db, _retained(batch, rows))
    for key in batch.again:
        drop_statement(db, key, batch.stored[key].verified.statement.ver)
    for key, candidate in batch.stored.items():
        is_lost = key in batch.again and key not in rows
        rows[key] = _record(rows.get(key), candidate, now)
        if is_lost:
            rows[key].hidden = was_hidden(db, *key)
    db.add_all(rows.values())
    db.execute(insert(HeldVersion), [_statement_values(candidate, via, now) for candidate in batch.stored.values()])
    renote_files(db, [(batch.stored[key].origin, batch.stored[key].verified.statement) for key in batch.again])
    fresh = (one for key, one in batch.stored.items() if key not in batch.again)
    note_files(db, ((one.origin, one.verified.statement) for one in fresh))
    db.flush()
    append(db, [_catalogue_version(one, rows[key], blocked) for key, one in batch.stored.items()])
    settle(db, (one.verified.statement for one in batch.stored.values()))


def _retained(batch: Batch, rows: Mapping[Key, ForeignRecord]) -> Iterator[tuple[Key, int | None, int]]:
    for key, candidate in batch.stored.items():
        row, coming = rows.get(key), candidate.verified.statement.ver
        if candidate.withdraws and (row or key in batch.again):
            yield key, None, coming
        elif row and not (key in batch.again and row.ver == coming):
            yield key, row.ver, coming


def _blocked(db: Session, origins: Collection[str]) -> frozenset[str]:
    named = select(col(KnownIssuer.origin)).where(col(KnownIssuer.origin).in_(origins), col(KnownIssuer.blocked))
    return frozenset(db.scalars(named))


def _renew(db: Session, batch: Batch, via: Issuer, now: datetime) -> None:
    """Put new signatures in place of old ones; the versions stay what they were."""
    trusted: dict[str, list[str]] = {}
    for key, candidate in batch.renewed.items():
        statement = candidate.verified.statement
        row = db.get(HeldVersion, (*key, statement.ver))
        record = db.get(ForeignRecord, key)
        if row is None or record is None:
            continue
        row.jws, row.kid, row.issuer = candidate.verified.jws, candidate.verified.kid, statement.issuer
        row.via, row.received_at = via, now
        if record.distrusted:
            record.distrusted = False
            if not record.hidden:
                trusted.setdefault(key[0], []).append(key[1])
    db.flush()
    for origin, ids in trusted.items():
        if origin not in _blocked(db, [origin]):
            restate(db, origin, ids, State.PUBLISHED)


def _record(row: ForeignRecord | None, candidate: Candidate, now: datetime) -> ForeignRecord:
    """Return the row of a record with what the candidate says; whether it is hidden stays as it was."""
    statement, withdrawn = candidate.verified.statement, candidate.withdraws
    if row is None:
        return ForeignRecord(
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


def _statement_values(candidate: Candidate, via: Issuer, now: datetime) -> dict[str, object]:
    statement = candidate.verified.statement
    return {
        "origin": candidate.origin,
        "record_id": statement.record_id,
        "ver": statement.ver,
        "digest": statement.digest,
        "issuer": statement.issuer,
        "kid": candidate.verified.kid,
        "issued_at": statement.issued_at,
        "received_at": now,
        "stamped_at": candidate.item.stamped_at,
        "via": via,
        "earlier": candidate.item.way,
        "jws": candidate.verified.jws,
    }


def _catalogue_version(candidate: Candidate, row: ForeignRecord, blocked: Collection[str]) -> VersionRow:
    """Return what the catalogue shows of the candidate; `blocked` are origins of which nothing is shown."""
    statement = candidate.verified.statement
    hidden = row.hidden or candidate.origin in blocked
    visible = State.HIDDEN if hidden else State.PUBLISHED
    return VersionRow(
        origin=candidate.origin,
        record_id=statement.record_id,
        ver=statement.ver,
        digest=statement.digest,
        state=State.WITHDRAWN if row.withdrawn else visible,
        at=statement.issued_at,
        kind=statement.kind,
        slug=statement.slug,
    )


Know = Callable[[Issuer], KnownIssuer | None]
"""Returns what is known of a node; may ask a hub about one that is not known yet."""


_FOR_GOOD = frozenset(
    {
        QuarantineReason.SCHEMA,
        QuarantineReason.SCHEMA_UNKNOWN,
        QuarantineReason.LICENCE,
        QuarantineReason.NAME,
        "subject",
    }
)
"""Reasons that another copy of the same version will not change."""


@dataclass(slots=True)
class Tally:
    """What became of statements.

    `issuers` made them; `unusable` are versions (sub, number) that are
    not worth asking for again.
    """

    outcomes: Counter[IngestOutcome] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    issuers: set[Issuer] = field(default_factory=set)
    unusable: set[tuple[str, int]] = field(default_factory=set)
    _aside: set[str] = field(default_factory=set)

    def count(self, outcome: IngestOutcome, aside: Quarantined | None = None) -> None:
        """Count one statement; the same one set aside twice counts once."""
        if aside is not None:
            if aside.id in self._aside:
                return
            self._aside.add(aside.id)
            self.reasons[aside.reason] += 1
            if aside.reason in _FOR_GOOD:
                self.unusable.add((aside.sub, aside.ver))
        self.outcomes[outcome] += 1


class StatementIntake:
    """The door for statements, whatever way they came."""

    def __init__(
        self,
        sessions: Sessions,
        catalogue: CatalogueService,
        validator: StatementVerifier,
        quarantine: Quarantine,
        clock: Clock,
    ) -> None:
        """Store through `sessions`, in step with the rows of `catalogue`."""
        self._sessions = sessions
        self._catalogue = catalogue
        self._validator = validator
        self._quarantine = quarantine
        self._clock = clock

    def take(
        self,
        items: Sequence[ListItem],
        *,
        via: Issuer,
        know: Know,
        daily_new: int,
        decided: Collection[Line] = (),
        again: Collection[Line] = (),
        tally: Tally | None = None,
    ) -> Tally:
        """Take statements in and return what became of them; `decided` and `again` as in `ingest`.

        Raises RepositoryBusy.
        """
        tally = tally or Tally()
        candidates, aside = [], []
        for one in self._validated(items, via, know, tally, again):
            if isinstance(one, Candidate):
                candidates.append(one)
            elif isinstance(one, Quarantined):
                aside.append(one)
                tally.count(IngestOutcome.QUARANTINED, one)
            else:
                tally.count(one)
        if candidates:
            with self._catalogue.appending(), self._sessions.begin() as db:
                now = self._clock()
                decisions = ingest(db, candidates, via=via, now=now, daily_new=daily_new, decided=decided, again=again)
            for candidate, decision in zip(candidates, decisions, strict=True):
                if isinstance(decision, IngestOutcome):
                    tally.count(decision)
                    continue
                verified = candidate.verified
                aside.append(set_aside(verified.jws, verified.statement, at=now, via=via, reason=decision.value))
                tally.count(IngestOutcome.QUARANTINED, aside[-1])
        # A statement that is sent again and again is one finding, and only the first time it is news.
        self._quarantine.add(aside)
        return tally

    def _validated(
        self, items: Sequence[ListItem], via: Issuer, know: Know, tally: Tally, again: Collection[Line]
    ) -> list[VerifiedItem]:
        opened = [self._validator.open(item, via) for item in items]
        claims = [one.received.claimed for one in opened if isinstance(one, OpenedItem)]
        issuers = dict.fromkeys(claimed.issuer for claimed in claims)
        known = {issuer: found for issuer in issuers if (found := know(issuer)) is not None}
        tally.issuers |= set(known)
        keys = {(known[claimed.issuer].origin, claimed.record_id) for claimed in claims if claimed.issuer in known}
        with self._sessions.reading() as db:
            # What takes the place of something damaged has to be verified, whatever the tables say.
            held = {} if again else held_records(db, keys)
        return [
            self._validator.validate(one, via, known, held) if isinstance(one, OpenedItem) else one for one in opened
        ]
