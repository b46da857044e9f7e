"""Makes a backup while the node serves and publishes: first the database, then the repository, then the files.

The catalogue can always be extended from the repository, never the other way round.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from app.identity.providers.file import secret_files
from app.records.copying import copy_repository
from app.shared.config import Settings
from app.shared.config.secret_files import SECRET_FILES
from app.shared.errors import Conflict, Unavailable
from app.wiring.backup.files import files_below, mirror, mirror_store
from app.wiring.backup.manifest import (
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
