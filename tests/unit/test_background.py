import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.shared.confinement import background
from app.shared.confinement.background import Background, StillReading


@pytest.fixture
def end() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "PATIENCE", 0.2)


def test_who_asks_for_the_same_gets_what_is_made_once(end: threading.Event) -> None:
    reading, made = Background[int]("reading"), []

    def make() -> int:
        made.append(1)
        end.wait(0.1)
        return 7

    all_there = threading.Barrier(8)

    def ask(_number: int) -> int:
        all_there.wait(30)
        return reading.call("all", make)

    with ThreadPoolExecutor(8) as readers:
        assert list(readers.map(ask, range(8))) == [7] * 8
    assert made == [1]


def test_nobody_waits_long_and_who_comes_later_not_at_all(end: threading.Event) -> None:
    reading = Background[bool]("reading")
    for most in (0.5, 0.1):
        begun = time.monotonic()
        with pytest.raises(StillReading):
            reading.call("all", lambda: end.wait(60))
        assert time.monotonic() - begun < most
    begun = time.monotonic()
    with pytest.raises(StillReading):
        reading.call("others", lambda: True)
    assert time.monotonic() - begun < 0.1
    end.set()
    for thread in threading.enumerate():
        if thread.name == "reading":
            thread.join(60)
    assert reading.call("others", lambda: True)


def test_what_fails_is_told_to_who_waits_and_tried_again() -> None:
    reading = Background[float]("reading")
    with pytest.raises(ZeroDivisionError):
        reading.call("all", lambda: 1 / 0)
    assert reading.call("all", lambda: 1.0) == 1.0


def test_what_is_only_begun_keeps_nobody_and_is_not_begun_twice(end: threading.Event) -> None:
    reading = Background[bool]("reading")
    assert reading.start("all", lambda: end.wait(60))[1]
    assert not reading.start("all", lambda: end.wait(60))[1]
    end.set()
