# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with what is held of other nodes, and the figures of a check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """One way in which statement, record row and catalogue can disagree, or a statement can be worth nothing.

    `statement_refused`: it does not verify; `wrong_row`: it says something else than its row. `newest_missing`: the
    record's newest version has no statement; `record_behind`: there is a later statement than the record row knows.
    `catalogue_missing` and `catalogue_differs` compare record row and catalogue, its state included. What belongs to
    nothing else is an orphan.
    """

    STATEMENT_REFUSED = "statement_refused"
    WRONG_ROW = "wrong_row"
    NEWEST_MISSING = "newest_missing"
    RECORD_BEHIND = "record_behind"
    CATALOGUE_MISSING = "catalogue_missing"
    CATALOGUE_DIFFERS = "catalogue_differs"
    ORPHAN_STATEMENT = "orphan_statement"
    ORPHAN_RECORD = "orphan_record"
    ORPHAN_ENTRY = "orphan_entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFault:
    """One fault; `detail` is a code or what was found, `ver` 0 where it is about the record as a whole."""

    fault: Fault
    origin: str
    record_id: str
    ver: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check found: `statements` counts those checked by origin, `seconds` is how long that took."""

    faults: tuple[HeldFault, ...] = ()
    statements: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """Return how many statements were checked."""
        return sum(self.statements.values())

    @property
    def per_second(self) -> int:
        """Return how many statements were checked in a second."""
        return round(self.total / self.seconds) if self.seconds else 0

    def faulty(self) -> Mapping[str, int]:
        """Return how many faults there are by origin."""
        return Counter(one.origin for one in self.faults)
