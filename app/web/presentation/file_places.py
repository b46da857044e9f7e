# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the files of a version lie, and which of its pictures a page shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlaces:
    """Files lie below `url`, but for those in `absent`, which are only at the record's home below `home`.

    Pictures in `unshown` are offered for saving: they are absent, or their bytes are no picture.
    """

    url: str
    home: str = ""
    absent: frozenset[str] = frozenset()
    unshown: frozenset[str] = frozenset()

    def address(self, name: str) -> str:
        """Return where a file is found."""
        return f"{self.home if name in self.absent else self.url}{name}"
