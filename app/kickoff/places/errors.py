# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with a list of places."""

from __future__ import annotations

from pathlib import Path

from app.errors import Invalid, Unavailable


class PlaceListInvalid(Invalid):
    """A list of places cannot be read. `reason` is a code: encoding, columns, row or empty; `line` counts from 1."""

    def __init__(self, path: Path, reason: str, line: int | None = None) -> None:
        super().__init__(path, reason, line)
        self.path = path
        self.reason = reason
        self.line = line


class OfficialReaderMissing(Unavailable):
    """The optional package that reads the official directory is not installed."""
