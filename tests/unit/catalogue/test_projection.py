import errno
import threading
import time

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from app.catalogue import projection as module
from app.catalogue.projection import Follower


class Published:
    """A head that moves and a record of what was caught up with."""

    def __init__(self) -> None:
        self.head = "a"
        self.caught_up: list[str] = []

    def follower(self) -> Follower:
        return Follower(lambda: self.head, lambda: self.caught_up.append(self.head))


def test_work_is_done_only_when_something_was_published_also_during_the_work() -> None:
    published = Published()
    follower = published.follower()
    assert follower.follow()
    assert not follower.follow()
    published.head = "b"
    follower.follow_briefly()
    assert published.caught_up == ["a", "b"]

    def publish_meanwhile() -> None:
        published.caught_up.append(published.head)
        published.head = "d"

    follower, published.head = Follower(lambda: published.head, publish_meanwhile), "c"
    follower.follow()
    follower.follow()
    assert published.caught_up == ["a", "b", "c", "d"]


def test_work_that_failed_is_tried_again() -> None:
    outcomes = iter([RuntimeError("disk full"), None])

    def catch_up() -> None:
        outcome = next(outcomes)
        if outcome:
            raise outcome

    follower = Follower(lambda: "a", catch_up)
    with pytest.raises(RuntimeError, match="disk full"):
        follower.follow()
    assert follower.follow()
    assert not follower.follow()


def test_whoever_has_to_have_it_waits_for_the_one_that_works() -> None:
    started, release = threading.Event(), threading.Event()
    calls = []

    def catch_up() -> None:
        calls.append("work")
        started.set()
        assert release.wait(timeout=5)

    follower = Follower(lambda: "a", catch_up)
    worker = threading.Thread(target=follower.follow)
    worker.start()
    assert started.wait(timeout=5)
    threading.Timer(0.05, release.set).start()
    assert not follower.follow()
    worker.join(timeout=5)
    assert calls == ["work"]


class Sick:
    """A node whose catching up fails until it is well again."""

    def __init__(self, *, filled: bool) -> None:
        self.now = 100.0
        self.head = "a"
        self.well = False
        self.tries = 0
        self.follower = Follower(lambda: self.head, self._catch_up, lambda: filled, lambda: self.now)

    def _catch_up(self) -> None:
        self.tries += 1
        if not self.well:
            raise OSError(errno.ENOSPC, "No space left on device")

    def settle(self) -> None:
        """Let the attempt that goes on come to its end."""
        for thread in threading.enumerate():
            if thread.name == "follower":
                thread.join(timeout=5)


class Slow:
    """A node that has something to show, and catches up once it is let."""

    def __init__(self) -> None:
        self._release, self._done = threading.Event(), threading.Event()
        self.follower = Follower(lambda: "a", self._catch_up, lambda: True)

    def _catch_up(self) -> None:
        assert self._release.wait(timeout=10)
        self._done.set()

    def end(self) -> None:
        """Let the work come to its end, after which nothing is left to do."""
        self._release.set()
        assert self._done.wait(timeout=5)
        assert not self.follower.follow()


def test_a_request_waits_no_longer_than_its_patience_and_the_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    slow = Slow()
    began = time.monotonic()
    slow.follower.follow_briefly()
    slow.follower.follow_briefly()
    assert time.monotonic() - began < 2
    slow.end()


def test_whoever_lets_it_begin_does_not_wait_nor_does_the_next_request() -> None:
    slow = Slow()
    began = time.monotonic()
    slow.follower.begin()
    slow.follower.follow_briefly()
    assert time.monotonic() - began < module.PATIENCE / 2
    slow.end()
    slow.follower.begin()
    assert all(thread.name != "follower" for thread in threading.enumerate())


def test_after_a_failure_requests_pause_longer_each_time_up_to_a_minute() -> None:
    sick = Sick(filled=True)
    pauses = []
    for number in range(1, 7):
        with capture_logs() as logs:
            for _ in range(20):
                sick.follower.follow_briefly()
            sick.settle()
        assert sick.tries == number
        assert [(one["event"], one["reason"]) for one in logs] == [("follower.failed", "OSError")]
        pauses.append(logs[0]["again_in"])
        sick.now += pauses[-1]
    assert pauses == [5, 10, 20, 40, 60, 60]
    sick.well = True
    sick.follower.follow_briefly()
    sick.settle()
    sick.well, sick.head = False, "b"
    with capture_logs() as logs:
        sick.follower.follow_briefly()
        sick.settle()
    assert logs[0]["again_in"] == 5


def test_only_a_node_without_anything_to_show_answers_with_the_error_and_tries_no_sooner() -> None:
    sick = Sick(filled=False)
    for _ in range(3):
        with pytest.raises(OSError, match="No space left"):
            sick.follower.follow_briefly()
    assert sick.tries == 1
    sick.well = True
    sick.now += 5
    sick.follower.follow_briefly()
    sick.well, sick.head = False, "b"
    sick.follower.follow_briefly()


def test_a_catalogue_that_cannot_be_asked_is_nothing_to_show() -> None:
    def servable() -> bool:
        raise OperationalError("select", {}, Exception("disk I/O error"))

    def catch_up() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        Follower(lambda: "a", catch_up, servable).follow_briefly()


def test_where_no_thread_can_be_started_the_next_request_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    published = Published()
    follower = Follower(lambda: "a", lambda: published.caught_up.append("a"), lambda: True)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="start new thread"):
            follower.follow_briefly()
    follower.follow_briefly()
    assert published.caught_up == ["a"]
