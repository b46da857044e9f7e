"""The folder of a copy: made beside the old one, which stays whole until it is done; and what its files are called."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

from app.shared.errors import Invalid

MARK = "kopie.json"
"""The file by which a folder is known to be a copy, so that nothing else is ever replaced."""


class NoCopy(Invalid):
    """The folder holds something else than a copy of a site."""

    folder: Path

    message = (
        "%(folder)s holds something else than a copy of a site, which is never replaced. Name a new or an empty folder"
    )


class CopyFolder:
    """Takes files, and puts them in the place of the old ones when they are all there."""

    def __init__(self, folder: Path) -> None:
        """Write the copy at `folder`; raises NoCopy where that holds something else."""
        # Where a link stands, the folder behind it is meant.
        self.folder = folder.resolve()
        self._new = self.folder.with_name(f".{self.folder.name}.new")
        self._old = self.folder.with_name(f".{self.folder.name}.old")
        self.written = self.kept = 0
        if not self.folder.exists() and (self._old / MARK).exists():
            # Killed between the two renames of `finish`.
            self._old.rename(self.folder)
        if (
            self.folder.exists()
            and not (self.folder / MARK).is_file()
            and (not self.folder.is_dir() or any(self.folder.iterdir()))
        ):
            raise NoCopy(self.folder)
        for left in (self._new, self._old):
            shutil.rmtree(left, ignore_errors=True)
        self._new.mkdir(parents=True)

    def put(self, name: str, data: bytes) -> None:
        """Add a file. One that the old copy has just so is that file itself, with its time."""
        target, before = self._new / name, self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if before.is_file() and before.stat().st_size == len(data) and before.read_bytes() == data:
            try:
                os.link(before, target)
            except OSError:
                shutil.copy2(before, target)
            self.kept += 1
            return
        target.write_bytes(data)
        # A copy is made to be handed on and served by others, whatever the node keeps to itself.
        target.chmod(0o644)
        self.written += 1

    def finish(self) -> None:
        """Put the new copy in the place of the old one."""
        for folder in (self._new, *(path for path in self._new.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        if self.folder.exists():
            self.folder.rename(self._old)
        self._new.rename(self.folder)
        shutil.rmtree(self._old, ignore_errors=True)

    def give_up(self) -> None:
        """Leave nothing of the new copy."""
        shutil.rmtree(self._new, ignore_errors=True)


STATIC = re.compile(r"/static/[0-9a-f]{12}/(?P<name>.+)")
PAGED = "seite"
"""The parameter by which long lists are divided."""


def file_of(address: str, *, html: bool) -> str:
    """Return the name of the file in which the answer at an address lies, with "/" between folders."""
    static = STATIC.fullmatch(address)
    if static:
        return f"static/{static['name']}"
    path, _, query = unquote(address).partition("?")
    # A colon (of a port, in the name of another node) is no letter for a file.
    name = path.strip("/").replace(":", "_")
    if not html:
        return name
    name = {"": "index", "en": "en/index"}.get(name, name)
    number = query.removeprefix(f"{PAGED}=")
    return f"{name}--{PAGED}-{number}.html" if query else f"{name}.html"
