"""How long something took, takes, or is said to take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from app.records.record import Record

_UNKNOWN = "unknown"
_MONTHS_A_YEAR, _DAYS_A_MONTH = 12, 365.25 / 12
IN_USE = frozenset({"operation", "scaling"})
"""Phases of a case that is in use, whenever the project that began it ended."""
_PLANS = frozenset({"idea", "concept"})
_YEAR, _MONTH, _DAY = 4, 7, 10
"""Letters of an ISO date by how exact it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """From when to when; "" for what is not said, "unknown" for what nobody knows.

    `is_planned` tells that the end still lay ahead when somebody last looked; `phase` is how far a case is. `days` is
    the lead time to obtain a solution, `text` what a concept says of itself.
    """

    start: str = ""
    end: str = ""
    is_planned: bool = False
    phase: str = ""
    days: int | None = None
    text: str = ""

    @property
    def is_known(self) -> bool:
        """Tell whether anything is said."""
        return bool(self.start not in {"", _UNKNOWN} or self.days is not None or self.text)

    @property
    def goes_on(self) -> bool:
        """Tell whether what a project began is in use after the end of the project."""
        return self.phase in IN_USE and self.end not in {"", _UNKNOWN} and not self.is_planned

    @property
    def is_plan(self) -> bool:
        """Tell whether nothing has been begun but the planning."""
        return self.phase in _PLANS

    @property
    def is_exact(self) -> bool:
        """Tell whether both ends name at least a month."""
        return min(len(self.start), len(self.end)) >= _MONTH and _UNKNOWN not in {self.start, self.end}

    @property
    def months(self) -> int | None:
        """How long it lasted, in months; of two years alone their distance; None while it goes on or is not known."""
        if not self.start or not self.end or _UNKNOWN in {self.start, self.end}:
            return None
        if min(len(self.start), len(self.end)) < _MONTH:
            return (int(self.end[:_YEAR]) - int(self.start[:_YEAR])) * _MONTHS_A_YEAR
        if len(self.start) == len(self.end) == _DAY:
            return round((date.fromisoformat(self.end) - date.fromisoformat(self.start)).days / _DAYS_A_MONTH)
        first, last = (int(day[:_YEAR]) * _MONTHS_A_YEAR + int(day[5:_MONTH]) for day in (self.start, self.end))
        return last - first

    @property
    def months_to_use(self) -> int | None:
        """How many months a project takes until what it makes is in use.

        None where a record only tells how long something ran, or where a project went on long after the first use.
        """
        return self.months if self.is_exact and self.goes_on and self.phase == "operation" else None


def duration(record: Record) -> Duration:
    """Return how long a case took, a solution takes to be obtained, or a concept says that it takes."""
    period = record.data.get("period")
    if isinstance(period, Mapping):
        end = str(period.get("end", ""))
        ahead = end not in {"", _UNKNOWN} and end > record.last_confirmed[: len(end)]
        return Duration(start=str(period["start"]), end=end, is_planned=ahead, phase=str(record.data.get("phase", "")))
    routes = cast("Sequence[Mapping[str, Any]]", record.data.get("reuse_routes") or ())
    days = [route["lead_time_days"] for route in routes if "lead_time_days" in route and route["status"] == "available"]
    text = record.data.get("duration")
    return Duration(days=min(days, default=None), text=text if isinstance(text, str) else "")
