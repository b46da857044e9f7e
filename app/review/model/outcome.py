# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What comes of publishing."""

from __future__ import annotations

from dataclasses import dataclass

from app.content.json_value import JsonValue


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
