# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads a folder of content files from disk and refuses what must not enter a repository."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from app.content.paths import FILE_LIMIT, VOCABULARY_FOLDER, ContentLayout, FileTooLarge
from app.errors import Invalid, NotFound


class SeedMissing(NotFound):
    """There is no folder of content files at `path`."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path


class SymbolicLink(Invalid):
    """`path` in the content folder is a symbolic link; only plain files are imported."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class SeedFolder:
    """The plain files of a content folder, checked once when it is opened."""

    def __init__(self, root: Path, layout: ContentLayout) -> None:
        """List `root`; raises SeedMissing, SymbolicLink, FileTooLarge, and UnsafePath for a name not allowed.

        Hidden files are skipped. Files outside the known folders are listed in `ignored`.
        """
        if not root.is_dir():
            raise SeedMissing(root)
        self._root = root
        self.ignored: list[str] = []
        self._units: dict[str, list[str]] = {}
        folders = {*layout.plurals, VOCABULARY_FOLDER}
        for path in _walk(root, ""):
            if path.partition("/")[0] in folders and "/" in path:
                self._add(layout.check_file(path), layout)
            else:
                self.ignored.append(path)

    @property
    def units(self) -> tuple[str, ...]:
        """Return the record folders and vocabulary files, sorted."""
        return tuple(sorted(self._units))

    def files(self, unit: str) -> Iterator[tuple[str, bytes]]:
        """Read the files of one record folder, or the one vocabulary file."""
        for path in self._units[unit]:
            yield path, (self._root / path).read_bytes()

    def _add(self, path: str, layout: ContentLayout) -> None:
        size = (self._root / path).stat().st_size
        if size > FILE_LIMIT:
            raise FileTooLarge(path, size=size)
        self._units.setdefault(layout.record_of(path) or path, []).append(path)


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        path = f"{prefix}{entry.name}"
        if entry.is_symlink():
            raise SymbolicLink(path)
        if entry.is_dir():
            yield from _walk(Path(entry.path), f"{path}/")
        else:
            yield path
