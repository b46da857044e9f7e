# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes a backup while the node serves and publishes: first the database, then the repository, then the files.

The catalogue can always be extended from the repository, never the other way round.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from app.bootstrap.backup.manifest import (
    DATA,
    DATABASE,
    FILE,
    OUTSIDE,
    REPOSITORY,
    BackupFolderTaken,
    Manifest,
    sha256,
)
from app.bootstrap.services import Services
from app.content.copying import copy_repository
from app.content.repository import MAIN
from app.errors import Unavailable
from app.identity.providers.file import secret_files

_DERIVED = frozenset({"content.git", "public.git", "inbox.git", "index", "confined"})
"""What has its own way into the backup, or comes back by itself."""
_OUTSIDE = (
    "providers",
    "secret_key_file",
    "smtp_password_file",
    "mirror_credentials_file",
    "meaning_key_file",
    "federation_ca",
)


class OtherDatabase(Unavailable):
    """The database is none of SQLite and has means of its own for backups."""


def make_backup(services: Services, folder: Path) -> Manifest:
    """Bring the backup in `folder` to what the node is now, and return what it holds.

    Only the user who calls it can read it. Raises NotInitialised, BackupFolderTaken, OtherDatabase, and what git says.
    """
    settings = services.settings
    services.repository.head()
    if services.sessions.engine.dialect.name != "sqlite":
        raise OtherDatabase(services.sessions.engine.dialect.name)
    _take(folder, settings.data)
    # A backup that is being changed is none until it is whole again.
    (folder / FILE).unlink(missing_ok=True)
    change = services.catalogue.last_seq()
    _copy_database(Path(services.sessions.engine.url.database or ""), folder / DATABASE)
    copy_repository(services.repository, folder / REPOSITORY)
    _mirror(settings.data, folder / DATA, skip=services.sessions.engine.url.database or "")
    outside = dict(_copy_outside(services, folder / OUTSIDE))
    files = {str(file.relative_to(folder)): sha256(file) for file in _files(folder)}
    manifest = Manifest(
        made_at=services.clock().isoformat(),
        issuer=settings.issuer,
        head=services.repository.ref(MAIN) or "",
        change=change,
        files=files,
        outside=outside,
    )
    manifest.write(folder)
    return manifest


def _take(folder: Path, data: Path) -> None:
    inside = folder.resolve().is_relative_to(data.resolve())
    known = {FILE, f"{FILE}.part", DATABASE, f"{DATABASE}.part", REPOSITORY, DATA, OUTSIDE}
    if inside or (folder.exists() and any(one.name not in known for one in folder.iterdir())):
        raise BackupFolderTaken(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)


def _copy_database(source: Path, target: Path) -> None:
    draft = target.with_name(f"{target.name}.part")
    draft.unlink(missing_ok=True)
    # In one step: it reads one state, and in WAL mode nobody who writes has to wait.
    with closing(sqlite3.connect(source, timeout=60)) as here, closing(sqlite3.connect(draft)) as there:
        here.backup(there)
        there.execute("PRAGMA journal_mode=DELETE")
    draft.chmod(0o600)
    draft.replace(target)


def _mirror(data: Path, target: Path, skip: str) -> None:
    """Copy what changed and remove what is gone, so that a withdrawn file does not stay in the backup."""
    wanted = {file.relative_to(data) for file in _own_files(data, skip)}
    for name in sorted(wanted):
        _copy(data / name, target / name)
    for file in list(_files(target)):
        if file.relative_to(target) not in wanted:
            file.unlink()


def _own_files(data: Path, skip: str) -> Iterator[Path]:
    for file in _files(data):
        first = file.relative_to(data).parts[0]
        is_database = str(file).startswith(skip)
        if first not in _DERIVED and not is_database and file.suffix not in {".lock", ".part", ".log"}:
            yield file


def _copy_outside(services: Services, target: Path) -> Iterator[tuple[str, str]]:
    settings = services.settings
    named = [getattr(settings, field) for field in _OUTSIDE]
    named += secret_files(settings.providers_path)
    for number, file in enumerate(one for one in named if one and one.is_file()):
        if not file.resolve().is_relative_to(settings.data.resolve()):
            name = f"{number}-{file.name}"
            _copy(file, target / name)
            yield name, str(file)


def _copy(source: Path, target: Path) -> None:
    """Copy a file unless it is there already, readable for nobody else. One that has just gone is left out."""
    try:
        known, now = target.stat() if target.exists() else None, source.stat()
        if known and (known.st_size, known.st_mtime_ns) == (now.st_size, now.st_mtime_ns):
            return
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_name(f"{target.name}.part")
        with (
            source.open("rb") as read,
            os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as w,
        ):
            shutil.copyfileobj(read, w)
        os.utime(draft, ns=(now.st_atime_ns, now.st_mtime_ns))
        draft.replace(target)
    except FileNotFoundError:
        target.unlink(missing_ok=True)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, without those of the repository, which proves itself."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - {REPOSITORY})
        yield from (Path(parent) / name for name in sorted(names))
