# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes what puts records into the words of this request."""

from __future__ import annotations

from app.content.record import Record
from app.content.schema import KindSchema
from app.web.access import services
from app.web.language import current_language
from app.web.links import SiteLinks
from app.web.presentation.fields import FieldWriter, Reader
from app.web.presentation.special import SPECIAL


def writer_for(record: Record) -> FieldWriter:
    """Return a writer for `record` in the language of the interface."""
    node = services()
    reader = Reader(
        lang=current_language(),
        schemas=node.schemas,
        vocabularies=node.vocabularies,
        links=SiteLinks(record.origin),
        special=SPECIAL,
    )
    return FieldWriter(record, reader)


def kind_of(record: Record) -> KindSchema:
    """Return the kind of a record."""
    return services().schemas.kind(record.kind)
