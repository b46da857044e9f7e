"""The five lines of a record as one value, the same on pages, in lists, comparison, memo, feed and API."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from app.records.five_lines.contact import Contact, ReadOrganisation, contact
from app.records.five_lines.costs import CostSum, cost_sum
from app.records.five_lines.duration import Duration, duration
from app.records.five_lines.size import KnownPlace, Size, leads, size
from app.records.recent import Recent
from app.records.record import Municipality, Record
from app.shared.official_key import shortest

SOLUTION, STOPPED = "solution", "stopped"
EVENT = "event"
"""The outcome of what happened to a town: no project, so that it neither ended nor failed as one."""
ASKED = frozenset({"case-study", SOLUTION})
"""Kinds of which readers want to know all five, so that what is not known is said to be so."""

_PRODUCTS = frozenset({"product", "shared_product", "dvc_saas"})

KEPT = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class FiveLines:
    """What readers want to know at once.

    `outcome` is a code of the schema, of a solution its `productisation`; "" where a kind has none. `note` is the
    sentence that goes with it. `reasons` are codes of why a case stopped, `not_told` the names of the fields that make
    a solution a product and that nobody has told. `shared` tells that others took part who do not lie in the leading
    municipality.
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
    not_told: tuple[str, ...] = ()
    shared: bool = False

    @property
    def is_stopped(self) -> bool:
        """Tell whether those who did it have ended it."""
        return self.outcome == STOPPED

    @property
    def per_inhabitant(self) -> float | None:
        """The leading amount for each inhabitant of the leading municipality, where nobody else shares in it."""
        return None if self.shared or self.size.others else self.cost.per_inhabitant(self.size.population)


class FiveLinesReader:
    """Reads the five lines of records.

    What other records and the list of places add is asked for anew when they change: `stamp` names the state of both.
    """

    def __init__(
        self,
        known: KnownPlace,
        organisation: ReadOrganisation,
        stamp: Callable[[], Hashable] = lambda: None,
        is_whole: Callable[[], bool] = lambda: True,
    ) -> None:
        """`is_whole` tells whether all that had to be read for it could be; otherwise it is read again."""
        self._known = known
        self._organisation = organisation
        self._stamp = stamp
        self._is_whole = is_whole
        self._kept: Recent[tuple[Hashable, str, str], FiveLines] = Recent(KEPT)

    def __call__(self, record: Record) -> FiveLines:
        """Return the five lines of a version."""
        return self.version(record.ref, record.digest, lambda: record)

    def version(self, ref: str, digest: str, read: Callable[[], Record]) -> FiveLines:
        """Return the five lines of the version with this name and digest; `read` brings it where they are not kept."""
        stamp = self._stamp()
        self._kept.hold_for(stamp)
        # What another thread finishes for an earlier state must not be taken for this one's.
        return self._kept.get((stamp, ref, digest), lambda: self._read(read()), self._is_whole)

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
            shared=any(_is_outside(town, leads(record)) for town in record.municipalities if town.role == "partner"),
            reasons=tuple(map(str, cast("Sequence[str]", record.data.get("stop_reason") or ()))),
            not_told=tuple(_not_told(record)),
        )


def _not_told(record: Record) -> Iterator[str]:
    """Yield what makes a solution a product and is not known: who runs it, and who maintains it."""
    if record.data.get("productisation") in _PRODUCTS:
        maintainer = record.data.get("maintainer")
        if not record.data.get("operator"):
            yield "operator"
        if not isinstance(maintainer, Mapping) or (maintainer.get("type") == "unknown" and "org" not in maintainer):
            yield "maintainer"


def _is_outside(town: Municipality, leading: Sequence[Municipality]) -> bool:
    """Tell whether a place does not lie in one that leads, whose inhabitants then do not include its own."""
    return not any(one.ars and town.ars and shortest(town.ars).startswith(shortest(one.ars)) for one in leading)
