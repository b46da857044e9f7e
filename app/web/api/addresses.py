# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Absolute addresses of records, built from the node's own issuer so that they mean the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from app.content.schema import SchemaSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Builds addresses below `issuer` (no trailing slash); `home` gives the address of another node by its origin."""

    issuer: str
    schemas: SchemaSet
    home: Callable[[str], str] = str

    def page(self, kind: str, slug: str) -> str:
        """Readable address of a record."""
        return f"{self.issuer}/{self.schemas.kind(kind).route}/{quote(slug)}"

    def held(self, record_id: str, origin: str) -> str:
        """Address of the page about another node's record."""
        return f"{self.issuer}/r/{origin}/{record_id}"

    def at_home(self, record_id: str, origin: str) -> str:
        """Permanent address of another node's record."""
        return f"{self.home(origin)}/r/{record_id}"

    def permanent(self, record_id: str) -> str:
        """Permanent address, which is also the global identifier."""
        return f"{self.issuer}/r/{record_id}"

    def version(self, record_id: str, ver: int) -> str:
        """Permanent address of one version."""
        return f"{self.issuer}/r/{record_id}/v/{ver}"

    def api_record(self, record_id: str) -> str:
        """Address of a record in this interface."""
        return f"{self.issuer}/api/v1/records/{record_id}"

    def file(self, kind: str, slug: str, name: str) -> str:
        """Address of a file of the record."""
        return f"{self.page(kind, slug)}/dateien/{quote(name)}"
