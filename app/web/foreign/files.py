# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which files of another node's record are here; for all others its home is where they are found."""

from __future__ import annotations

from flask import url_for

from app.catalogue import CatalogueEntry
from app.content.record import Record
from app.web.access import services
from app.web.presentation.file_places import FilePlaces
from app.web.routing import permanent_address


def held_files(record: Record, entry: CatalogueEntry) -> FilePlaces:
    """Return the places of the files of a version."""
    names = frozenset((*(file.name for file in record.files), *(medium.file for medium in record.media)))
    found = services().harvest.files.shelf.of(entry.origin, entry.id, entry.ver) if record.files else ()
    here = url_for("foreign.file", origin=entry.origin, record_id=entry.id, ver=entry.ver, name="x")
    return FilePlaces(
        url=here.removesuffix("x"),
        home=f"{permanent_address(entry.id, entry.ver, entry.origin)}/dateien/",
        absent=names - {file.name for file in found},
        unshown=names - {file.name for file in found if file.is_picture},
    )
