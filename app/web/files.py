# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sends files that belong to a record so that nothing in them can act on this site."""

from __future__ import annotations

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


def send_file(entry: CatalogueEntry, name: str) -> Response:
    """Return a file of a version: pictures are shown, everything else is saved."""
    catalogue = services().catalogue
    if all(file.name != name for file in catalogue.record(entry).files):
        abort(404)
    extension = name.rpartition(".")[2].lower()
    answer = Response(catalogue.file(entry, name))
    answer.headers["Content-Type"] = IMAGES.get(extension) or DOCUMENTS.get(extension, UNKNOWN)
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers["Content-Disposition"] = "inline" if extension in IMAGES else f'attachment; filename="{name}"'
    return answer
