# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sends files that belong to a record so that nothing in them can act on this site."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort

from app.catalogue import CatalogueEntry
from app.web.access import services
from app.web.security import FILE_POLICY

IMAGES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "avif": "image/avif",
    "gif": "image/gif",
    "svg": "image/svg+xml",
}
DOCUMENTS = {
    "pdf": "application/pdf",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "json": "application/json",
}
UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class FileType:
    """As what a file is sent, and whether browsers show it instead of saving it."""

    content_type: str
    shown: bool


def send_file(entry: CatalogueEntry, name: str) -> Response:
    """Return a file of a version: pictures are shown, everything else is saved."""
    catalogue = services().catalogue
    if all(file.name != name for file in catalogue.record(entry).files):
        abort(404)
    found = file_type(entry, name)
    return protected(Response(catalogue.file(entry, name)), found, name)


def file_type(entry: CatalogueEntry, name: str) -> FileType:
    """Return as what a file of a version is sent; of another node's the bytes decide which picture it is, if any."""
    extension = name.rpartition(".")[2].lower()
    picture = IMAGES.get(extension)
    if picture and entry.origin and not _is_held_picture(entry, name):
        return FileType(UNKNOWN, shown=False)
    return FileType(picture or DOCUMENTS.get(extension, UNKNOWN), shown=picture is not None)


def protected(answer: Response, found: FileType, name: str) -> Response:
    """Return the answer with what keeps its content from acting on this site."""
    answer.headers["Content-Type"] = found.content_type
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Disposition"] = "inline" if found.shown else f'attachment; filename="{name}"'
    return answer


def _is_held_picture(entry: CatalogueEntry, name: str) -> bool:
    held = services().harvest.files.shelf.of(entry.origin, entry.id, entry.ver)
    return any(file.name == name and file.is_picture for file in held)
