"""What the last look found is told at once, and not for ever."""

from __future__ import annotations

import threading

from app.wiring.last_asked import STALE, LastAsked


def test_before_the_first_look_nothing_is_known_and_then_what_was_found() -> None:
    troubles = iter(["deadline", ""])
    asked = LastAsked(lambda: next(troubles))
    found = [asked.is_reached()]
    for _ in range(2):
        asked.look()
        found.append(asked.is_reached())
    assert found == [None, False, True]


def test_a_look_that_never_ends_keeps_nobody_waiting_and_says_after_a_while_that_nothing_is_reached() -> None:
    now, answered = [0.0], threading.Event()
    asked = LastAsked(lambda: "", lambda: now[0])
    asked.look()
    hanging = LastAsked(lambda: str(answered.wait(30) or ""), lambda: now[0])
    looking = threading.Thread(target=hanging.look)
    looking.start()
    assert hanging.is_reached() is None
    answered.set()
    looking.join()
    now[0] = STALE - 1
    assert asked.is_reached() is True
    now[0] = STALE
    assert asked.is_reached() is False
