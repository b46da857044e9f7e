"""What surveys need of each record, noted once in the database, so that no process has to read all records for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Row, delete, insert, select, tuple_
from sqlmodel import col

from app.catalogue import CatalogueEntry, CatalogueService
from app.database import Sessions, in_parts
from app.records.five_lines import Grant
from app.records.schema import SchemaSet
from app.search.document import contents, parts_of, uid_of
from app.survey.facts import COUNTED, Facts, facts_of
from app.survey.models import FactsRow

FORM = 1
"""Count it up when something else is taken out of a record, or written otherwise: then all are made anew."""
AT_ONCE = 100
"""Records whose facts are written together."""
_ROW = (col(FactsRow.uid), col(FactsRow.digest), col(FactsRow.form))


class NotedFacts:
    """Facts of visible records. Whoever asks writes nothing: what is not noted yet is read from the record.

    Safe for all threads and processes on one database. Rows of what is not visible any more are dropped.
    """

    def __init__(self, sessions: Sessions, catalogue: CatalogueService, schemas: SchemaSet) -> None:
        self._sessions = sessions
        self._catalogue = catalogue
        self._schemas = schemas
        self._form = f"{FORM} {contents(schemas, ())}"
        self._whole = -1
        self._unreadable: dict[str, CatalogueEntry] = {}
        """By uid the version whose turn is over; the next one has its own, and each of them after a restart."""

    def of(self, entries: Iterable[CatalogueEntry]) -> Iterator[Facts]:
        """Yield the facts of all that can be read, in any order."""
        for part in in_parts(entries):
            missing = {uid_of(entry): entry for entry in part}
            for uid, digest, written in self._noted(missing):
                if missing[uid].digest == digest:
                    yield _told(missing.pop(uid), written)
            yield from self._read(missing.values())

    def lacking(self) -> int:
        """Return how many rows are missing, outdated or too many; cheap as long as nothing changes."""
        missing, surplus = self._differing()
        return len(missing) + len(surplus)

    def note(self, stop: Callable[[], bool]) -> bool:
        """Note what is missing until `stop` says so; tell whether more is left. May be killed anywhere."""
        missing, surplus = self._differing()
        self.forget(surplus)
        for start in range(0, len(missing), AT_ONCE):
            if stop():
                return True
            part, seq = missing[start : start + AT_ONCE], self._catalogue.last_seq()
            found = list(self._read(part))
            self._unreadable.update((uid_of(one), one) for one in set(part) - {facts.entry for facts in found})
            if not self._keep(found, seq):
                return True
        return False

    def forget(self, uids: Iterable[str]) -> None:
        """Drop the rows of these records that are not of what is visible now: whoever tells of a change may be late."""
        for part in in_parts(uids):
            with self._sessions.begin() as db:
                visible, listed = self._catalogue.visible(), self._schemas.listed
                found = (visible.get(record_id, origin) for origin, record_id in map(parts_of, part))
                heads = [(uid_of(entry), entry.digest) for entry in found if entry and entry.kind in listed]
                outdated = tuple_(col(FactsRow.uid), col(FactsRow.digest)).not_in(heads)
                db.execute(delete(FactsRow).where(col(FactsRow.uid).in_(part), outdated))

    def _differing(self) -> tuple[list[CatalogueEntry], list[str]]:
        """Return the visible versions whose facts are not noted, and the records of which too much is."""
        seq = self._catalogue.last_seq()
        if seq == self._whole:
            return [], []
        listed = self._schemas.listed
        heads = {uid_of(entry): entry for entry in self._catalogue.heads() if entry.kind in listed}
        with self._sessions.reading() as db:
            noted = {uid: (digest, form) for uid, digest, form in db.execute(select(*_ROW))}
        missing = [
            entry
            for uid, entry in heads.items()
            if noted.get(uid) != (entry.digest, self._form) and self._unreadable.get(uid) != entry
        ]
        surplus = sorted(noted.keys() - heads.keys())
        if not missing and not surplus:
            self._whole = seq
        return missing, surplus

    def _noted(self, uids: Iterable[str]) -> Sequence[Row[str, str, Mapping[str, Any]]]:
        wanted = col(FactsRow.uid).in_(list(uids)), col(FactsRow.form) == self._form
        with self._sessions.connected() as db:
            return db.execute(select(col(FactsRow.uid), col(FactsRow.digest), col(FactsRow.facts)).where(*wanted)).all()

    def _read(self, entries: Iterable[CatalogueEntry]) -> Iterator[Facts]:
        for entry in self._catalogue.in_turn(entries):
            record = self._catalogue.readable(entry)
            if record:
                yield facts_of(entry, record, self._schemas)

    def _keep(self, found: Iterable[Facts], seq: int) -> bool:
        """Note facts as of a state of the catalogue; tell False where another came, which may have erased a record."""
        rows = [
            {"uid": uid_of(one.entry), "digest": one.entry.digest, "form": self._form, "facts": _written(one)}
            for one in found
        ]
        with self._sessions.begin() as db:
            if self._catalogue.last_seq() != seq:
                return False
            db.execute(delete(FactsRow).where(col(FactsRow.uid).in_([row["uid"] for row in rows])))
            if rows:
                db.execute(insert(FactsRow), rows)
            return True


def _written(facts: Facts) -> Mapping[str, Any]:
    told = _told_by(facts)
    facets = {facet: told.pop(field) for facet, field in COUNTED.items() if field in told}
    return {
        **told,
        "facets": facets,
        "unknown": sorted(facts.unknown),
        "grants": [_told_by(grant) for grant in facts.grants],
    }


def _told_by(told: Facts | Grant) -> dict[str, Any]:
    """Return what differs from what it would be if nothing were told."""
    given = ((one.name, getattr(told, one.name), one.default) for one in fields(told) if one.name != "entry")
    return {name: value for name, value, default in given if value != default}


def _told(entry: CatalogueEntry, written: Mapping[str, Any]) -> Facts:
    grants = tuple(Grant(**{**one, "sources": tuple(one.get("sources", ()))}) for one in written["grants"])
    return Facts.told(entry, **{**written, "grants": grants})
