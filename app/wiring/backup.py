"""Makes a backup while the node serves and publishes: first the database, then the repository, then the files.

The catalogue can always be extended from the repository, never the other way round.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from app.identity.providers.file import secret_files
from app.records.copying import copy_repository
from app.records.file_store import FileStore
from app.shared.config import Settings
from app.shared.config.load import SECRET_FILES
from app.shared.errors import Conflict, Unavailable
from app.wiring.backup_manifest import (
    DATA,
    DATABASE,
    DRAFT,
    FILES,
    OUTSIDE,
    REPOSITORY,
    Manifest,
    begin,
    carries_marker,
    sha256,
)
from app.wiring.services import Services

_LEFT_OUT = ("content.git", "public.git", "inbox.git", "index", "confined", "lost+found")
"""What has its own way into the backup, comes back by itself, or belongs to the disk."""
_OUTSIDE = ("providers", "federation_ca", *SECRET_FILES)


class OtherDatabase(Unavailable):
    """The database is none of SQLite and has means of its own for backups."""

    message = (
        "the database is kept by a server of its own: back it up with its own means, such as pg_dump, then copy the "
        "data folder"
    )


def make_backup(services: Services, folder: Path) -> Manifest:
    """Bring the backup in `folder` to what the node is now, and return what it holds.

    Only the user who calls it can read it. Raises NotInitialised, OtherDatabase, BackupFolderTaken, BackupRunning,
    StoreUnreachable, and what git says.
    """
    settings = services.settings
    services.repository.head()
    if services.sessions.engine.dialect.name != "sqlite":
        raise OtherDatabase(services.sessions.engine.dialect.name)
    database = Path(services.sessions.engine.url.database or "")
    with taken(folder, settings.data):
        # Before the earlier backup is touched, and whatever settings say: those that do not name the place of files
        # must not empty the backup of them.
        services.harvest.files.held.present()
        begin(folder, settings.issuer)
        change = services.catalogue.last_seq()
        _copy_database(database, folder / DATABASE)
        copy_repository(services.repository, folder / REPOSITORY)
        within = dict(_within(settings.data, database, folder))
        beyond = dict(_beyond(settings, within.values()))
        others = services.harvest.files.held.present() if settings.files else ()
        elsewhere = mirror_store(services.foreign_store, others, folder / FILES)
        inside, outside = mirror(within, folder / DATA), mirror(beyond, folder / OUTSIDE)
        manifest = Manifest(
            made_at=services.clock().isoformat(),
            issuer=settings.issuer,
            change=change,
            files={
                DATABASE: sha256(folder / DATABASE),
                **{f"{DATA}/{name}": digest for name, digest in inside.items()},
                **{f"{OUTSIDE}/{name}": digest for name, digest in outside.items()},
                **{f"{FILES}/{name}": digest for name, digest in elsewhere.items()},
            },
            outside={name: str(beyond[name]) for name in outside},
        )
        manifest.write(folder)
    return manifest


def _copy_database(source: Path, target: Path) -> None:
    draft = target.with_name(f"{target.name}.part")
    draft.unlink(missing_ok=True)
    # In one step: it reads one state, and in WAL mode nobody who writes has to wait.
    with closing(sqlite3.connect(source, timeout=60)) as here, closing(sqlite3.connect(draft)) as there:
        here.backup(there)
        there.execute("PRAGMA journal_mode=DELETE")
    draft.chmod(0o600)
    draft.replace(target)


def _within(data: Path, database: Path, backup: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of the data folder by their names in it, without the database and what belongs to it."""
    real_database = str(database.resolve())
    for file in files_below(data, [*(data / name for name in _LEFT_OUT), backup]):
        is_database = str(file.resolve()).startswith(real_database)
        if not is_database and file.suffix not in {".lock", ".part", ".log"}:
            yield str(file.relative_to(data)), file


def _beyond(settings: Settings, within: Collection[Path]) -> Iterator[tuple[str, Path]]:
    """Yield the files that settings and providers name and that are not `within` already, by names of their own."""
    named = [getattr(settings, field) for field in _OUTSIDE]
    named += secret_files(settings.providers_path)
    # By the places that settings name, not by where links lead: the node will look for them there.
    known = {os.path.normpath(file) for file in within}
    for number, file in enumerate(one for one in named if one and one.is_file()):
        if os.path.normpath(file) not in known:
            yield f"{number}-{file.name}", file


_LOCK = "backup.lock"
_BEFORE_THE_MARKER = frozenset({_LOCK, DRAFT})
"""All that a backup which was interrupted at once can have left."""


INSIDE = "lies in the data folder, which is what is to be backed up. Name a folder elsewhere"
HOLDS_OTHERS = (
    "is not empty, and holds neither backup.json nor backup.json.part of an earlier backup. Nothing in it was changed. "
    "Name an empty folder or a new one; if it holds a backup that was interrupted, empty it first"
)


class BackupFolderTaken(Conflict):
    """`path` may not be written to; `reason` says why."""

    path: Path
    reason: str

    message = "%(path)s %(reason)s"


class BackupRunning(Unavailable):
    """Another process is making a backup in `path`."""

    path: Path

    message = "another backup is being made in %(path)s. Wait for its end, or name another folder"


@contextmanager
def taken(folder: Path, data: Path) -> Iterator[None]:
    """Hold `folder` for one backup of the node in `data`, readable for its user alone.

    Raises BackupFolderTaken before anything is written, and BackupRunning.
    """
    if folder.resolve().is_relative_to(data.resolve()):
        raise BackupFolderTaken(folder, INSIDE)
    if folder.exists() and not _is_empty(folder) and not carries_marker(folder):
        raise BackupFolderTaken(folder, HOLDS_OTHERS)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BackupRunning(folder) from error
    try:
        yield
    finally:
        lock.release()


def _is_empty(folder: Path) -> bool:
    return all(one.name in _BEFORE_THE_MARKER for one in folder.iterdir())


def mirror(wanted: Mapping[str, Path], target: Path) -> dict[str, str]:
    """Copy files to their names below `target` and remove all else there; return SHA-256 by name.

    What was withdrawn does not stay in a backup that way, nor does what a crash left. Only what differs is written.
    """
    # Before anything is copied, so that no link leads it elsewhere and no folder stands where a file belongs.
    _remove_others(target, wanted)
    copied = {name: _copied(source, target / name) for name, source in sorted(wanted.items())}
    return {name: digest for name, digest in copied.items() if digest}


def mirror_store(store: FileStore, names: Collection[str], target: Path) -> dict[str, str]:
    """Bring `target` to these files of a store, without what is damaged there; return SHA-256 by name.

    Raises StoreUnreachable and OSError.
    """
    places = {f"{name[:2]}/{name}": name for name in names}
    _remove_others(target, places)
    return {place: name for place, name in sorted(places.items()) if _brought(store, name, target / place)}


def files_below(folder: Path, without: Collection[Path] = ()) -> Iterator[Path]:
    """Yield the regular files below `folder`, those behind links too, but nothing below the folders `without`.

    A folder that a link finds within itself is not entered again.
    """
    yield from _files(folder, frozenset(path.resolve() for path in without))


def _files(folder: Path, closed: frozenset[Path]) -> Iterator[Path]:
    real = folder.resolve()
    if real in closed:
        return
    try:
        inside = sorted(folder.iterdir())
    except FileNotFoundError:
        # It has just gone.
        return
    for one in inside:
        if one.is_dir():
            yield from _files(one, closed | {real})
        elif one.is_file():
            yield one


def _remove_others(target: Path, wanted: Collection[str]) -> None:
    if target.is_symlink():
        target.unlink()
    for parent, folders, names in os.walk(target, topdown=False):
        for name in names:
            file = Path(parent) / name
            if file.is_symlink() or str(file.relative_to(target)) not in wanted:
                file.unlink()
        for name in folders:
            inner = Path(parent) / name
            if inner.is_symlink():
                inner.unlink()
            else:
                # One that still holds something stays.
                with suppress(OSError):
                    inner.rmdir()


def _brought(store: FileStore, name: str, target: Path) -> bool:
    """Write a file from a store unless it is there already; tell whether it is there now."""
    if target.exists() and sha256(target) == name:
        return True
    data = store.read(name)
    if data is None:
        target.unlink(missing_ok=True)
        return False
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(target, BytesIO(data))
    return True


def _write(target: Path, read: IO[bytes]) -> None:
    draft = target.with_name(f"{target.name}.part")
    descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        shutil.copyfileobj(read, written)
        written.flush()
        # Before it takes the place of an earlier one: a backup that is called whole survives a loss of power.
        os.fsync(written.fileno())
    draft.replace(target)


def _copied(source: Path, target: Path) -> str:
    """Copy a file unless it is there already, readable for nobody else; return its SHA-256, "" if it has just gone.

    Size and time say too little: a file that was put back, or a copy that has rotted, can have both.
    """
    try:
        digest = sha256(source)
        if target.exists() and sha256(target) == digest:
            return digest
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with source.open("rb") as read:
            _write(target, read)
    except FileNotFoundError:
        target.unlink(missing_ok=True)
        return ""
    return sha256(target)
