# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Places where a node may keep pictures and files, so that tests can look and meddle without knowing which it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from app.records.bucket_files import BucketFiles
from app.records.folder_files import FolderFiles
from app.records.tenant_files import MarkedStore
from tests.seaweedfs import SeaweedFs


class FilePlace(Protocol):
    """A folder or a bucket, with a folder for own files and one for those of other nodes."""

    settings: Mapping[str, Any]
    """Let a node keep its files here."""

    def store(self, name: str = "own") -> MarkedStore:
        """Return what lies in one of the folders."""

    def write(self, name: str, data: bytes, folder: str = "own") -> None:
        """Write bytes under a hash, whatever lies there."""

    def away(self) -> Any:
        """Let nobody reach it for the time of a block."""


class FolderPlace:
    """See `FilePlace`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.settings: Mapping[str, Any] = {"files": folder}

    def store(self, name: str = "own") -> MarkedStore:
        return FolderFiles(self._folder / name)

    def write(self, name: str, data: bytes, folder: str = "own") -> None:
        place = self._folder / folder / name[:2] / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    @contextmanager
    def away(self) -> Iterator[None]:
        moved = self._folder.with_name("moved")
        shutil.move(self._folder, moved)
        self._folder.write_text("no folder", encoding="utf-8")
        try:
            yield
        finally:
            self._folder.unlink()
            shutil.move(moved, self._folder)


class BucketPlace:
    """See `FilePlace`; each has a folder of its own in the bucket."""

    def __init__(self, server: SeaweedFs, folder: str, locks: Path) -> None:
        self._server = server
        self._folder = folder
        self._locks = locks
        self.settings = server.settings(folder)

    def store(self, name: str = "own") -> MarkedStore:
        return BucketFiles(self._server.bucket(), f"{self._folder}/{name}", self._locks / f"{name}.lock")

    def write(self, name: str, data: bytes, folder: str = "own") -> None:
        key, bucket = f"{self._folder}/{folder}/{name[:2]}/{name}", self._server.bucket()
        bucket.delete(key)
        bucket.put(key, data)

    @contextmanager
    def away(self) -> Iterator[None]:
        self._server.stop()
        try:
            yield
        finally:
            self._server.start()
