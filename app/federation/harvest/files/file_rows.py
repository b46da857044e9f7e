"""Notes which files a statement names, within the transaction that stores it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from sqlalchemy import ColumnElement, and_, select, update
from sqlmodel import Session, col

from app.database import Sessions, in_parts
from app.documents.limits import FILE_LIMIT
from app.federation.harvest.files.models import FileRow, FileState
from app.federation.harvest.files.values import MOST_FILES
from app.federation.statement import Statement, Status
from app.records.record import StoredFile


def note_files(db: Session, statements: Iterable[tuple[str, Statement]]) -> None:
    """Add a row for every file of these versions, each given with its origin.

    What is in the store already, be it for another version or another node, is held at once.
    """
    named = [
        (origin, statement, place, file)
        for origin, statement in statements
        if statement.status is Status.PUBLISHED
        for place, file in enumerate(statement.files)
    ]
    held = _held(db, {file.sha256 for _origin, _statement, _place, file in named})
    db.add_all(_row(origin, statement, place, file, held) for origin, statement, place, file in named)


def renote_files(db: Session, statements: Iterable[tuple[str, Statement]]) -> None:
    """Let the rows of these versions say what the statements do; files that were noted rightly stay as they are."""
    for origin, statement in statements:
        same = and_(
            col(FileRow.origin) == origin,
            col(FileRow.record_id) == statement.record_id,
            col(FileRow.ver) == statement.ver,
            col(FileRow.state) != FileState.DROPPED,
        )
        rows = db.scalars(select(FileRow).where(same)).all()
        listed = {(file.name, file.sha256, file.size) for file in statement.files}
        noted = {(row.name, row.sha256, row.size) for row in rows}
        drop_files(db, col(FileRow.id).in_([r.id for r in rows if (r.name, r.sha256, r.size) not in listed]))
        missing = [file for file in statement.files if (file.name, file.sha256, file.size) not in noted]
        note_files(db, [(origin, replace(statement, files=tuple(missing)))])


def drop_files(db: Session, versions: ColumnElement[bool]) -> None:
    """Mark the files of versions that are not kept any more; from now on nobody gets them."""
    rows = update(FileRow).where(versions, col(FileRow.state) != FileState.DROPPED)
    db.execute(rows.values(state=FileState.DROPPED).execution_options(synchronize_session=False))


def names_any(sessions: Sessions, hashes: Collection[str]) -> bool:
    """Tell whether a version that is or was kept names any file with one of these hashes."""
    with sessions.connected() as db:
        rows = select(col(FileRow.id))
        return any(db.scalar(rows.where(col(FileRow.sha256).in_(part)).limit(1)) for part in in_parts(hashes))


def _held(db: Session, hashes: Collection[str]) -> Mapping[tuple[str, int], str]:
    """Return the kind of picture of what is here, by hash and size."""
    columns = select(col(FileRow.sha256), col(FileRow.size), col(FileRow.picture))
    held = columns.where(col(FileRow.state) == FileState.HELD)
    return {
        (row.sha256, row.size): row.picture
        for part in in_parts(hashes)
        for row in db.execute(held.where(col(FileRow.sha256).in_(part)))
    }


def _row(
    origin: str, statement: Statement, place: int, file: StoredFile, held: Mapping[tuple[str, int], str]
) -> FileRow:
    picture = held.get((file.sha256, file.size))
    here = FileState.WANTED if picture is None else FileState.HELD
    return FileRow(
        origin=origin,
        record_id=statement.record_id,
        ver=statement.ver,
        name=file.name,
        sha256=file.sha256,
        size=file.size,
        state=FileState.REFUSED if file.size > FILE_LIMIT or place >= MOST_FILES else here,
        picture=picture or "",
    )
