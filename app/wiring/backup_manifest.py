"""The manifest, which marks a folder as a backup: `backup.json.part` until complete, then `backup.json`."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from app.shared.errors import Invalid

FILE = "backup.json"
PART = f"{FILE}.part"
DRAFT = f"{FILE}.new"
DATABASE = "node.sqlite"
REPOSITORY = "content.git"
DATA = "data"
OUTSIDE = "outside"
FILES = "files"
"""Folder in the backup for files of other nodes' records, if the node keeps these outside its data folder."""
FORM = 1
_MAX_NAMED = 10
MISSING = "missing. A backup that was interrupted is whole again after the next: erfahrungsnetz backup"
DAMAGED = "not as it was written. Take another backup"
UNNAMED = "not named in its backup.json, so somebody put it there. Nothing was restored. Find out who, and move it away"
OTHER_FORM = "of another form. Restore it with the release that made it, or a newer one"


class NoBackup(Invalid):
    """`path` is not a complete backup; `reason` says why, `file` names the part concerned."""

    path: Path
    reason: str
    file: str = ""

    message = "%(path)s is no whole backup: %(file)s is %(reason)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`files` maps paths below the backup to SHA-256; `outside` maps names below `outside/` to the original paths."""

    made_at: str
    issuer: str
    change: int
    files: Mapping[str, str]
    outside: Mapping[str, str]
    form: int = FORM

    def write(self, folder: Path) -> None:
        """Write the manifest, which marks the backup in `folder` as complete."""
        _put(folder, asdict(self))
        (folder / PART).replace(folder / FILE)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of the backup in `folder`; raises NoBackup."""
        try:
            found = TypeAdapter(cls).validate_json((folder / FILE).read_bytes())
        except FileNotFoundError as error:
            raise NoBackup(folder, MISSING, FILE) from error
        except ValueError as error:
            raise NoBackup(folder, DAMAGED, FILE) from error
        if found.form != FORM:
            raise NoBackup(folder, OTHER_FORM, FILE)
        if any(name.startswith("/") or ".." in name.split("/") for name in found.files):
            raise NoBackup(folder, DAMAGED, FILE)
        return found

    def check(self, folder: Path) -> None:
        """Read every file; raises NoBackup if one was changed, is missing, or is not listed."""
        for name in (DATABASE, *(f"{OUTSIDE}/{name}" for name in self.outside)):
            if name not in self.files:
                raise NoBackup(folder, MISSING, name)
        named = (REPOSITORY, f"{REPOSITORY}/objects", f"{REPOSITORY}/refs", *self.files)
        # A backup contains no links. One could lead to a file that only the user who restores may read.
        if linked := [name for name in named if (folder / name).resolve() != folder.resolve() / name]:
            raise NoBackup(folder, DAMAGED, linked[0])
        for name, expected in self.files.items():
            try:
                found = sha256(folder / name)
            except FileNotFoundError as error:
                raise NoBackup(folder, MISSING, name) from error
            if found != expected:
                raise NoBackup(folder, DAMAGED, name)
        if unnamed := [name for name in _entries(folder) if name not in self.files]:
            more = [f"{len(unnamed) - _MAX_NAMED} more"] if len(unnamed) > _MAX_NAMED else []
            raise NoBackup(folder, UNNAMED, ", ".join([*unnamed[:_MAX_NAMED], *more]))


def begin(folder: Path, issuer: str) -> None:
    """Mark the backup in `folder` as incomplete."""
    if (folder / FILE).exists():
        (folder / FILE).replace(folder / PART)
    else:
        _put(folder, {"form": FORM, "issuer": issuer})


def carries_marker(folder: Path) -> bool:
    """Return whether `folder` holds a backup of this program, complete or not."""
    return any(_is_marker(folder / name) for name in (FILE, PART))


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _is_marker(file: Path) -> bool:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and {"form", "issuer"} <= found.keys()


def _put(folder: Path, said: Mapping[str, object]) -> None:
    """Write the marker of an incomplete backup atomically: half a marker would not be recognised after a crash."""
    draft = folder / DRAFT
    with draft.open("w", encoding="utf-8") as opened:
        json.dump(said, opened, ensure_ascii=False, indent=1)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(folder / PART)


def _entries(folder: Path) -> Iterator[str]:
    """Yield the paths of all files below the folders of a backup, and of linked folders, which no backup has."""
    for top in (DATA, OUTSIDE, FILES):
        for parent, folders, names in os.walk(folder / top):
            links = [name for name in folders if (Path(parent) / name).is_symlink()]
            yield from (str((Path(parent) / name).relative_to(folder)) for name in sorted([*names, *links]))
