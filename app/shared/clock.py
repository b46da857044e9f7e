"""The clock is passed in, so that rules about dates can be tested for any day."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the current time as an aware datetime in UTC."""


def utc_now() -> datetime:
    """Return the current system time in UTC."""
    return datetime.now(UTC)
