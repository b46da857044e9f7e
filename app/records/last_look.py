"""When somebody last found that a record holds, and whether a version says more than that."""

from __future__ import annotations

from dataclasses import dataclass

from app.records.record import Record

_DATES = frozenset({"last_confirmed", "review_by", "confirmed"})


@dataclass(frozen=True, slots=True)
class LastLook:
    """The newest day (YYYY-MM-DD) on which somebody found that a record holds.

    `confirmed` tells whether those whom it is about said so on that day; else somebody checked it.
    """

    day: str
    confirmed: bool


def last_look(record: Record) -> LastLook:
    """Return the newest of the two days that a record names."""
    confirmed = record.confirmed or ""
    return LastLook(max(confirmed, record.last_confirmed), confirmed >= record.last_confirmed)


def only_confirmed(old: Record, new: Record) -> bool:
    """Tell whether a version says the same as the one before and only its dates moved, so that nobody is alarmed."""
    if (old.body, old.files) != (new.body, new.files):
        return False
    keys = (old.data.keys() | new.data.keys()) - _DATES
    return all(old.data.get(key) == new.data.get(key) for key in keys)
