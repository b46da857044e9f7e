"""Time is passed in, so that every rule about dates can be tested on any day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present moment as an aware datetime in UTC."""


def utc_now() -> datetime:
    """Return the system's present moment in UTC."""
    return datetime.now(UTC)
