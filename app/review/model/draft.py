# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What somebody is still writing; only they see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.content.json_value import JsonValue


class DraftOrigin(StrEnum):
    """What a draft was started from."""

    EMPTY = "empty"
    EDIT = "edit"
    RECORD = "record"
    MEMO = "memo"
    DOCUMENT = "document"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """Everything typed so far, complete or not: front matter by key, Markdown by section id, the step of the form.

    `extra` keeps what a form needs beside the record, such as the paragraphs of an imported document.
    """

    front: Mapping[str, JsonValue] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    step: str = ""
    extra: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFile:
    """A file that was attached; `size` in bytes, `sha256` as hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One draft. `version` rises with each saving: name it when saving, so that a second window is noticed.

    `slug`, `base` (digest) and `proposal_id` say what it edits: nothing (a new record), a published record, or an
    open proposal, of which `round` was the newest text then.
    """

    id: str
    kind: str
    person: str
    origin: DraftOrigin
    content: DraftContent
    version: int
    created_at: datetime
    changed_at: datetime
    files: tuple[DraftFile, ...] = ()
    slug: str | None = None
    base: str | None = None
    proposal_id: str | None = None
    round: int | None = None

    @property
    def title(self) -> str:
        """Return the title typed so far, or an empty text."""
        value = self.content.front.get("title")
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSavedElsewhere:
    """Nothing was saved: the draft was saved in another window meanwhile, and `current` is what stands there."""

    current: Draft
