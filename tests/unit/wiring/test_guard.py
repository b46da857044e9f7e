from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import exc

from app.shared.errors import Unavailable
from app.wiring.guard import REST, Guard


class Time:
    now = datetime(2026, 11, 24, tzinfo=UTC)


def part(error: Exception | None) -> None:
    if error:
        raise error


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("git"),
        OSError(28, "full"),
        exc.OperationalError("SELECT 1", {}, Exception("server closed the connection")),
        exc.InterfaceError("SELECT 1", {}, Exception("the cursor is closed")),
        exc.TimeoutError("no connection was free"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_passes_is_tried_again_the_next_time(error: Exception) -> None:
    """A lease that rested for minutes after a connection was cut would be lost."""
    guard = Guard(lambda: Time.now)
    assert not guard.do("lease", lambda: part(error))
    assert guard.do("lease", lambda: part(None))


def test_a_mistake_of_the_program_rests_and_keeps_no_other_part_from_its_work() -> None:
    time = Time()
    guard = Guard(lambda: time.now)
    assert not guard.do("one", lambda: part(KeyError("x")))
    assert not guard.do("one", lambda: part(None))
    assert guard.do("other", lambda: part(None))
    time.now += REST
    assert guard.do("one", lambda: part(None))
