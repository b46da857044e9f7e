# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sends files that belong to a record so that nothing in them can act on this site."""

from __future__ import annotations

from flask import Response, abort

from app.catalogue import CatalogueEntry
from app.content.attachments.kinds import UNKNOWN_TYPE, kind_of_name
from app.web.access import services
from app.web.security import FILE_POLICY


def send_file(entry: CatalogueEntry, name: str) -> Response:
    """Return a file of a version: pictures are shown, everything else is saved."""
    catalogue = services().catalogue
    if all(file.name != name for file in catalogue.record(entry).files):
        abort(404)
    return sent(name, catalogue.file(entry, name))


def sent(name: str, data: bytes) -> Response:
    """Return the answer with a file: pictures are shown, everything else is saved."""
    kind = kind_of_name(name)
    answer = Response(data)
    answer.headers["Content-Type"] = kind.media_type if kind else UNKNOWN_TYPE
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    shown = kind is not None and kind.is_picture
    answer.headers["Content-Disposition"] = "inline" if shown else f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
