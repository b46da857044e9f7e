"""Amounts from which the short line on cost can be made: of one thing, or with a short name of what they are for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from app.records.checks.sound_record import SoundRecord
from app.records.five_lines.costs import NAMED, ONE_TIME, TOTAL, Amount, CostSum, amount_of
from app.records.problem import Problem

_FAR = 3
"""Sources that speak of the same thing do not differ by so much; amounts that do are of different things."""


def costs(subject: SoundRecord) -> Iterator[Problem]:
    """Report amounts that the short line can neither call the cost of all of it nor name."""
    entries = [(path, amount_of(entry)) for path, entry in subject.objects("costs")]
    parts = CostSum(amounts=tuple(amount for _, amount in entries)).parts
    for path, amount in entries:
        if amount in parts and len(amount.what) > NAMED:
            yield subject.warning("cost_not_named", f"{path}.what", limit=str(NAMED))
    told: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for path, amount in entries:
        if amount.is_whole:
            told[_sort(amount)].append((path, amount.value))
    for sort, several in told.items():
        values = [value for _, value in several]
        is_once = sort in {TOTAL, ONE_TIME}
        if len(several) > 1 and not (is_once and max(values) < _FAR * min(values)):
            yield subject.warning("costs_contradict", f"{several[-1][0]}.covers")


def _sort(amount: Amount) -> str:
    """Return what amounts have in common of which one line can tell a single one."""
    return "planned" if amount.is_planned else "running" if amount.is_running else amount.kind
