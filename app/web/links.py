# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of other records and of topics, as pages of this request need them."""

from __future__ import annotations

from flask import g, url_for

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.content.schema import SchemaError
from app.web.access import services
from app.web.presentation.shown import Link
from app.web.routing import record_address


class SiteLinks:
    """Finds records in the catalogue; what was found once is remembered for the rest of the request."""

    def record(self, ref: str) -> Link | None:
        """Return title and address of the record named "case-study/slug", None if it is not there."""
        known: dict[str, Link | None] = g.setdefault("record_links", {})
        if ref not in known:
            known[ref] = self._find(ref)
        return known[ref]

    def address(self, ref: str) -> str | None:
        """Return the address of a record, None if it is not there."""
        link = self.record(ref)
        return link.href if link else None

    def topic(self, topic_id: str) -> str:
        """Return the address of a topic's page."""
        return url_for("topics.topic", topic_id=topic_id)

    def _find(self, ref: str) -> Link | None:
        kind, _, slug = ref.partition("/")
        catalogue = services().catalogue
        try:
            entry = catalogue.head_by_slug(kind, slug)
        except (RecordNotFound, RecordWithdrawn, SchemaError):
            return None
        record = catalogue.record(entry)
        return Link(label=record.title, href=record_address(kind, slug), lang=record.lang)
