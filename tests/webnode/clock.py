"""The time of a test's node: it stands until it is moved, or goes on by one step at each look."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Stands still until `forward` moves it, or `now` is set."""

    def __init__(self, now: datetime = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **duration: float) -> None:
        self.now += timedelta(**duration)


class SteppingClock(Clock):
    """Is one second later at each look, so that nothing happens at the same time."""

    def __call__(self) -> datetime:
        self.forward(seconds=1)
        return self.now
