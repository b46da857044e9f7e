"""Restores a backup into an empty folder."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from app.records.copying import take_in
from app.records.file_store import FileStore
from app.shared.config import Settings
from app.shared.errors import Conflict
from app.wiring.backup import OtherDatabase
from app.wiring.backup_manifest import DATA, DATABASE, FILES, REPOSITORY, Manifest
from app.wiring.foundation import RESTORED
from app.wiring.node import Node, Steps
from app.wiring.services import Services


class NotEmpty(Conflict):
    """`path` is not empty, and nothing is overwritten."""

    path: Path

    message = "%(path)s is not empty, and nothing is put over what is there. Name an empty folder"


class LeadsOutside(Conflict):
    """The backup's own settings, not the operator's, put `variable` outside `data`."""

    variable: str
    path: Path
    data: Path

    message = (
        "node.env in the backup has %(variable)s at '%(path)s', outside of %(data)s. "
        "If that is right, set %(variable)s for this command too, empty %(data)s, and call it again"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The result; its manifest lists the files from outside the data folder, which the operator has to put back."""

    manifest: Manifest
    records: int
    issuer: str


def restore_backup(backup: Path, data: Path, settings_of: Callable[[Path], Settings], steps: Steps) -> Restored:
    """Restore the complete backup `backup` into the empty folder `data`; `settings_of` reads a folder's settings.

    Restores only files of the manifest, and of the repository only texts and references. Writes outside `data` only
    where settings known beforehand say so, since whoever can change the backup can change its settings. Raises NoBackup
    or NotEmpty before writing; SettingsInvalid, LeadsOutside, NotEmpty or OtherDatabase (for a database outside) after
    that, and then `data` has to be emptied before the next attempt. Removes no files outside until `doctor` has asked
    the peers.
    """
    manifest = Manifest.read(backup)
    manifest.check(backup)
    if data.exists() and any(data.iterdir()):
        raise NotEmpty(data)
    known = _places(settings_of(data))
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    data.chmod(0o700)
    # First, so that no process believes that this node knows all its publications.
    (data / RESTORED).touch()
    for name in manifest.files:
        if name.startswith(f"{DATA}/"):
            _copy(backup / name, data / name.removeprefix(f"{DATA}/"))
    settings = settings_of(data)
    for variable, place in _places(settings).items():
        if place != known[variable] and not place.resolve().is_relative_to(data.resolve()):
            raise LeadsOutside(variable, place, data)
    _copy(backup / DATABASE, _database_of(settings))
    services = Services(settings)
    try:
        take_in(backup / REPOSITORY, services.repository)
        _put_files(backup, manifest, services.foreign_store)
        records = Node(services).reindex(steps)
    finally:
        services.close()
    return Restored(manifest=manifest, records=records, issuer=settings.issuer)


def _places(settings: Settings) -> dict[str, Path]:
    return {
        "NODE_DATABASE_URL": Path(make_url(settings.database_url).database or ""),
        "NODE_REPOSITORY": settings.repository_path,
        "NODE_FILES": Path(settings.files or settings.data),
    }


def _database_of(settings: Settings) -> Path:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        raise OtherDatabase(url.get_backend_name())
    database = Path(url.database or "")
    if database.exists():
        raise NotEmpty(database)
    return database


def _put_files(backup: Path, manifest: Manifest, store: FileStore) -> None:
    """Put the files of other nodes' records where the settings place them, unless they are there and intact."""
    names = [name for name in manifest.files if name.startswith(f"{FILES}/")]
    if not names:
        return
    with store.exclusive():
        for name in names:
            if store.read(manifest.files[name]) is None:
                # The store would not replace a damaged file.
                store.remove(manifest.files[name])
                store.put(manifest.files[name], (backup / name).read_bytes())


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copy2(source, target)
