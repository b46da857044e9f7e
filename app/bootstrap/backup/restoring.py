# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Puts a backup back into an empty folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.bootstrap.backup.manifest import DATA, DATABASE, OUTSIDE, REPOSITORY, Manifest
from app.bootstrap.node import Node, Steps
from app.bootstrap.services import Services
from app.config import Settings
from app.errors import Conflict


class NotEmpty(Conflict):
    """`path` holds something already; nothing is put over it."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came back: records that can be found, and files outside of the data folder that could not be put back."""

    manifest: Manifest
    records: int
    issuer: str
    left: tuple[str, ...]


def restore_backup(backup: Path, data: Path, settings_of: Callable[[Path], Settings], steps: Steps) -> Restored:
    """Make the node in the empty folder `data` from the whole backup in the folder `backup`.

    `settings_of` reads the settings of a data folder. Raises NoBackup and NotEmpty before anything is written.
    """
    manifest = Manifest.read(backup)
    manifest.check(backup)
    if data.exists() and any(data.iterdir()):
        raise NotEmpty(data)
    if (backup / DATA).is_dir():
        shutil.copytree(backup / DATA, data, dirs_exist_ok=True)
    left = tuple(place for name, place in manifest.outside.items() if not _put_back(backup / OUTSIDE / name, place))
    settings = settings_of(data)
    data.chmod(0o700)
    shutil.copytree(backup / REPOSITORY, settings.repository_path)
    services = Services(settings)
    try:
        database = Path(services.sessions.engine.url.database or "")
        if database.exists():
            raise NotEmpty(database)
        shutil.copy2(backup / DATABASE, database)
        # Its settings name the keys by their place, which is another one now: without it no signature verifies.
        services.repository.create()
        records = Node(services).reindex(steps)
    finally:
        services.close()
    return Restored(manifest=manifest, records=records, issuer=settings.issuer, left=left)


def _put_back(copy: Path, place: str) -> bool:
    target = Path(place)
    if target.exists():
        return True
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy2(copy, target)
    except OSError:
        return False
    return True
