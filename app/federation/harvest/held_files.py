"""Which files of other nodes' records are here, and their bytes: taken in, read, examined and removed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256

import structlog
from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlmodel import Session, col

from app.catalogue import ForeignFileNotHeld
from app.database import Sessions, in_parts
from app.federation.harvest.file_rows import PICTURES, AttemptRow, FileReason, FileRow, FileState, HeldFile, WantedFile
from app.records.file_store import FileStore, StoreUnavailable, StoreUnreachable, one_by_one
from app.shared.errors import Invalid

_HELD = col(FileRow.state) == FileState.HELD
MOST_GONE = "most_gone"
"""The reason of StoreUnreachable where most of what should be there is not, as in a folder without its file system."""
_HANDFUL = 5
"""So many files may be lost at once; where more are, and more than half, that is taken for a wrong place."""


class FileWrong(Invalid):
    """The bytes are not those that a statement names; `reason` says in what."""

    reason: FileReason


class HeldFiles:
    """Answers by version as it stands in the catalogue; nothing here makes the node ask anybody.

    Removing and examining may be done at any time, in several processes, and be killed anywhere.
    """

    def __init__(self, sessions: Sessions, store: FileStore, keeps: Callable[[], bool]) -> None:
        """Remove nothing that only nobody names while it `keeps`: others may know of more than these rows."""
        self._keeps = keeps
        self._sessions = sessions
        self.store = store

    def of(self, origin: str, record_id: str, ver: int) -> tuple[HeldFile, ...]:
        """Return the files of a version that are here."""
        columns = select(col(FileRow.name), col(FileRow.size), col(FileRow.sha256), col(FileRow.picture))
        same = _version(origin, record_id, ver)
        with self._sessions.connected() as db:
            return tuple(
                HeldFile(name=name, size=size, sha256=hashed, is_picture=bool(picture) and promised(name) == picture)
                for name, size, hashed, picture in db.execute(columns.where(same, _HELD))
            )

    def read(self, origin: str, record_id: str, ver: int, name: str) -> bytes:
        """Return a file of a version; raises ForeignFileNotHeld, for a damaged one too, and StoreUnreachable."""
        wanted = select(col(FileRow.sha256)).where(_version(origin, record_id, ver), col(FileRow.name) == name, _HELD)
        with self._sessions.connected() as db:
            hashed = db.scalar(wanted.limit(1))
        data = self.content(hashed) if hashed else None
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
        wanted = select(col(FileRow.id)).where(col(FileRow.origin) == origin, col(FileRow.sha256) == hashed, _HELD)
        with self._sessions.connected() as db:
            return db.scalar(wanted.limit(1)) is not None

    def used(self, origin: str) -> int:
        """Return how many bytes the files of an origin take, each content counted once."""
        distinct = select(col(FileRow.sha256), col(FileRow.size)).where(col(FileRow.origin) == origin, _HELD).distinct()
        content = distinct.subquery()
        with self._sessions.connected() as db:
            return db.scalar(select(func.sum(content.c.size))) or 0

    def take(self, wanted: WantedFile, data: bytes) -> None:
        """Keep the bytes of a file for all who name them; raises FileWrong, StoreUnavailable and OSError."""
        if len(data) != wanted.size:
            raise FileWrong(FileReason.SIZE)
        if sha256(data).hexdigest() != wanted.sha256:
            raise FileWrong(FileReason.HASH)
        # Pillow takes a tenth of a second to load, which every command about peers would pay for.
        from app.documents.cleaning.attachment import picture_ending  # noqa: PLC0415

        with self.store.exclusive():
            with self._sessions.connected() as db:
                if db.scalar(select(col(FileRow.id)).where(_waiting(wanted.sha256, wanted.size)).limit(1)) is None:
                    return
            # Before the transaction, so that nobody waits for a store that is far away. What is dropped meanwhile, or
            # left by a crash, goes with `sweep` and `maintain`.
            self.store.put(wanted.sha256, data)
            with self._sessions.begin() as db:
                _mark(db, wanted.sha256, wanted.size, picture_ending(data))

    def sweep(self) -> None:
        """Remove the files of versions that are not kept any more; what fails is done by the next call."""
        with self._sessions.connected() as db:
            if db.scalar(select(col(FileRow.id)).where(_DROPPED).limit(1)) is None:
                return
        try:
            self._remove_dropped()
        except (OSError, StoreUnavailable) as error:
            # They are not given out any more whether or not they could be removed.
            _log.warning("files.not_removed", reason=type(error).__name__)

    def maintain(self, *, even_all: bool = False) -> None:
        """Remove what nobody names, and want again what got lost, `even_all`; what fails is done by the next call.

        What is wanted and lies here whole counts as held again: a crash, or a place that was away, came in between.
        """
        self.sweep()
        try:
            with self.store.exclusive():
                held, present = self._sizes(), self.store.sizes() if even_all else self.present()
                others = present.keys() - held.keys()
                others -= self._taken_back(others)
                one_by_one(() if self._keeps() else others, self.store.remove)
                self._want_again([name for name, size in held.items() if present.get(name) != size])
        except (OSError, StoreUnavailable) as error:
            _log.error("files.not_maintained", reason=str(error))

    def present(self) -> Mapping[str, int]:
        """Return how many bytes each file in the store has; raises OSError and StoreUnreachable, with MOST_GONE too."""
        held, present = self._sizes(), self.store.sizes()
        if len(held.keys() - present.keys()) > max(_HANDFUL, len(held) / 2):
            raise StoreUnreachable(MOST_GONE)
        return present

    def examine(self) -> tuple[LostFile, ...]:
        """Read everything, return what is damaged or lost, and want it again: the next run fetches it anew.

        Raises StoreUnavailable and OSError.
        """
        self.present()
        doubted = [name for name in self._sizes() if self.store.read(name) is None]
        if not doubted:
            return ()
        with self.store.exclusive():
            lost = [name for name in doubted if self.store.read(name) is None]
            # The place may have gone while it was looked through.
            self.present()
            found = self._named(lost)
            self._want_again(lost)
        return found

    def _taken_back(self, names: Collection[str]) -> frozenset[str]:
        """Mark what is wanted and lies here whole, and return it; call it within `exclusive`."""
        from app.documents.cleaning.attachment import picture_ending  # noqa: PLC0415 - see `take`

        columns, waits = (col(FileRow.sha256), col(FileRow.size)), col(FileRow.state) == FileState.WANTED
        with self._sessions.connected() as db:
            wanted = [
                (name, size)
                for part in in_parts(names)
                for name, size in db.execute(select(*columns).where(waits, col(FileRow.sha256).in_(part)).distinct())
            ]
        found = set()
        for name, size in wanted:
            data = self.store.read(name)
            if data is not None and len(data) == size:
                with self._sessions.begin() as db:
                    _mark(db, name, size, picture_ending(data))
                found.add(name)
        return frozenset(found)

    def _sizes(self) -> dict[str, int]:
        with self._sessions.connected() as db:
            rows = db.execute(select(col(FileRow.sha256), col(FileRow.size)).where(_HELD).distinct())
            return {name: size for name, size in rows}  # noqa: C416 - rows are no pairs

    def _named(self, names: Collection[str]) -> tuple[LostFile, ...]:
        columns = (col(FileRow.origin), col(FileRow.record_id), col(FileRow.ver), col(FileRow.name))
        with self._sessions.connected() as db:
            return tuple(
                LostFile(origin=origin, record_id=record_id, ver=ver, name=name)
                for part in in_parts(names)
                for origin, record_id, ver, name in db.execute(
                    select(*columns).where(_HELD, col(FileRow.sha256).in_(part)).order_by(*columns)
                )
            )

    def _remove_dropped(self) -> None:
        """Remove the bytes, then the rows: nobody who writes rows waits for a store that is far away.

        A content without a row that is held gets one by `take` alone, which waits until this is over.
        """
        with self.store.exclusive():
            with self._sessions.connected() as db:
                dropped = db.execute(select(col(FileRow.id), col(FileRow.sha256)).where(_DROPPED)).all()
                names = {name for _number, name in dropped}
                needed = {
                    name
                    for part in in_parts(names)
                    for name in db.scalars(select(col(FileRow.sha256)).where(_HELD, col(FileRow.sha256).in_(part)))
                }
            removed, error = one_by_one(names - needed, self.store.remove)
            with self._sessions.begin() as db:
                for part in in_parts(number for number, name in dropped if name in removed | needed):
                    rows = delete(FileRow).where(col(FileRow.id).in_(part))
                    db.execute(rows.execution_options(synchronize_session=False))
        if error:
            raise error

    def _want_again(self, names: Collection[str]) -> None:
        """Remove the bytes, then change the rows; call it within `exclusive`."""
        if not names:
            return
        _log.warning("files.wanted_again", count=len(names))
        removed, error = one_by_one(names, self.store.remove)
        with self._sessions.begin() as db:
            for part in in_parts(removed):
                same = (_HELD, col(FileRow.sha256).in_(part))
                db.execute(delete(AttemptRow).where(col(AttemptRow.file_id).in_(select(col(FileRow.id)).where(*same))))
                rows = update(FileRow).where(*same).values(state=FileState.WANTED, picture="")
                db.execute(rows.execution_options(synchronize_session=False))
        if error:
            raise error


def promised(name: str) -> str:
    """Return the kind of picture that a name promises, empty for none that pages show."""
    return PICTURES.get(name.rpartition(".")[2].lower(), "")


def _version(origin: str, record_id: str, ver: int) -> ColumnElement[bool]:
    return and_(col(FileRow.origin) == origin, col(FileRow.record_id) == record_id, col(FileRow.ver) == ver)


def _waiting(name: str, size: int) -> ColumnElement[bool]:
    return and_(
        col(FileRow.sha256) == name,
        col(FileRow.size) == size,
        col(FileRow.state) == FileState.WANTED,
    )


def _mark(db: Session, name: str, size: int, picture: str) -> None:
    """Mark everything that waits for this content."""
    waiting = select(col(FileRow.id)).where(_waiting(name, size))
    # A peer decides how many versions name one file: as a list they could be more than a statement may hold.
    db.execute(delete(AttemptRow).where(col(AttemptRow.file_id).in_(waiting)))
    rows = update(FileRow).where(col(FileRow.id).in_(waiting)).values(state=FileState.HELD, picture=picture)
    db.execute(rows.execution_options(synchronize_session=False))


_DROPPED = col(FileRow.state) == FileState.DROPPED
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LostFile:
    """A file that should be here and is not, or not as it was signed."""

    origin: str
    record_id: str
    ver: int
    name: str
