"""The folder in which the machines of a node keep pictures and files, as tests look into it and meddle with it."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.records.file_store import FileStore


class FilePlace:
    """A folder with one for own files and one for those of other nodes; `settings` let a node keep its files here."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.settings: Mapping[str, Any] = {"files": folder}

    def store(self, name: str = "own") -> FileStore:
        """Return what lies in one of the folders."""
        return FileStore(self._folder / name)

    def write(self, name: str, data: bytes, folder: str = "own") -> None:
        """Write bytes under a hash, whatever lies there."""
        place = self._folder / folder / name[:2] / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Let nobody reach it for the time of a block."""
        moved = self._folder.with_name("moved")
        shutil.move(self._folder, moved)
        self._folder.write_text("no folder", encoding="utf-8")
        try:
            yield
        finally:
            self._folder.unlink()
            shutil.move(moved, self._folder)
