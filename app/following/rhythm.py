"""When the next message may go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from datetime import time as day_time

from app.following.models import Rhythm

BETWEEN = timedelta(minutes=10)
"""Whoever wants to hear at once gets no more than six messages an hour, however much is published."""
LONGEST = timedelta(days=8)
"""None rests longer than this, so a time further ahead was written while the clock of the machine was wrong."""
_MORNING = day_time(6)
_MONDAY = 0


def next_after(rhythm: Rhythm, now: datetime, zone: tzinfo) -> datetime:
    """Return when a subscription is due after `now`: in ten minutes, at six the next morning, or the next Monday."""
    if rhythm is Rhythm.AT_ONCE:
        return now + BETWEEN
    day = now.astimezone(zone).date() + timedelta(days=1)
    while rhythm is Rhythm.WEEKLY and day.weekday() != _MONDAY:
        day += timedelta(days=1)
    return datetime.combine(day, _MORNING, zone).astimezone(UTC)


def first_due(rhythm: Rhythm, now: datetime, zone: tzinfo) -> datetime:
    """Return when it is due for the first time."""
    return now if rhythm is Rhythm.AT_ONCE else next_after(rhythm, now, zone)
