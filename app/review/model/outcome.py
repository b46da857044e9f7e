# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What comes of publishing."""

from __future__ import annotations

from dataclasses import dataclass

from app.content.json_value import JsonValue
from app.content.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Readers see it: version `ver` of the record at `kind` and `slug`. `merged` says that main had moved on."""

    proposal_id: str
    kind: str
    slug: str
    record_id: str
    ver: int
    digest: str
    merged: bool = False

    @classmethod
    def standing(cls, record: Record, ver: int) -> Published:
        """Return the outcome where `record` stands published as version `ver` already and nothing had to be done."""
        return cls(
            proposal_id="", kind=record.kind, slug=record.slug, record_id=record.id, ver=ver, digest=record.digest
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictedField:
    """A field that both sides changed: `base` was before, `published` stands now, `proposed` is asked for.

    Values are those of the front matter, Markdown for `body.<section>`, hex SHA-256 for `files.<name>`; None means
    that the field is not there.
    """

    key: str
    base: JsonValue
    published: JsonValue
    proposed: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicted:
    """Nothing was published; `fields` must be decided in words.

    `head` is the digest of what is published now; a decision names it, so that it never decides about another text.
    """

    proposal_id: str
    head: str
    fields: tuple[ConflictedField, ...]
