"""Where pictures and files lie: in the data folder, or in a folder that several machines reach."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from app.records.file_store import FileStore
from app.records.folder_files import FolderFiles
from app.records.tenant_files import TenantFiles
from app.shared.config import Settings

OWN, FOREIGN = "own", "foreign-files"
"""Folders for what own records name, and for what those of other nodes do."""


def store_of(settings: Settings, name: str, knows: Callable[[Collection[str]], bool]) -> FileStore:
    """Return the store in the folder of this name; `knows` as in `TenantFiles`."""
    folder = FolderFiles(folder_of(settings, name))
    if not settings.files:
        return folder
    return TenantFiles(folder, settings.issuer, settings.moved_from.rstrip("/"), knows)


def folder_of(settings: Settings, name: str) -> Path:
    """Return the folder of this name."""
    return Path(settings.files or settings.data) / name
