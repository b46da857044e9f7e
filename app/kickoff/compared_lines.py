"""In which of the five lines records truly differ, and what a cost comes to for each of the asker's inhabitants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence

from app.records.five_lines import CostSum, FiveLines, LineCode


def differs(code: LineCode, lines: Sequence[FiveLines]) -> bool | None:
    """Tell whether at least two records say different things; None where fewer than two say any.

    Sizes differ by class. Outcomes are compared within a kind, because a case and a product are judged by different
    words. Whom to ask always differs, which tells nothing.
    """
    read = _SAID.get(code)
    if read is None:
        return None
    said: defaultdict[str, list[Hashable]] = defaultdict(list)
    for line in lines:
        value = read(line)
        if value is not None:
            said[line.kind if code is LineCode.OUTCOME else ""].append(value)
    several = [values for values in said.values() if len(values) > 1]
    return any(len(set(values)) > 1 for values in several) if several else None


def for_each(cost: CostSum, population: int | None) -> float | None:
    """Return what a price comes to for each of `population` inhabitants: in five years, else what is told first.

    What one municipality paid or planned says nothing about another, so that only a price for others is divided.
    """
    if not cost.is_price:
        return None
    amount = cost.lump_sum
    value = cost.five_years or (amount.value if amount else None)
    return value / population if value is not None and population else None


def _said_of_cost(line: FiveLines) -> Hashable | None:
    return tuple((one.kind, one.value, one.to, one.currency) for one in line.cost.told) or None


def _said_of_duration(line: FiveLines) -> Hashable | None:
    found = line.duration
    return (found.months or found.days or found.start) if found.is_known else None


def _said_of_size(line: FiveLines) -> Hashable | None:
    size = line.size
    return (size.users or (size.kind, size.size_class)) if size.is_known else None


_SAID: Mapping[LineCode, Callable[[FiveLines], Hashable | None]] = {
    LineCode.OUTCOME: lambda line: line.outcome or None,
    LineCode.COST: _said_of_cost,
    LineCode.DURATION: _said_of_duration,
    LineCode.SIZE: _said_of_size,
}
