# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was found, held to exactly the version that was read, and what the asker made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Decision(StrEnum):
    """What the asker made of a hit. `noted`: looked at and kept, not yet decided."""

    NOTED = "noted"
    TAKEN = "taken"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSource:
    """A source that the record rests on; `date` as in the record ("2024-09", "unknown")."""

    title: str
    publisher: str
    url: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedRecord:
    """One version of a record. `home` is the public address of the node whose record it is.

    `digest` identifies the content, `at` (UTC) is when the version was published. `kind`, `outcome` and
    `license` are values of the record schema; `places` are names. `openness` says whether the source code of the
    solution, or of those that a case used, is free (a value of `Openness`); empty where no software is at stake.
    """

    home: str
    id: str
    ver: int
    digest: str
    at: datetime
    kind: str
    title: str
    lang: str
    license: str
    summary: str = ""
    places: tuple[str, ...] = ()
    outcome: str = ""
    openness: str = ""
    sources: tuple[CitedSource, ...] = ()

    @property
    def address(self) -> str:
        """The permanent address of this very version."""
        return f"{self.home}/r/{self.id}/v/{self.ver}"

    @property
    def key(self) -> tuple[str, str]:
        """What names the record in the whole network, whatever its version."""
        return (self.home, self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """A hit with the asker's decision and, in their own words, the reason for it."""

    record: PinnedRecord
    decision: Decision = Decision.NOTED
    reason: str = ""
