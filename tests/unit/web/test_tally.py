"""What comes from an address, such as wrong links and keys, counted by a clock that is moved by hand."""

from __future__ import annotations

import pytest

from app.web.shell import tally
from app.web.shell.guesses import MOST, SECONDS
from app.web.shell.tally import Tally


class Stopwatch:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_whoever_guesses_waits_until_the_oldest_guess_is_forgotten_and_others_do_not() -> None:
    stopwatch = Stopwatch()
    guesses = Tally(MOST, SECONDS, stopwatch)
    for number in range(MOST):
        assert guesses.wait("memo", "192.0.2.1") == 0
        guesses.count("memo", "192.0.2.1", f"geraten-{number}")
        stopwatch.now += 1
    assert guesses.wait("memo", "192.0.2.1") == SECONDS - MOST
    assert (guesses.wait("memo", "192.0.2.2"), guesses.wait("key", "192.0.2.1")) == (0, 0)
    stopwatch.now += SECONDS - MOST
    assert guesses.wait("memo", "192.0.2.1") == 0


def test_the_same_wrong_key_again_and_again_is_no_guessing() -> None:
    guesses = Tally(MOST, SECONDS, Stopwatch())
    for _ in range(10 * MOST):
        guesses.count("key", "192.0.2.1", "abgelaufen")
    assert guesses.wait("key", "192.0.2.1") == 0


def test_memory_is_bounded_and_holds_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "ADDRESSES", 5)
    guesses = Tally(MOST, SECONDS, Stopwatch())
    for host in range(50):
        for number in range(MOST + 5):
            if not guesses.wait("memo", f"192.0.2.{host}"):
                guesses.count("memo", f"192.0.2.{host}", f"geraten-{number}")
    assert len(guesses._found) == 5
    assert all(len(wrong) == MOST for wrong in guesses._found.values())
    assert "192.0.2" not in repr(guesses._found)
