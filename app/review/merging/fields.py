# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A text as flat fields, so that front matter, sections and files merge by the same rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.content.fields import BODY_PREFIX
from app.content.json_value import JsonValue

FILE_PREFIX = "files."


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFields:
    """Front matter by key, Markdown by section id, hex SHA-256 by file name."""

    front: Mapping[str, JsonValue]
    sections: Mapping[str, str]
    files: Mapping[str, str]

    def flat(self) -> dict[str, JsonValue]:
        """Return all under one sort of key: "title", "body.problem", "files.plan.png"."""
        return {
            **self.front,
            **{f"{BODY_PREFIX}{name}": text.strip() for name, text in self.sections.items()},
            **{f"{FILE_PREFIX}{name}": sha256 for name, sha256 in self.files.items()},
        }

    @classmethod
    def from_flat(cls, fields: Mapping[str, JsonValue]) -> TextFields:
        """Return the text that `flat` came from."""
        marked = (BODY_PREFIX, FILE_PREFIX)
        return cls(
            front={key: value for key, value in fields.items() if not key.startswith(marked)},
            sections={k.removeprefix(BODY_PREFIX): str(v) for k, v in fields.items() if k.startswith(BODY_PREFIX)},
            files={k.removeprefix(FILE_PREFIX): str(v) for k, v in fields.items() if k.startswith(FILE_PREFIX)},
        )
