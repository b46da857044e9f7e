"""How large those are who did it, or who use it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from app.records.record import Municipality, Record, size_class


class Inhabitants(NamedTuple):
    """A number of inhabitants from a list of places, with its date where the list has one."""

    number: int
    as_of: str | None = None


KnownPlace = Callable[[Municipality], Inhabitants | None]
"""Returns what the list of places knows of a municipality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Kind (a code of the schema), name and inhabitants of the leading municipality, and how many lead beside it.

    `listed` tells that the inhabitants come from the list of places and not from the record. Of a solution `users`
    and `unit` say how many use it, `as_of` when.
    """

    kind: str = ""
    name: str = ""
    population: int | None = None
    approx: str | None = None
    as_of: str | None = None
    listed: bool = False
    others: int = 0
    users: float | None = None
    unit: str = ""

    @property
    def is_known(self) -> bool:
        """Tell whether anything is said."""
        return bool(self.kind) or self.users is not None

    @property
    def size_class(self) -> str | None:
        """Class by inhabitants, or None where the number is not known."""
        return size_class(self.population)


def leads(record: Record) -> tuple[Municipality, ...]:
    """Return the municipalities that lead, the first one where none is said to."""
    return tuple(town for town in record.municipalities if town.role == "lead") or record.municipalities[:1]


def size(record: Record, known: KnownPlace) -> Size:
    """Return how large the leading municipality is; of a solution, who uses it, else where it comes from."""
    used = _used(record) if record.kind == "solution" else None
    if used:
        return used
    found = leads(record)
    if not found:
        return Size()
    first = found[0]
    listed = known(first) if first.population is None else None
    return Size(
        kind=first.kind,
        name=first.name,
        population=listed.number if listed else first.population,
        approx=first.approx,
        as_of=listed.as_of if listed else first.population_as_of,
        listed=listed is not None,
        others=len(found) - 1,
    )


def _used(record: Record) -> Size | None:
    entries = cast("Sequence[Mapping[str, Any]]", record.data.get("users") or ())
    counted = [entry for entry in entries if "value" in entry]
    newest = max(counted, key=lambda entry: "" if entry["date"] == "unknown" else entry["date"][:4], default=None)
    if newest is None:
        return None
    return Size(users=newest["value"], unit=newest["unit"], approx=newest.get("approx"), as_of=newest["date"])
