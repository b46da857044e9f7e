import threading
import time

from app.shared.watchdog import Watchdog


def test_what_takes_too_long_is_ended_once() -> None:
    ended = threading.Event()
    with Watchdog(0.01, ended.set) as watchdog:
        assert ended.wait(5)
    assert watchdog.has_fired


def test_what_is_done_in_time_is_left_alone() -> None:
    calls: list[int] = []
    with Watchdog(0.05, lambda: calls.append(1)) as watchdog:
        pass
    time.sleep(0.1)
    assert (calls, watchdog.has_fired) == ([], False)


def test_the_block_waits_for_an_end_that_has_begun() -> None:
    begun, ended = threading.Event(), list[int]()

    def end() -> None:
        begun.set()
        time.sleep(0.05)
        ended.append(1)

    with Watchdog(0, end):
        assert begun.wait(5)
    assert ended == [1]
