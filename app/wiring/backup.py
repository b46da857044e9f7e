"""Makes a backup while the node publishes: database, then repository (which can complete the former), then files."""

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
"""Parts that are backed up separately, can be rebuilt, or belong to the file system."""
_OUTSIDE = ("providers", "federation_ca", *SECRET_FILES)


class OtherDatabase(Unavailable):
    """The database is not SQLite and has to be backed up with its own tools."""

    message = (
        "the database is kept by a server of its own: back it up with its own means, such as pg_dump, then copy the "
        "data folder"
    )


def make_backup(services: Services, folder: Path) -> Manifest:
    """Create or update a backup that only this user can read.

    Raises NotInitialised, OtherDatabase, BackupFolderTaken, BackupRunning, StoreUnreachable, and errors of git.
    """
    settings = services.settings
    services.repository.head()
    if services.sessions.engine.dialect.name != "sqlite":
        raise OtherDatabase(services.sessions.engine.dialect.name)
    database = Path(services.sessions.engine.url.database or "")
    with taken(folder, settings.data):
        # Check even without a setting for files: if it is only missing, it must not empty the earlier backup of them.
        services.harvest.files.present()
        begin(folder, settings.issuer)
        change = services.catalogue.last_seq()
        _copy_database(database, folder / DATABASE)
        copy_repository(services.repository, folder / REPOSITORY)
        within = dict(_within(settings.data, database, folder))
        beyond = dict(_beyond(settings, within.values()))
        others = services.harvest.files.present() if settings.files else ()
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
    # Copied in one step, so that the copy is consistent; in WAL mode this blocks no writer.
    with closing(sqlite3.connect(source, timeout=60)) as here, closing(sqlite3.connect(draft)) as there:
        here.backup(there)
        there.execute("PRAGMA journal_mode=DELETE")
    draft.chmod(0o600)
    draft.replace(target)


def _within(data: Path, database: Path, backup: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of the data folder by relative path, without the database and its companion files."""
    real_database = str(database.resolve())
    for file in files_below(data, [*(data / name for name in _LEFT_OUT), backup]):
        is_database = str(file.resolve()).startswith(real_database)
        if not is_database and file.suffix not in {".lock", ".part", ".log"}:
            yield str(file.relative_to(data)), file


def _beyond(settings: Settings, within: Collection[Path]) -> Iterator[tuple[str, Path]]:
    """Yield the files named by settings and providers outside `within`, by unique names."""
    named = [getattr(settings, field) for field in _OUTSIDE]
    named += secret_files(settings.providers_path)
    # Compare the paths as the settings give them, without resolving links: the restored node will look for them there.
    known = {os.path.normpath(file) for file in within}
    for number, file in enumerate(one for one in named if one and one.is_file()):
        if os.path.normpath(file) not in known:
            yield f"{number}-{file.name}", file


_LOCK = "backup.lock"
_BEFORE_THE_MARKER = frozenset({_LOCK, DRAFT})
"""Files that an interrupted backup can leave before it has written its marker."""
INSIDE = "lies in the data folder, which is what is to be backed up. Name a folder elsewhere"
HOLDS_OTHERS = (
    "is not empty, and holds neither backup.json nor backup.json.part of an earlier backup. Nothing in it was changed. "
    "Name an empty folder or a new one; if it holds a backup that was interrupted, empty it first"
)


class BackupFolderTaken(Conflict):
    """`path` cannot be used for the backup; `reason` says why."""

    path: Path
    reason: str

    message = "%(path)s %(reason)s"


class BackupRunning(Unavailable):
    """Another process is making a backup in `path`."""

    path: Path

    message = "another backup is being made in %(path)s. Wait for its end, or name another folder"


@contextmanager
def taken(folder: Path, data: Path) -> Iterator[None]:
    """Lock `folder` for a backup of `data`, private to its owner. Raises BackupFolderTaken or BackupRunning."""
    if folder.resolve().is_relative_to(data.resolve()):
        raise BackupFolderTaken(folder, INSIDE)
    others = [one for one in folder.iterdir() if one.name not in _BEFORE_THE_MARKER] if folder.exists() else []
    if others and not carries_marker(folder):
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


def mirror(wanted: Mapping[str, Path], target: Path) -> dict[str, str]:
    """Make `target` hold these files and no others (such as withdrawn ones); return SHA-256 by name."""
    # First, so that no link redirects a copy and no folder has the name of a file.
    _remove_others(target, wanted)
    copied = {name: _copied(source, target / name) for name, source in sorted(wanted.items())}
    return {name: digest for name, digest in copied.items() if digest}


def mirror_store(store: FileStore, names: Collection[str], target: Path) -> dict[str, str]:
    """Make `target` hold a store's undamaged files; return SHA-256 by path. Raises StoreUnreachable and OSError."""
    places = {f"{name[:2]}/{name}": name for name in names}
    _remove_others(target, places)
    return {place: name for place, name in sorted(places.items()) if _brought(store, name, target / place)}


def files_below(folder: Path, without: Collection[Path] = ()) -> Iterator[Path]:
    """Yield files below `folder`, following links except to a parent, without the folders `without`."""
    yield from _files(folder, frozenset(path.resolve() for path in without))


def _files(folder: Path, closed: frozenset[Path]) -> Iterator[Path]:
    real = folder.resolve()
    if real in closed:
        return
    try:
        inside = sorted(folder.iterdir())
    except FileNotFoundError:
        # The folder was deleted meanwhile.
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
                # A folder that is not empty stays.
                with suppress(OSError):
                    inner.rmdir()


def _brought(store: FileStore, name: str, target: Path) -> bool:
    """Copy a file from the store unless it is there already; return whether it is there now."""
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
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as written:
        shutil.copyfileobj(read, written)
        written.flush()
        # Sync before replacing an earlier file: a backup marked as complete has to survive a power failure.
        os.fsync(written.fileno())
    draft.replace(target)


def _copied(source: Path, target: Path) -> str:
    """Copy a file for its owner only; return its SHA-256 ("": gone). Size and time do not show a damaged copy."""
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
