"""Two processes on one database, and a clock that stands until it is moved."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from app.database import Sessions
from app.database.jobs import Job, Schedule
from tests.database import engine_in
from tests.webnode.clock import Clock

EVERY = timedelta(minutes=5)
DUTY = Job(name="beispiel", following=lambda now: now + EVERY, lease=timedelta(minutes=20))


@pytest.fixture
def processes(tmp_path: Path, clock: Clock) -> Iterator[tuple[Schedule, Schedule]]:
    engines = [engine_in(tmp_path) for _ in range(2)]
    one, other = (Schedule(Sessions(engine), clock) for engine in engines)
    yield one, other
    for engine in engines:
        engine.dispose()


def nothing() -> None:
    return


def fail() -> None:
    raise OSError("Platte voll")


def test_a_duty_is_done_once_however_many_go_round(processes: tuple[Schedule, Schedule], clock: Clock) -> None:
    one, other = processes
    assert [schedule.run(DUTY, nothing) for schedule in (one, other, one)] == [True, False, False]
    clock.now += EVERY
    assert [schedule.run(DUTY, nothing) for schedule in (other, one)] == [True, False]


def test_nobody_comes_in_while_another_is_at_it(processes: tuple[Schedule, Schedule], clock: Clock) -> None:
    one, other = processes
    seen: list[bool] = []

    def slow() -> None:
        clock.now += EVERY * 2
        seen.append(other.run(DUTY, nothing))

    assert one.run(DUTY, slow)
    assert seen == [False]


def test_only_one_of_many_simultaneous_runs_does_a_job(processes: tuple[Schedule, Schedule]) -> None:
    done: list[bool] = []
    barrier = threading.Barrier(8)

    def go(schedule: Schedule) -> None:
        barrier.wait(20)
        done.append(schedule.run(DUTY, nothing))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(go, processes * 4))
    assert sorted(done) == [False] * 7 + [True]


def test_what_failed_is_tried_again_by_whoever_comes_next(processes: tuple[Schedule, Schedule], clock: Clock) -> None:
    one, other = processes
    with pytest.raises(OSError, match="voll"):
        one.run(DUTY, fail)
    assert not other.run(DUTY, nothing)
    clock.now += DUTY.retry
    assert other.run(DUTY, nothing)


def test_a_dead_process_keeps_others_out_for_its_lease(processes: tuple[Schedule, Schedule], clock: Clock) -> None:
    one, other = processes
    one._know(DUTY)
    assert one._taken(DUTY), "the process ends here, in the middle of it"
    clock.now += DUTY.lease - timedelta(seconds=1)
    assert not other.run(DUTY, nothing)
    clock.now += timedelta(seconds=1)
    assert other.run(DUTY, nothing)


def test_who_took_too_long_does_not_end_the_next_lease(processes: tuple[Schedule, Schedule], clock: Clock) -> None:
    one, other = processes
    third: list[bool] = []

    def outlasts() -> None:
        clock.now += DUTY.lease
        other.run(DUTY, lambda: third.append(one.run(DUTY, nothing)))

    one.run(DUTY, outlasts)
    assert third == [False]
    assert not one.run(DUTY, nothing), "the next time is the one that the second process noted"


def test_a_clock_years_ahead_keeps_nothing_from_being_done(processes: tuple[Schedule, Schedule], clock: Clock) -> None:
    one, other = processes
    today = clock.now
    clock.now = today + timedelta(days=4000)
    assert one.run(DUTY, nothing)
    assert one._taken(DUTY) is None
    clock.now = today
    assert other.run(DUTY, nothing)


def test_what_is_dear_is_tried_later_the_longer_it_failed(processes: tuple[Schedule, Schedule], clock: Clock) -> None:
    every = timedelta(minutes=20)
    dear = Job(name="teuer", following=lambda now: now + every, lease=EVERY, longest_retry=timedelta(hours=6))
    one, _ = processes
    assert one.run(dear, nothing)
    begun, tries = clock.now, []
    for _ in range(2 * 24 * 3):
        clock.now += every
        with suppress(OSError):
            one.run(dear, fail)
            continue
        tries.append(clock.now - begun)
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert len(tries) < 32
    assert pauses[0] <= every
    assert timedelta(hours=6) <= pauses[-1] <= max(pauses) <= timedelta(hours=6) + every
