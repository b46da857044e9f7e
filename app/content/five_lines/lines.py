# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The five lines of a record as one value, the same on pages, in lists, comparison, memo, feed and API."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from app.asked import Asked, Made
from app.content.five_lines.contact import Contact, ReadOrganisation, contact
from app.content.five_lines.costs import CostSum, Grant, cost_sum
from app.content.five_lines.duration import Duration, duration
from app.content.five_lines.size import KnownPlace, Size, size
from app.content.recent import Recent
from app.content.record import Record

SOLUTION, STOPPED = "solution", "stopped"
ASKED = frozenset({"case-study", SOLUTION})
"""Kinds of which readers want to know all five, so that what is not known is said to be so."""

KEPT = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class FiveLines:
    """What readers want to know at once.

    `outcome` is a code of the schema, of a solution its `productisation`; "" where a kind has none. `note` is the
    sentence that goes with it. `reasons` are codes of why a case stopped.
    """

    kind: str
    lang: str
    outcome: str
    note: str
    cost: CostSum
    duration: Duration
    size: Size
    contact: Contact
    reasons: tuple[str, ...] = ()

    @property
    def is_stopped(self) -> bool:
        """Tell whether those who did it have ended it."""
        return self.outcome == STOPPED

    @property
    def per_inhabitant(self) -> float | None:
        """The leading amount for each inhabitant of the only leading municipality."""
        return None if self.size.others else self.cost.per_inhabitant(self.size.population)

    @property
    def told_grants(self) -> tuple[Grant, ...]:
        """The grants that a line can tell: of a solution those whose sum no note limits, such as to a whole city."""
        return tuple(one for one in self.cost.grants if self.kind != SOLUTION or not one.note)


class FiveLinesReader:
    """Reads the five lines of records.

    What other records and the list of places add is asked for anew when they change: `stamp` names the state of both.
    """

    def __init__(
        self,
        known: KnownPlace,
        organisation: ReadOrganisation,
        stamp: Callable[[], Hashable] = lambda: None,
        asked: Asked | None = None,
    ) -> None:
        self._known = known
        self._organisation = organisation
        self._stamp = stamp
        self._asked = asked or Asked()
        self._kept: Recent[tuple[Hashable, str, str], Made[FiveLines]] = Recent(KEPT)

    def __call__(self, record: Record) -> FiveLines:
        """Return the five lines of a version."""
        return self.version(record.ref, record.digest, lambda: record)

    def version(self, ref: str, digest: str, read: Callable[[], Record]) -> FiveLines:
        """Return the five lines of the version with this name and digest; `read` brings it where they are not kept."""
        stamp = self._stamp()
        self._kept.hold_for(stamp)
        # What another thread finishes for an earlier state must not be taken for this one's.
        made = self._kept.get((stamp, ref, digest), lambda: self._asked.made(lambda: self._read(read())))
        return self._asked.again(made)

    def _read(self, record: Record) -> FiveLines:
        note = record.data.get("outcome_note")
        return FiveLines(
            kind=record.kind,
            lang=record.lang,
            outcome=str(record.data.get("outcome") or record.data.get("productisation") or ""),
            note=str(note["text"]) if isinstance(note, Mapping) else "",
            cost=cost_sum(record),
            duration=duration(record),
            size=size(record, self._known),
            contact=contact(record, self._organisation),
            reasons=tuple(map(str, cast("Sequence[str]", record.data.get("stop_reason") or ()))),
        )
