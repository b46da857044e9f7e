"""Files that records of other nodes name, written in the transaction that stores the record; bytes kept by hash."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Any, ClassVar

import structlog
from sqlalchemy import Column, ColumnElement, Index, Integer, Select, String, and_, delete, func, select, update
from sqlmodel import Field, Session, col

from app.catalogue import ForeignFileNotHeld
from app.database import Sessions, Table, in_parts
from app.database.table import EnumText
from app.documents.limits import FILE_LIMIT
from app.federation.harvest.models import ForeignRecord, Node, NodeState
from app.federation.statement import Statement, Status
from app.records.file_store import FileStore, StoreUnavailable, StoreUnreachable, one_by_one
from app.shared.errors import Invalid

MOST_FILES = 46
"""Files fetched of one record: as many as the schema of a concept lists (20 media, 20 templates, 6 translations)."""
PICTURES: Mapping[str, str] = MappingProxyType({"png": "png", "jpg": "jpg", "jpeg": "jpg", "webp": "webp"})
"""Endings of names, and the kind of picture that each promises."""
MOST_GONE = "most_gone"
"""The reason of StoreUnreachable where most of what should be there is not, as in a folder without its file system."""
_HANDFUL = 5
"""So many files may be lost at once; where more are, and more than half, that is taken for a wrong place."""
AT_ONCE = 200
"""Files to ask for in one run."""
_log = structlog.get_logger(__name__)


class FileState(StrEnum):
    """Whether a file is not here yet (`wanted`), is here (`held`), or exceeds a limit and is never asked for."""

    WANTED = "wanted"
    HELD = "held"
    REFUSED = "refused"


class FileReason(StrEnum):
    """Why a file is not here, beside the codes of a fetch that failed (`app.fetching`).

    `file_size`, `file_hash`: the bytes are not those that the record names. `origin_full`: its origin has as many
    bytes here as it may have. `no_space`: the disk has no room, or could not be written to. `too_large`, `too_many`: a
    limit for files is exceeded, so nobody is asked.
    """

    SIZE = "file_size"
    HASH = "file_hash"
    ORIGIN_FULL = "origin_full"
    NO_SPACE = "no_space"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"


class FileWrong(Invalid):
    """The bytes are not those that a record names; `reason` says in what."""

    reason: FileReason


class FileRow(Table, table=True):
    """A file of the held version of a record. `picture` is the file name ending of a picture, empty for other files."""

    __tablename__: ClassVar[str] = "federation_file"
    __table_args__ = (Index(None, "origin", "record_id", "ver"), Index(None, "sha256"), Index(None, "state", "origin"))

    id: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    origin: str = Field(sa_column=Column(String(255), nullable=False))
    record_id: str = Field(sa_column=Column(String(36), nullable=False))
    ver: int = Field(sa_column=Column(Integer, nullable=False))
    name: str = Field(sa_column=Column(String(100), nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    size: int = Field(sa_column=Column(Integer, nullable=False))
    state: FileState = Field(sa_column=Column(EnumText(FileState, 16), nullable=False))
    picture: str = Field(default="", sa_column=Column(String(8), nullable=False))
    tries: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    reason: str = Field(default="", sa_column=Column(String(32), nullable=False))

    @property
    def is_picture(self) -> bool:
        """Tell whether the bytes are the picture that the name promises."""
        return bool(self.picture) and PICTURES.get(self.name.rpartition(".")[2].lower()) == self.picture


_HELD = col(FileRow.state) == FileState.HELD
_WANTED = col(FileRow.state) == FileState.WANTED


@dataclass(slots=True)
class FileCounts:
    """The files of one origin: those here, their bytes, and those missing, by reason ("": not tried yet)."""

    held: int = 0
    size: int = 0
    missing: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


def name_files(db: Session, origin: str, statement: Statement) -> set[str]:
    """Replace the files noted of a record; return the hashes that it no longer names. Stored bytes count at once."""
    files = statement.files if statement.status is Status.PUBLISHED else ()
    columns = select(col(FileRow.sha256), col(FileRow.size), col(FileRow.picture)).where(_HELD)
    held = {
        (row.sha256, row.size): row.picture
        for part in in_parts({file.sha256 for file in files})
        for row in db.execute(columns.where(col(FileRow.sha256).in_(part)))
    }
    before = drop_files(db, origin, [statement.record_id])
    for place, file in enumerate(files):
        picture = held.get((file.sha256, file.size))
        large, many = file.size > FILE_LIMIT, place >= MOST_FILES
        reason = FileReason.TOO_LARGE if large else FileReason.TOO_MANY if many else ""
        here = FileState.WANTED if picture is None else FileState.HELD
        row = FileRow(
            origin=origin,
            record_id=statement.record_id,
            ver=statement.ver,
            name=file.name,
            sha256=file.sha256,
            size=file.size,
            state=FileState.REFUSED if reason else here,
            picture=picture or "",
            reason=reason,
        )
        db.add(row)
    return before - {file.sha256 for file in files}


def drop_files(db: Session, origin: str, record_ids: Sequence[str]) -> set[str]:
    """Forget the files of records that are not held any more, and return their hashes."""
    here = (col(FileRow.origin) == origin, col(FileRow.record_id).in_(record_ids))
    names = set(db.scalars(select(col(FileRow.sha256)).where(*here)))
    db.execute(delete(FileRow).where(*here).execution_options(synchronize_session=False))
    return names


def names_any(sessions: Sessions, hashes: Collection[str]) -> bool:
    """Tell whether a record that is held names any file with one of these hashes."""
    with sessions.connected() as db:
        rows = select(col(FileRow.id))
        return any(db.scalar(rows.where(col(FileRow.sha256).in_(part)).limit(1)) for part in in_parts(hashes))


class HeldFiles:
    """Answers by version in the catalogue, asking no other node; any process may run it and be killed at any time."""

    def __init__(self, sessions: Sessions, store: FileStore, limit: int, keeps: Callable[[], bool]) -> None:
        """`limit` is how many bytes the files of one origin may take; 0 fetches none.

        Remove nothing that only nobody names while it `keeps`: others may know of more than these rows.
        """
        self._keeps = keeps
        self._sessions = sessions
        self.store = store
        self.limit = limit

    def of(self, origin: str, record_id: str, ver: int) -> tuple[FileRow, ...]:
        """Return the files of a version that are here."""
        return self._rows(_version(origin, record_id, ver), _HELD)

    def read(self, origin: str, record_id: str, ver: int, name: str) -> bytes:
        """Return a file of a version; raises ForeignFileNotHeld, for a damaged one too, and StoreUnreachable."""
        found = self._rows(_version(origin, record_id, ver), col(FileRow.name) == name, _HELD)
        data = self.content(found[0].sha256) if found else None
        if data is None:
            raise ForeignFileNotHeld(name)
        return data

    def content(self, hashed: str) -> bytes | None:
        """Return the bytes with a hash, None where they are not here or damaged; raises StoreUnreachable."""
        try:
            return self.store.read(hashed)
        except OSError as error:
            raise StoreUnreachable(type(error).__name__) from error

    def names(self, origin: str, hashed: str) -> bool:
        """Tell whether a record of an origin that is held names a content, and it is here."""
        return bool(self._rows(col(FileRow.origin) == origin, col(FileRow.sha256) == hashed, _HELD))

    def used(self, origin: str) -> int:
        """Return how many bytes the files of an origin take, each content counted once."""
        distinct = select(col(FileRow.sha256), col(FileRow.size)).where(col(FileRow.origin) == origin, _HELD).distinct()
        content = distinct.subquery()
        with self._sessions.connected() as db:
            return db.scalar(select(func.sum(content.c.size))) or 0

    def due(self, origin: str) -> tuple[FileRow, ...]:
        """Return the next files of an origin to ask for, those first that failed least often."""
        wanted = _of_shown(select(FileRow)).where(_WANTED, col(FileRow.origin) == origin)
        with self._sessions.reading() as db:
            return tuple(db.scalars(wanted.order_by(col(FileRow.tries), col(FileRow.id)).limit(AT_ONCE)))

    def failed(self, wanted: FileRow, reason: str) -> None:
        """Note that a file did not come; others come before it the next time."""
        tried = {"tries": col(FileRow.tries) + 1, "reason": reason[:32]}
        with self._sessions.begin() as db:
            db.execute(update(FileRow).where(col(FileRow.id) == wanted.id).values(tried))

    def counts(self, origin: str | None = None) -> Mapping[str, FileCounts]:
        """Return the counts of every origin that has files, or of one; those of records out of sight do not count."""
        columns = (col(FileRow.origin), col(FileRow.state), col(FileRow.reason))
        counted = _of_shown(select(*columns, func.count(), func.sum(col(FileRow.size)))).group_by(*columns)
        found: dict[str, FileCounts] = {}
        with self._sessions.connected() as db:
            for name, state, reason, number, size in db.execute(
                counted if origin is None else counted.where(col(FileRow.origin) == origin)
            ):
                counts = found.setdefault(name, FileCounts())
                if state is FileState.HELD:
                    counts.held, counts.size = counts.held + number, counts.size + size
                    continue
                counts.missing += number
                if reason:
                    counts.reasons[reason] += number
        return found

    def take(self, wanted: FileRow, data: bytes) -> None:
        """Keep the bytes of a file for all who name them; raises FileWrong, StoreUnavailable and OSError."""
        if len(data) != wanted.size:
            raise FileWrong(FileReason.SIZE)
        if sha256(data).hexdigest() != wanted.sha256:
            raise FileWrong(FileReason.HASH)
        # Pillow takes a tenth of a second to load, which every command about peers would pay for.
        from app.documents.cleaning.attachment import picture_ending  # noqa: PLC0415

        waiting = and_(col(FileRow.sha256) == wanted.sha256, col(FileRow.size) == wanted.size, _WANTED)
        with self.store.exclusive():
            if not self._rows(waiting):
                return
            # Before the transaction, so that nobody waits for a remote store. `maintain` removes what a crash leaves.
            self.store.put(wanted.sha256, data)
            held = {"state": FileState.HELD, "picture": picture_ending(data), "reason": "", "tries": 0}
            with self._sessions.begin() as db:
                db.execute(update(FileRow).where(waiting).values(held).execution_options(synchronize_session=False))

    def remove(self, names: Collection[str]) -> None:
        """Remove what no record names any more; what fails is done by `maintain`."""
        if not names:
            return
        try:
            with self.store.exclusive():
                rows = (self._rows(_HELD, col(FileRow.sha256).in_(part)) for part in in_parts(names))
                one_by_one(set(names) - {row.sha256 for part in rows for row in part}, self.store.remove)
        except (OSError, StoreUnavailable) as error:
            # They are not given out any more whether or not they could be removed.
            _log.warning("files.not_removed", reason=type(error).__name__)

    def maintain(self, *, even_all: bool = False) -> None:
        """Remove what nobody names, and want again what got lost, `even_all`; what fails is done by the next call."""
        try:
            with self.store.exclusive():
                held, present = self._sizes(), self.store.sizes() if even_all else self.present()
                one_by_one(() if self._keeps() else present.keys() - held.keys(), self.store.remove)
                self._want_again([name for name, size in held.items() if present.get(name) != size])
        except (OSError, StoreUnavailable) as error:
            _log.error("files.not_maintained", reason=str(error))

    def present(self) -> Mapping[str, int]:
        """Return how many bytes each file in the store has; raises OSError and StoreUnreachable, with MOST_GONE too."""
        held, present = self._sizes(), self.store.sizes()
        if len(held.keys() - present.keys()) > max(_HANDFUL, len(held) / 2):
            raise StoreUnreachable(MOST_GONE)
        return present

    def examine(self) -> tuple[FileRow, ...]:
        """Read all files; have damaged and lost ones fetched anew. Raises StoreUnavailable and OSError."""
        self.present()
        doubted = [name for name in self._sizes() if self.store.read(name) is None]
        if not doubted:
            return ()
        with self.store.exclusive():
            lost = [name for name in doubted if self.store.read(name) is None]
            # The place may have gone while it was looked through.
            self.present()
            found = [row for part in in_parts(lost) for row in self._rows(_HELD, col(FileRow.sha256).in_(part))]
            self._want_again(lost)
        return tuple(sorted(found, key=lambda row: (row.origin, row.record_id, row.name)))

    def _rows(self, *conditions: ColumnElement[bool]) -> tuple[FileRow, ...]:
        with self._sessions.reading() as db:
            return tuple(db.scalars(select(FileRow).where(*conditions)))

    def _sizes(self) -> dict[str, int]:
        with self._sessions.connected() as db:
            rows = db.execute(select(col(FileRow.sha256), col(FileRow.size)).where(_HELD).distinct())
            return {name: size for name, size in rows}  # noqa: C416 - rows are no pairs

    def _want_again(self, names: Collection[str]) -> None:
        """Remove the bytes, then change the rows; call it within `exclusive`."""
        if not names:
            return
        _log.warning("files.wanted_again", count=len(names))
        removed, error = one_by_one(names, self.store.remove)
        with self._sessions.begin() as db:
            for part in in_parts(removed):
                rows = update(FileRow).where(_HELD, col(FileRow.sha256).in_(part))
                again = {"state": FileState.WANTED, "picture": "", "tries": 0, "reason": ""}
                db.execute(rows.values(again).execution_options(synchronize_session=False))
        if error:
            raise error


def _version(origin: str, record_id: str, ver: int) -> ColumnElement[bool]:
    return and_(col(FileRow.origin) == origin, col(FileRow.record_id) == record_id, col(FileRow.ver) == ver)


def _of_shown(wanted: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Return the question for files of records that readers see."""
    same = and_(
        col(FileRow.origin) == col(ForeignRecord.origin), col(FileRow.record_id) == col(ForeignRecord.record_id)
    )
    blocked = select(col(Node.origin)).where(col(Node.state) == NodeState.BLOCKED)
    shown = (~col(ForeignRecord.withdrawn), ~col(ForeignRecord.hidden), col(FileRow.origin).not_in(blocked))
    return wanted.join(ForeignRecord, same).where(*shown)
