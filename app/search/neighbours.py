"""Similar records, computed in advance because a page must not compare a record with all others."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import urlsplit

from sqlalchemy import CursorResult, String, bindparam, delete, insert, or_, select, update
from sqlmodel import Session, col

from app.catalogue.entry import CatalogueEntry
from app.catalogue.models import OWN, CursorRow
from app.catalogue.service import CatalogueService
from app.database import Sessions, in_parts
from app.records.json_value import OBJECT, JsonValue
from app.records.record import Record
from app.records.record_reader import wording
from app.search.document import parts_of, uid_of
from app.search.models import MeaningRow, NeighbourRow
from app.search.query import Reason, ReasonCode, SearchHit
from app.search.service import SearchService

if TYPE_CHECKING:
    from app.search.meaning.service import MeaningService

MAX_NEIGHBOURS = 12
"""Neighbours stored for each record; pages show fewer, and some may be withdrawn by then."""
BATCH_SIZE = 8
"""Records whose lists are written in one transaction: writing takes longer than computing one list."""
FEW = 50
"""With at most this many new records, the neighbours of their neighbours are recomputed as well."""
MAX_TWINS = 3
"""Only the nearest neighbours of a record are checked: a town has several projects in one field."""
_NONE = ""
"""Neighbour of a record that has none, so that it is not computed again."""


class Neighbour(NamedTuple):
    """A similar record; `twin` marks one of another node that may describe the same thing."""

    other: str
    twin: bool = False


# Needed for every page of a record, so built once, and run without an ORM session, which would take most of the time.
_RECORD = bindparam("record", type_=String)
_LIST = select(col(NeighbourRow.other)).where(col(NeighbourRow.uid) == _RECORD).order_by(col(NeighbourRow.position))
_DIGESTS = select(col(NeighbourRow.uid), col(NeighbourRow.digest)).where(col(NeighbourRow.position) == 0)
_TWINS = select(col(NeighbourRow.uid), col(NeighbourRow.other)).where(col(NeighbourRow.twin))
_SOURCE = "neighbours"
"""Name of the counter of writes to the lists."""
_WRITTEN = select(col(CursorRow.generation)).where(col(CursorRow.source) == _SOURCE)
_PASSAGES = select(col(MeaningRow.seq), col(MeaningRow.generation))
_TWINS_OF_ONE = _TWINS.where(or_(col(NeighbourRow.uid) == _RECORD, col(NeighbourRow.other) == _RECORD))


def _origin(uid: str) -> str:
    return parts_of(uid)[0]


class NeighbourStore:
    """The stored lists by uid. Safe for all threads and processes on one database."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def of(self, uid: str) -> tuple[str, ...] | None:
        """Return the records most similar to this one, best first; None if they have not been computed."""
        with self._sessions.connected() as db:
            found = tuple(db.execute(_LIST, {"record": uid}).scalars())
        return tuple(other for other in found if other != _NONE) if found else None

    def known(self) -> dict[str, str]:
        """Return the records with neighbours, and the digest of the version used ("" from an earlier release)."""
        with self._sessions.reading() as db:
            return {row.uid: row.digest for row in db.execute(_DIGESTS)}

    def twins(self, uid: str | None = None) -> list[tuple[str, str]]:
        """Return pairs of an own and a foreign record that may describe the same; all, or those of one record."""
        query = _TWINS if uid is None else _TWINS_OF_ONE
        with self._sessions.connected() as db:
            pairs = [(one, other) for one, other in db.execute(query, {"record": uid} if uid else {})]
        found = {(one, _origin(other)): other for one, other in pairs if _origin(one) == OWN}
        for other, own in pairs:
            # When many records arrive at once, the pair may have been found from the other side.
            if _origin(own) == OWN:
                found.setdefault((own, _origin(other)), other)
        return sorted((own, other) for (own, _), other in found.items())

    def keep(self, found: Mapping[str, Sequence[Neighbour]], heads: Mapping[str, CatalogueEntry]) -> None:
        """Replace the stored lists by these, computed for the versions in `heads`."""
        rows = [
            # Once for each list.
            {"uid": uid, "position": position, **one._asdict(), "digest": "" if position else heads[uid].digest}
            for uid, others in found.items()
            for position, one in enumerate(others[:MAX_NEIGHBOURS] or [Neighbour(_NONE)])
        ]
        with self._sessions.begin() as db:
            db.execute(delete(NeighbourRow).where(col(NeighbourRow.uid).in_(list(found))))
            if rows:
                db.execute(insert(NeighbourRow), rows)
            _count(db)

    def forget(self, uids: Iterable[str]) -> None:
        """Delete the lists of these records, which changed or are gone, and every list that contains one of them."""
        for changed in in_parts(uids):
            named = select(col(NeighbourRow.uid)).where(col(NeighbourRow.other).in_(changed))
            lists = or_(col(NeighbourRow.uid).in_(changed), col(NeighbourRow.uid).in_(named))
            with self._sessions.begin() as db:
                db.execute(delete(NeighbourRow).where(lists))
                _count(db)

    def state(self) -> Hashable:
        """Return an identifier for everything that pages show of computed data: similar records and their parts."""
        with self._sessions.connected() as db:
            return db.scalar(_WRITTEN), tuple(db.execute(_PASSAGES).first() or ())


def _count(db: Session) -> None:
    mine = col(CursorRow.source) == _SOURCE
    counted = db.execute(update(CursorRow).where(mine).values(generation=col(CursorRow.generation) + 1))
    if not cast("CursorResult[object]", counted).rowcount:
        db.add(CursorRow(source=_SOURCE, position="", generation=1))


class _Heads(dict[str, CatalogueEntry]):
    """The compared records by uid, in a fixed order because vectors refer to positions."""

    def __init__(self, heads: Mapping[str, CatalogueEntry]) -> None:
        super().__init__(heads)
        self.uids = tuple(heads)


class Neighbours:
    """Similar records as pages show them. Safe for all threads of a process."""

    def __init__(
        self,
        store: NeighbourStore,
        catalogue: CatalogueService,
        search: SearchService,
        meaning: Callable[[], MeaningService | None],
    ) -> None:
        """Compare by `meaning` if its vectors are complete, and by the words of `search` if there is none."""
        self._store = store
        self._catalogue = catalogue
        self._search = search
        self._meaning = meaning
        self._unreadable: dict[str, CatalogueEntry] = {}
        """By uid the version whose turn is over; the next one has its own, and each of them after a restart."""

    def of(self, record: Record, limit: int) -> tuple[SearchHit, ...]:
        """Return the visible records most similar to this one, best first, with their shared fields of action."""
        known = self._store.of(uid_of(record))
        if known is None:
            return self._search.similar(record, limit)
        visible = self._catalogue.visible()
        found = (visible.get(record_id, origin) for origin, record_id in map(parts_of, known))
        entries = [entry for entry in found if entry]
        self._catalogue.read_ahead(entries[:limit])
        return tuple(_hit(record, entry, other) for entry, other in islice(self._once(record, entries), limit))

    def _once(self, record: Record, entries: Iterable[CatalogueEntry]) -> Iterator[tuple[CatalogueEntry, Record]]:
        """Yield readable records that are no copy of this or of an earlier one, by identifier or text."""
        told = [record]
        for entry in entries:
            other = self._catalogue.readable(entry)
            if other is None:
                continue
            says = wording(other)
            if not any(one.id == other.id or (one.title == other.title and wording(one) == says) for one in told):
                yield entry, other
            told.append(other)

    def twins(self, record: Record | None = None) -> list[tuple[CatalogueEntry, CatalogueEntry]]:
        """Return pairs of an own record (all, or this one) and a visible foreign one that may describe the same."""
        visible = self._catalogue.visible()

        def entry(uid: str) -> CatalogueEntry | None:
            origin, record_id = parts_of(uid)
            return visible.get(record_id, origin)

        pairs = self._store.twins(uid_of(record) if record else None)
        both = ((entry(own), entry(other)) for own, other in pairs)
        return [(own, other) for own, other in both if own and other]

    def last_seq(self) -> int:
        """Return the number of the last change to the compared records."""
        return self._catalogue.last_seq()

    def lacking(self) -> int:
        """Return the number of records whose neighbours have not been computed."""
        searched, known = self._searched(), self._store.known()
        return len(self._compared(searched).keys() - known.keys()) + len(_outdated(known, searched))

    def work_out(self, stop: Callable[[], bool]) -> bool:
        """Compute missing lists until `stop` returns true; return whether more are missing."""
        meaning = self._meaning()
        if meaning and not meaning.is_complete():
            return False
        searched, known = self._searched(), self._store.known()
        heads = self._compared(searched)
        # Use all searched records, not only those this process can read: if another process can read more, each would
        # otherwise delete the other's lists in turn.
        if outdated := _outdated(known, searched):
            # Rebuilding the index includes versions of which this class was not notified.
            self._store.forget(outdated)
            known = self._store.known()
        left = sorted(heads.keys() - known.keys())
        for start in range(0, len(left), BATCH_SIZE):
            if stop():
                return True
            found = self._lists(left[start : start + BATCH_SIZE], heads, meaning)
            if len(left) <= FEW:
                # New records may now be neighbours of existing ones; if all are new, each is computed anyway.
                others = {one.other for near in found.values() for one in near if one.other in heads} - found.keys()
                found |= self._lists(others, heads, meaning)
            self._store.keep(found, heads)
        return False

    def _searched(self) -> dict[str, CatalogueEntry]:
        return {uid_of(one): one for one in self._search.searched()}

    def _compared(self, searched: Mapping[str, CatalogueEntry]) -> _Heads:
        return _Heads({uid: one for uid, one in searched.items() if self._unreadable.get(uid) != one})

    def _lists(self, uids: Iterable[str], heads: _Heads, meaning: MeaningService | None) -> dict[str, list[Neighbour]]:
        records = {uid: self._catalogue.readable(heads[uid]) for uid in uids}
        self._unreadable.update((uid, heads[uid]) for uid, record in records.items() if record is None)
        return {uid: self._nearest(uid, record, heads, meaning) for uid, record in records.items() if record}

    def _nearest(self, uid: str, record: Record, heads: _Heads, meaning: MeaningService | None) -> list[Neighbour]:
        nearness = meaning.like(uid) if meaning else None
        if nearness:
            near = [heads.uids[place] for place in nearness.nearest(heads.uids, MAX_NEIGHBOURS + 1)]
            others = [other for other in near if other != uid][:MAX_NEIGHBOURS]
        else:
            others = [hit.uid for hit in self._search.similar(record, MAX_NEIGHBOURS)]
        twins = self._twins(record, [heads[other] for other in others[:MAX_TWINS] if other in heads])
        return [Neighbour(other, other in twins) for other in others]

    def _twins(self, one: Record, near: Iterable[CatalogueEntry]) -> frozenset[str]:
        """Return the nearest record of each other node that may describe the same; a node tells a thing only once."""
        found: dict[str, str] = {}
        for other in near:
            if other.origin in (one.origin, *found):
                continue
            told = self._catalogue.readable(other)
            if told and may_be_the_same(one, told):
                found[other.origin] = uid_of(other)
        return frozenset(found.values())


def _outdated(known: Mapping[str, str], searched: Mapping[str, CatalogueEntry]) -> list[str]:
    """Return the records whose lists are of another version than the visible one, or that are no longer searched."""
    return [uid for uid, digest in known.items() if uid not in searched or digest not in ("", searched[uid].digest)]


def _hit(record: Record, entry: CatalogueEntry, other: Record) -> SearchHit:
    shared = (topic for topic in record.topics if topic in other.topics)
    return SearchHit(
        uid=uid_of(entry),
        id=entry.id,
        origin=entry.origin,
        kind=entry.kind,
        slug=entry.slug,
        score=0.0,
        reasons=tuple(Reason(code=ReasonCode.SIMILAR_TOPIC, params={"topic": topic}) for topic in shared),
    )


def may_be_the_same(one: Record, other: Record) -> bool:
    """Return whether both are of one kind and share a rare feature: a place, a name, a site or source code."""
    return one.kind == other.kind and not set(_marks(one)).isdisjoint(_marks(other))


def _marks(record: Record) -> Iterator[tuple[str, str]]:
    if record.kind == "case-study":
        # The title has the place before its colon; the list of places is more precise.
        yield from (("place", f"{place.name.casefold()}, {place.state}") for place in record.municipalities)
        return
    yield "name", record.title.partition(":")[0].strip().casefold()
    for key in ("website", "publiccode_url", "repository"):
        address = _address(record.data.get(key))
        if address:
            yield "address", address


def _address(value: JsonValue) -> str:
    text = value.get("url") if isinstance(value, OBJECT) else value
    if not isinstance(text, str):
        return ""
    parts = urlsplit(text)
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}"
