"""Makes the copies of a node's records match its newest valid list, in one transaction with the catalogue's rows."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session, col
from tuf.api.metadata import TargetFile

from app.catalogue import CatalogueService, Repeated, State
from app.catalogue.foreign import erase, replace
from app.catalogue.models import VersionRow
from app.database import Sessions, in_parts
from app.federation.harvest.held_files import drop_files, name_files
from app.federation.harvest.models import ForeignRecord, Node, Quarantined
from app.federation.harvest.nodes import last_decisions
from app.federation.harvest.report import AsideReason, Outcome, Tally
from app.federation.harvest.statement_reader import NotUnderstood, StatementReader
from app.federation.issuer import Issuer
from app.federation.listing.reading import ITEMS, ListRefused
from app.federation.statement import Statement, Status, read_payload
from app.federation.strict_json import StatementRefused
from app.fetching import FetchFailed, FetchRefused
from app.records.record import Record, only_confirmed
from app.records.record_reader import PAYLOAD_LIMIT
from app.shared.clock import Clock

RECORDS = "records/"
_PATH = re.compile(rf"{RECORDS}[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}\.json", re.ASCII)
"""Under any other path a list may name what its node likes; it is not looked at."""
BATCH_SIZE = 100
"""Records in memory and stored at once."""
TOLERANCE = timedelta(minutes=5)
"""By how much two nodes' clocks may differ."""
DAILY_CORRECTIONS = 50
"""So many corrections of one node reach this one's records in a day; further ones come in on later days."""
_CORRECTION, _DAY = "correction", timedelta(days=1)
_ENDING = ".json"
_REPEATED = 20
"""Versions with the same words that are remembered."""

Targets = Mapping[str, TargetFile]


class NotTaken(StatementRefused):
    """A record that this node does not show; `code` is an AsideReason."""


class LeaseLost(Exception):
    """The node was removed, or another process reads its list."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A record as the list names it now, the bytes it came in, and their SHA-256."""

    statement: Statement
    payload: str
    target: str

    @property
    def withdraws(self) -> bool:
        """Tell whether it takes the record back."""
        return self.statement.status is Status.WITHDRAWN


def read_record(
    issuer: Issuer,
    path: str,
    target: TargetFile,
    fetch: Callable[[TargetFile], bytes],
    reader: StatementReader,
    now: datetime,
) -> Arrived:
    """Return a record of a list. Raises StatementRefused, NotUnderstood, ListRefused and FetchFailed."""
    if target.length > PAYLOAD_LIMIT:
        raise StatementRefused("too_large", str(target.length)[:20])
    data = fetch(target)
    statement = read_payload(data)
    for error in faults(issuer, path, statement, reader, now):
        raise error
    return Arrived(statement, data.decode(), target.hashes["sha256"])


def faults(
    issuer: Issuer, path: str, statement: Statement, reader: StatementReader, now: datetime
) -> Iterator[StatementRefused | NotUnderstood]:
    """Yield all that keeps what a node says under a path of its list from being shown."""
    if statement.issuer != issuer or path != f"{RECORDS}{statement.record_id}{_ENDING}":
        yield StatementRefused("subject", statement.sub)
    if statement.issued_at > now + TOLERANCE:
        yield NotTaken(AsideReason.FUTURE, statement.issued_at.isoformat())
    yield from reader.faults(statement)


class Intake:
    """Takes parts of lists in. May be killed anywhere: what was not finished is taken in again."""

    def __init__(self, sessions: Sessions, catalogue: CatalogueService, reader: StatementReader, clock: Clock) -> None:
        self._sessions = sessions
        self._catalogue = catalogue
        self._reader = reader
        self._clock = clock

    def held(self, origin: str) -> dict[str, str]:
        """Return the SHA-256 of the target that is held, or set aside, under each path of a node's list."""
        records = select(col(ForeignRecord.record_id), col(ForeignRecord.target)).where(
            col(ForeignRecord.origin) == origin
        )
        aside = select(col(Quarantined.path), col(Quarantined.target)).where(col(Quarantined.origin) == origin)
        with self._sessions.reading() as db:
            found = {f"{RECORDS}{record_id}{_ENDING}": target for record_id, target in db.execute(records)}
            return found | {path: target for path, target in db.execute(aside)}  # noqa: C416 - rows are no pairs

    def room(self, node: Node) -> int:
        """Return how many records of a node may come in for the first time today."""
        since = self._clock() - _DAY
        held = select(func.count()).where(col(ForeignRecord.origin) == node.origin)
        with self._sessions.reading() as db:
            new = db.scalar(held.where(col(ForeignRecord.first_at) >= since)) or 0
            return min(node.daily_new - new, ITEMS - (db.scalar(held) or 0))

    def take(
        self,
        node: Node,
        listed: Targets,
        held: Mapping[str, str],
        fetch: Callable[[TargetFile], bytes],
        in_time: Callable[[], bool],
        tally: Tally,
    ) -> bool:
        """Bring the records of one part of a list here; tell whether all of them were taken or set aside.

        `held` is what is held of this part. Stops between batches when it is not `in_time` any more. Raises
        FetchFailed, LeaseLost and RepositoryBusy; what was taken before stays.
        """
        records = {path: one for path, one in listed.items() if _PATH.fullmatch(path)}
        gone = held.keys() - records.keys()
        if gone:
            with self._catalogue.appending(), self._sessions.begin() as db:
                _settle(db, _as_now(db, node), gone)
                tally.unnamed |= _erase(db, node.origin, [_record_id(path) for path in gone])
            tally.outcomes[Outcome.ERASED] += len(gone)
        wanted = [(path, one) for path, one in sorted(records.items()) if one.hashes.get("sha256") != held.get(path)]
        new = [path for path, _one in wanted if path not in held]
        later = set(new[max(0, self.room(node)) :]) if new else set()
        tally.outcomes[Outcome.OVER_QUOTA] += len(later)
        left = [(path, one) for path, one in wanted if path not in later]
        is_whole = not later
        for start in range(0, len(left), BATCH_SIZE):
            if not in_time():
                return False
            is_whole &= self._take_batch(node, left[start : start + BATCH_SIZE], fetch, tally)
        return is_whole

    def _take_batch(
        self, node: Node, batch: Sequence[tuple[str, TargetFile]], fetch: Callable[[TargetFile], bytes], tally: Tally
    ) -> bool:
        arrived, aside, missing = list[Arrived](), list[Quarantined](), set[str]()
        for path, target in batch:
            try:
                arrived.append(read_record(node.issuer, path, target, fetch, self._reader, self._clock()))
            except (StatementRefused, NotUnderstood, ListRefused) as error:
                aside.append(self._aside(node, path, target, error))
            except FetchFailed as error:
                if not error.is_absence and not isinstance(error, FetchRefused):
                    raise
                # Named and not there: the next run asks again, and the others do not wait for it.
                tally.missing = error
                missing.add(path)
        with self._catalogue.appending(), self._sessions.begin() as db:
            node = _as_now(db, node)
            _settle(db, node, {path for path, _one in batch})
            aside += self._store(db, node, arrived, tally)
            db.add_all(aside)
            # The list does not name what was held any more, so that goes although nothing takes its place.
            named = [_record_id(one.path) for one in aside if one.path.endswith(_ENDING)]
            lost = [record_id for record_id in named if db.get(ForeignRecord, (node.origin, record_id))]
            tally.unnamed |= _erase(db, node.origin, lost)
        tally.outcomes[Outcome.ERASED] += len(lost)
        for one in aside:
            tally.outcomes[Outcome.SET_ASIDE] += 1
            tally.reasons[one.reason] += 1
        return not missing

    def _store(self, db: Session, node: Node, arrived: Sequence[Arrived], tally: Tally) -> list[Quarantined]:
        now, aside, rows = self._clock(), list[Quarantined](), list[VersionRow]()
        ids, slugs = [one.statement.record_id for one in arrived], {one.statement.slug for one in arrived}
        here = col(ForeignRecord.origin) == node.origin
        known = select(ForeignRecord).where(here, col(ForeignRecord.record_id).in_(ids))
        held = {row.record_id: row for row in db.scalars(known)}
        named = select(col(ForeignRecord.slug), col(ForeignRecord.record_id)).where(here)
        owners = dict(map(tuple, db.execute(named.where(col(ForeignRecord.slug).in_(slugs)))))
        decisions = last_decisions(db, [f"{node.origin}/{one}" for one in ids if one not in held])
        lately = (here, col(ForeignRecord.kind) == _CORRECTION, col(ForeignRecord.received_at) > now - _DAY)
        corrections = db.scalar(select(func.count()).where(*lately)) or 0
        for one in arrived:
            statement, row = one.statement, held.get(one.statement.record_id)
            frozen = row is None or (row.kind, row.slug) == (statement.kind, statement.slug)
            corrects = statement.kind == _CORRECTION and not one.withdraws
            error = None
            if not frozen or owners.setdefault(statement.slug, statement.record_id) != statement.record_id:
                # Names are frozen: addresses, links and memos rest on them.
                error = NotTaken(AsideReason.NAME, statement.slug)
            elif (
                corrects
                and corrections >= DAILY_CORRECTIONS
                and self._catalogue.names_own(str(statement.record.get("target")))
            ):
                error = NotTaken(AsideReason.CORRECTIONS, str(DAILY_CORRECTIONS))
            if error:
                aside.append(self._aside(node, f"{RECORDS}{statement.record_id}{_ENDING}", one.target, error))
                continue
            corrections += corrects
            outcome = Outcome.NEW if row is None else Outcome.UPDATED
            tally.outcomes[Outcome.WITHDRAWN if one.withdraws else outcome] += 1
            told = self._repeats(db, row, one)
            values: dict[str, Any] = {
                "ver": statement.ver,
                "digest": statement.digest,
                "kind": statement.kind,
                "slug": statement.slug,
                "withdrawn": one.withdraws,
                "target": one.target,
                "received_at": now,
                "published_at": statement.issued_at,
                "payload": one.payload,
            }
            if row is None:
                hidden = decisions.get(f"{node.origin}/{statement.record_id}") == "hide"
                values |= {"origin": node.origin, "record_id": statement.record_id, "first_at": now, "hidden": hidden}
                held[statement.record_id] = ForeignRecord(**values)
                db.add(held[statement.record_id])
            else:
                for name, value in values.items():
                    setattr(row, name, value)
            if row or statement.files:
                tally.unnamed |= name_files(db, node.origin, statement)
            rows.append(_version(node, one, hidden=held[statement.record_id].hidden, told=told))
        db.flush()
        replace(db, rows)
        return aside

    def _repeats(self, db: Session, row: ForeignRecord | None, one: Arrived) -> str | None:
        """Return the edit whose words this version only confirms, as `Repeated`; None if it says others."""
        if row is None or row.withdrawn or one.withdraws:
            return None
        try:
            old, new = (self._reader.read(said) for said in (read_payload(row.payload.encode()), one.statement))
        except (StatementRefused, NotUnderstood):
            return None
        if not (isinstance(old, Record) and isinstance(new, Record) and only_confirmed(old, new)):
            return None
        same = (col(VersionRow.origin) == row.origin, col(VersionRow.record_id) == row.record_id)
        seq, at, told = db.execute(
            select(col(VersionRow.seq), col(VersionRow.at), col(VersionRow.told)).where(*same)
        ).one()
        edit = Repeated.read(told) or Repeated(seq, at, ())
        first, *later = (*edit.digests, row.digest)
        return replaced(edit, digests=(first, *later[-_REPEATED:])).text

    def _aside(self, node: Node, path: str, target: TargetFile | str, error: Exception) -> Quarantined:
        hashed = target if isinstance(target, str) else target.hashes.get("sha256", "")
        code, about = said_of(error)
        return Quarantined(
            origin=node.origin, path=path, target=hashed[:64], at=self._clock(), reason=code, detail=about
        )


def said_of(error: Exception) -> tuple[str, str]:
    """Return the code of what cannot be taken, and what is told of it, which the other side may have written."""
    code, about = (str(error.args[0]), " ".join(map(str, error.args[1:])))
    if isinstance(error, NotUnderstood):
        code, about = error.reason, error.detail
    return code, "".join(character if character.isprintable() else "?" for character in about[:300])


def _as_now(db: Session, leased: Node) -> Node:
    """Return a node as it is by now: while its list was read it may have been removed or blocked."""
    row = db.get(Node, leased.issuer)
    if row is None or row.lease != leased.lease:
        raise LeaseLost
    return row


def _settle(db: Session, node: Node, paths: Collection[str]) -> None:
    """Forget what was set aside under these paths."""
    for part in in_parts(sorted(paths)):
        here = (col(Quarantined.origin) == node.origin, col(Quarantined.path).in_(part))
        db.execute(delete(Quarantined).where(*here).execution_options(synchronize_session=False))


def _record_id(path: str) -> str:
    return path.removeprefix(RECORDS).removesuffix(_ENDING)


def _version(node: Node, one: Arrived, *, hidden: bool, told: str | None) -> VersionRow:
    statement = one.statement
    visible = State.PUBLISHED if node.visible and not hidden else State.HIDDEN
    return VersionRow(
        origin=node.origin,
        record_id=statement.record_id,
        ver=statement.ver,
        digest=statement.digest,
        state=State.WITHDRAWN if one.withdraws else visible,
        at=statement.issued_at,
        kind=statement.kind,
        slug=statement.slug,
        told=told,
    )


def _erase(db: Session, origin: str, record_ids: Sequence[str]) -> set[str]:
    """Delete everything that is held of records, and let the catalogue's followers know; return hashes of files."""
    unnamed = set[str]()
    for part in in_parts(sorted(record_ids)):
        here = (col(ForeignRecord.origin) == origin, col(ForeignRecord.record_id).in_(part))
        db.execute(delete(ForeignRecord).where(*here).execution_options(synchronize_session=False))
        unnamed |= drop_files(db, origin, part)
    erase(db, origin, record_ids)
    return unnamed


def erase_all(db: Session, origin: str) -> int:
    """Delete everything that is held of a node within the caller's transaction; return of how many records."""
    ids = db.scalars(select(col(ForeignRecord.record_id)).where(col(ForeignRecord.origin) == origin)).all()
    _erase(db, origin, ids)
    here = col(Quarantined.origin) == origin
    db.execute(delete(Quarantined).where(here).execution_options(synchronize_session=False))
    return len(ids)
