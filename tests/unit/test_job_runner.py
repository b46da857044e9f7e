from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import exc

from app.database.jobs import REST, JobRunner
from app.shared.errors import Unavailable


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
    runner = JobRunner(lambda: Time.now)
    assert not runner.do("lease", lambda: part(error))
    assert runner.do("lease", lambda: part(None))


def test_a_mistake_of_the_program_rests_and_keeps_no_other_part_from_its_work() -> None:
    time = Time()
    runner = JobRunner(lambda: time.now)
    assert not runner.do("one", lambda: part(KeyError("x")))
    assert not runner.do("one", lambda: part(None))
    assert runner.do("other", lambda: part(None))
    time.now += REST
    assert runner.do("one", lambda: part(None))
