# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is offered to others, and which part of it somebody wants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.catalogue import State


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldItem:
    """The newest good version of one record.

    `seq` is its change number here, `stamped_at` (UTC) when this node took it in: neither ever falls from one item
    to the next. `origin` is "" for this node's own records. `topics` are all that any version of the record had.
    """

    seq: int
    origin: str
    record_id: str
    ver: int
    digest: str
    state: State
    kind: str
    stamped_at: datetime
    topics: tuple[str, ...] = ()

    @property
    def withdrawn(self) -> bool:
        """Tell whether the record was withdrawn."""
        return self.state is State.WITHDRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A part of what is held; whatever is None does not restrict. `since` and `until` include their moment.

    `up_to_seq` leaves out what changed after a list was begun.
    """

    origin: str | None = None
    kind: str | None = None
    topic: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    up_to_seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far the catalogue has been read, and the time given to its last change.

    `generation` rises when the catalogue was built anew; everything known by change number is then void.
    """

    generation: int
    seq: int
    stamped_at: datetime
