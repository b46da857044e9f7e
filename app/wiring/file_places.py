# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where pictures and files lie: in the data folder, in a folder that several machines reach, or in a bucket."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from app.records.file_store import FileStore
from app.records.folder_files import FolderFiles
from app.records.tenant_files import MarkedStore, TenantFiles
from app.shared.config import Settings

if TYPE_CHECKING:
    from app.records.bucket_files import Bucket

OWN, FOREIGN = "own", "foreign-files"
"""Folders for what own records name, and for what those of other nodes do."""


def store_of(
    settings: Settings, name: str, bucket: Bucket | None, knows: Callable[[Collection[str]], bool]
) -> FileStore:
    """Return the store in the folder of this name, in the `bucket` where there is one; `knows` as in `TenantFiles`."""
    if not settings.files:
        return FolderFiles(folder_of(settings, name))
    return TenantFiles(_shared(settings, name, bucket), settings.issuer, settings.moved_from.rstrip("/"), knows)


def _shared(settings: Settings, name: str, bucket: Bucket | None) -> MarkedStore:
    if bucket is None or settings.bucket is None:
        return FolderFiles(folder_of(settings, name))
    # Imported here, because few nodes have one.
    from app.records.bucket_files import BucketFiles  # noqa: PLC0415

    folder = f"{settings.bucket.folder}/{name}".removeprefix("/")
    return BucketFiles(bucket, folder, settings.data / f"bucket-{name}.lock")


def folder_of(settings: Settings, name: str) -> Path:
    """Return the folder of this name where files lie in one."""
    return Path(settings.files or settings.data) / name
