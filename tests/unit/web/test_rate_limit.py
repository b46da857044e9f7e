import pytest

from app.web.shell import rate_limit
from app.web.shell.rate_limit import GUESS_SECONDS, MAX_GUESSES, RateLimit


class Stopwatch:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_whoever_guesses_waits_until_the_oldest_guess_is_forgotten_and_others_do_not() -> None:
    stopwatch = Stopwatch()
    guesses = RateLimit(MAX_GUESSES, GUESS_SECONDS, stopwatch)
    for number in range(MAX_GUESSES):
        assert guesses.wait("memo", "192.0.2.1") == 0
        guesses.count("memo", "192.0.2.1", f"geraten-{number}")
        stopwatch.now += 1
    assert guesses.wait("memo", "192.0.2.1") == GUESS_SECONDS - MAX_GUESSES
    assert (guesses.wait("memo", "192.0.2.2"), guesses.wait("key", "192.0.2.1")) == (0, 0)
    stopwatch.now += GUESS_SECONDS - MAX_GUESSES
    assert guesses.wait("memo", "192.0.2.1") == 0


def test_the_same_wrong_key_again_and_again_is_no_guessing() -> None:
    guesses = RateLimit(MAX_GUESSES, GUESS_SECONDS, Stopwatch())
    for _ in range(10 * MAX_GUESSES):
        guesses.count("key", "192.0.2.1", "abgelaufen")
    assert guesses.wait("key", "192.0.2.1") == 0


def test_memory_is_bounded_and_holds_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "MAX_ADDRESSES", 5)
    guesses = RateLimit(MAX_GUESSES, GUESS_SECONDS, Stopwatch())
    for host in range(50):
        for number in range(MAX_GUESSES + 5):
            if not guesses.wait("memo", f"192.0.2.{host}"):
                guesses.count("memo", f"192.0.2.{host}", f"geraten-{number}")
    assert len(guesses._found) == 5
    assert all(len(wrong) == MAX_GUESSES for wrong in guesses._found.values())
    assert "192.0.2" not in repr(guesses._found)
