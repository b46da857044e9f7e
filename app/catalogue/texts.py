"""The texts of this node's own versions, in the database, so that no page needs the repository.

Git is the truth. There is one row for each text that may be read, and no other: the transaction that stores a
withdrawal deletes the earlier texts of the record and keeps the tombstone. If a row is missing or damaged, the version
is read from git, and the row is repaired.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeAlias

import structlog
from sqlalchemy import ColumnElement, Select, String, and_, bindparam, delete, func, or_, select, update
from sqlmodel import Session, col

from app.catalogue.agreement import Difference, Disagreement
from app.catalogue.entry import CatalogueEntry, State, Told
from app.catalogue.models import OWN, TextRow, VersionRow
from app.database import Sessions, in_parts
from app.database.writer import WrittenElsewhere
from app.records.document_writer import write_document
from app.records.file_store import StoreUnreachable
from app.records.git.errors import ObjectMissing
from app.records.paths import INDEX_FILE
from app.records.record import Record, Withdrawn
from app.records.record_reader import TextDamaged, VersionText
from app.records.service import ContentService
from app.shared.kept import Recent

_OWN = col(VersionRow.origin) == OWN


@dataclass(frozen=True, slots=True)
class IncompleteVersion:
    """An own version whose row in the catalogue lacks its text or its `told`."""

    kind: str
    slug: str
    ver: int
    digest: str

    @property
    def name(self) -> str:
        """Return the name of the version for findings."""
        return f"{self.kind}/{self.slug}/v/{self.ver}"


class TextRows:
    """Checks and repairs the table of texts; callers hold the lock `catalogue` while they write."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def lacking(self, *, told: bool = True) -> list[IncompleteVersion]:
        """Return the versions whose text is missing and, with `told`, those without a stored `Told`."""
        absent = and_(
            _wanted(), ~select(col(TextRow.digest)).where(col(TextRow.digest) == col(VersionRow.digest)).exists()
        )
        untold = and_(_OWN, col(VersionRow.state) != State.BROKEN, col(VersionRow.told).is_(None))
        columns = (col(VersionRow.kind), col(VersionRow.slug), col(VersionRow.ver), col(VersionRow.digest))
        asked = select(*columns).where(or_(absent, untold) if told else absent).order_by(col(VersionRow.seq))
        with self._sessions.reading() as db:
            return [IncompleteVersion(*row) for row in db.execute(asked)]

    def surplus(self) -> list[str]:
        """Return the digests of texts that nobody may read, or that belong to no version."""
        with self._sessions.reading() as db:
            return list(db.scalars(select(col(TextRow.digest)).where(col(TextRow.digest).not_in(_readable()))))

    def damaged(self) -> list[str]:
        """Return the digests that their stored texts do not match; reads all texts."""
        found: list[str] = []
        last = ""
        while True:
            asked = select(TextRow).where(col(TextRow.digest) > last).order_by(col(TextRow.digest)).limit(100)
            with self._sessions.reading() as db:
                rows = db.scalars(asked).all()
            if not rows:
                return found
            found += [row.digest for row in rows if not _holds(row)]
            last = rows[-1].digest

    def disagreements(self) -> Iterator[Difference]:
        """Yield the texts that are missing, superfluous or damaged, compared with the versions in the catalogue."""
        for version in self.lacking(told=False):
            yield Difference(code=Disagreement.MISSING_TEXT, subject=version.name, expected=version.digest)
        for digest in self.surplus():
            yield Difference(code=Disagreement.EXTRA_TEXT, found=digest)
        for digest in self.damaged():
            yield Difference(code=Disagreement.WRONG_TEXT, expected=digest, found="another text")

    def fill(self, texts: Mapping[str, VersionText], told: Mapping[IncompleteVersion, Told]) -> None:
        """Add missing texts, and store the `Told` of the versions."""
        with self._sessions.begin() as db:
            add(db, texts)
            for version, said in told.items():
                same = (col(VersionRow.kind) == version.kind, col(VersionRow.slug) == version.slug)
                mine = update(VersionRow).where(_OWN, *same, col(VersionRow.ver) == version.ver)
                db.execute(mine.values(told=said.text))

    def drop(self, digests: Collection[str]) -> None:
        """Remove the texts with these digests."""
        with self._sessions.begin() as db:
            for part in in_parts(digests):
                db.execute(delete(TextRow).where(col(TextRow.digest).in_(part)))


def add(db: Session, texts: Mapping[str, VersionText]) -> None:
    """Add missing texts within the caller's transaction."""
    for part in in_parts(texts):
        present = set(db.scalars(select(col(TextRow.digest)).where(col(TextRow.digest).in_(part))))
        for digest in part:
            if digest not in present:
                db.add(TextRow(digest=digest, content=texts[digest].content, beside=dict(texts[digest].beside)))
    db.flush()


def forget_withdrawn(db: Session, record_ids: Collection[str]) -> None:
    """Remove the texts of those of `record_ids` that are withdrawn, within the caller's transaction."""
    for part in in_parts(record_ids):
        mine = select(col(VersionRow.digest)).where(_OWN, col(VersionRow.record_id).in_(part))
        db.execute(delete(TextRow).where(col(TextRow.digest).in_(mine), col(TextRow.digest).not_in(_readable(part))))


def _readable(record_ids: Collection[str] | None = None) -> Select[str]:
    return select(col(VersionRow.digest)).where(_wanted(record_ids))


def _wanted(record_ids: Collection[str] | None = None) -> ColumnElement[bool]:
    """Return the condition for own versions whose text may be read: tombstones and versions without one."""
    mine = [_OWN] if record_ids is None else [_OWN, col(VersionRow.record_id).in_(record_ids)]
    good = (*mine, col(VersionRow.state) != State.BROKEN)
    newest = select(func.max(col(VersionRow.ver)).label("ver"), col(VersionRow.record_id)).where(*good)
    heads = newest.group_by(col(VersionRow.record_id)).subquery()
    same = and_(col(VersionRow.record_id) == heads.c.record_id, col(VersionRow.ver) == heads.c.ver)
    is_note = col(VersionRow.state) == State.WITHDRAWN
    ended = select(col(VersionRow.record_id)).join(heads, same).where(*mine, is_note)
    published = and_(col(VersionRow.state) == State.PUBLISHED, col(VersionRow.record_id).not_in(ended))
    return and_(*mine, or_(is_note, published))


def _holds(row: TextRow) -> bool:
    try:
        VersionText(content=row.content, beside=row.beside).check(row.digest)
    except TextDamaged:
        return False
    return True


CACHE_CHARACTERS = 5 * 1024 * 1024
"""Characters of cached texts; a parsed record takes about four times as much memory."""
_Key: TypeAlias = tuple[str, str, str]
_Read: TypeAlias = tuple[Record | Withdrawn, int]
_log = structlog.get_logger(__name__)
# Most pages run this query, so build it once.
_DIGESTS = bindparam("digests", expanding=True, type_=String)
_TEXTS = select(col(TextRow.digest), col(TextRow.content), col(TextRow.beside)).where(col(TextRow.digest).in_(_DIGESTS))


class TextNotHere(ObjectMissing):
    """A text is missing in the database, on a machine without repository; lists omit it, its page asks to wait."""


class OwnTexts:
    """Returns the own record of a catalogue entry, with a cache of those read last."""

    def __init__(self, sessions: Sessions, content: ContentService) -> None:
        self._sessions = sessions
        self._content = content
        self._kept: Recent[_Key, _Read] = Recent(CACHE_CHARACTERS, weigh=itemgetter(1))

    def read(self, entry: CatalogueEntry) -> Record | Withdrawn:
        """Return this version or tombstone. Raises InvalidRecord, ObjectMissing and ObjectUnreadable."""
        return self._kept.get(_key(entry), lambda: self._read(entry))[0]

    def read_ahead(self, entries: Iterable[CatalogueEntry]) -> None:
        """Load several texts with one query into the cache of `read`; `read` looks up the missing ones."""
        missing = {_key(entry): entry for entry in entries if _key(entry) not in self._kept}
        texts = self._texts({entry.digest for entry in missing.values()})
        for key, entry in missing.items():
            found = self._found(entry, texts.get(entry.digest))
            if found is not None:
                self._kept.put(key, found)

    def file(self, entry: CatalogueEntry, name: str) -> bytes:
        """Return a file of a version. Raises ObjectMissing, ObjectUnreadable, UnsafePath, StoreUnreachable."""
        try:
            return self._content.file(entry.kind, entry.slug, entry.ver, name)
        except WrittenElsewhere as error:
            if name != INDEX_FILE:
                # The shared store of files has already been asked in vain.
                raise StoreUnreachable("missing") from error
            found = self.read(entry)
            return write_document(found.data, found.body)

    def _read(self, entry: CatalogueEntry) -> _Read:
        found = self._found(entry, self._texts({entry.digest}).get(entry.digest))
        return found or self._from_git(entry)

    def _found(self, entry: CatalogueEntry, text: VersionText | None) -> _Read | None:
        if text is None:
            return None
        try:
            return text.read(self._content.path_of(entry.kind, entry.slug), entry.digest), text.size
        except TextDamaged:
            _log.error("catalogue.text_damaged", record=entry.id, ver=entry.ver, digest=entry.digest)
            return None

    def _from_git(self, entry: CatalogueEntry) -> _Read:
        path = self._content.path_of(entry.kind, entry.slug)
        try:
            found = self._content.read_version(self._content.version(path, entry.ver))
        except WrittenElsewhere as error:
            raise TextNotHere(f"{path} v{entry.ver}") from error
        return found, len(found.body) * 2

    def _texts(self, digests: Iterable[str]) -> dict[str, VersionText]:
        found: dict[str, VersionText] = {}
        for part in in_parts(digests):
            # Do without a session, which would take as long as reading the text.
            with self._sessions.connected() as db:
                rows = db.execute(_TEXTS, {"digests": part})
                found |= {digest: VersionText(content=content, beside=beside) for digest, content, beside in rows}
        return found


def _key(entry: CatalogueEntry) -> _Key:
    return entry.kind, entry.slug, entry.digest
