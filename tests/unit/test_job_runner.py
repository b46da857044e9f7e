from datetime import UTC, datetime

import pytest
from sqlalchemy import exc

from app.database.jobs import JobRunner
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
