"""What a memo keeps of the five lines of a record, so that a file still says in years what was known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from app.records.five_lines import Amount, Contact, CostSum, Duration, FiveLines, Grant, Size

_WHOLE = len("2026-11-27")
_NO_DURATION, _NO_SIZE, _NOBODY = Duration(), Size(), Contact()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Cost, duration, size and whom to ask, as they were told of a version; the outcome stands with the record."""

    amounts: tuple[Amount, ...] = ()
    grants: tuple[Grant, ...] = ()
    model: str = ""
    duration: Duration = _NO_DURATION
    size: Size = _NO_SIZE
    contact: Contact = _NOBODY

    def __post_init__(self) -> None:
        """Raise ValueError for a day that no calendar has: a memo may come from a file that anybody wrote."""
        for day in (self.duration.start, self.duration.end):
            if "-" in day:
                date.fromisoformat(day if len(day) == _WHOLE else f"{day}-01")

    @property
    def cost(self) -> CostSum:
        """The amounts as one sum."""
        return CostSum(amounts=self.amounts, grants=self.grants, model=self.model)


def figures_of(lines: FiveLines) -> Figures:
    """Keep what a memo shows: of an amount for a part also what that is; sources are read in the record."""
    cost = lines.cost
    return Figures(
        amounts=tuple(
            replace(
                one,
                what="" if one.covers else " ".join(one.what.split()),
                paid_by="",
                note=" ".join(one.note.split()),
                sources=(),
            )
            for one in cost.amounts
        ),
        grants=tuple(replace(one, key="", date="unknown", note="", sources=()) for one in cost.grants),
        model=cost.model,
        duration=lines.duration,
        size=replace(lines.size, name="", as_of=None, listed=False),
        contact=replace(lines.contact, sources=()),
    )
