# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a backup says about itself. It is written last, so that a backup without it is none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from app.errors import Conflict, Invalid

FILE = "backup.json"
DATABASE = "node.sqlite"
REPOSITORY = "content.git"
DATA = "data"
OUTSIDE = "outside"
FORM = 1


class BackupFolderTaken(Conflict):
    """`path` holds something else than a backup."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class NoBackup(Invalid):
    """`path` is no whole backup; `reason` says why, `file` which part."""

    def __init__(self, path: Path, reason: str, file: str = "") -> None:
        super().__init__(str(path), reason, file)
        self.path = path
        self.reason = reason
        self.file = file


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`files` are SHA-256 by path below the backup; `outside` are places by name below `outside/`."""

    made_at: str
    issuer: str
    head: str
    change: int
    files: Mapping[str, str]
    outside: Mapping[str, str]
    form: int = FORM

    def write(self, folder: Path) -> None:
        """Put it in its place as a whole."""
        draft = folder / f"{FILE}.part"
        draft.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(folder / FILE)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Return what the backup in `folder` says; raises NoBackup."""
        try:
            found = cls(**json.loads((folder / FILE).read_text(encoding="utf-8")))
        except FileNotFoundError as error:
            raise NoBackup(folder, "missing", FILE) from error
        except (ValueError, TypeError) as error:
            raise NoBackup(folder, "damaged", FILE) from error
        if found.form != FORM:
            raise NoBackup(folder, "form", FILE)
        return found

    def check(self, folder: Path) -> None:
        """Read every file; raises NoBackup for the first that is not as it was written."""
        for name, expected in self.files.items():
            try:
                found = sha256(folder / name)
            except FileNotFoundError as error:
                raise NoBackup(folder, "missing", name) from error
            if found != expected:
                raise NoBackup(folder, "damaged", name)


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
