from __future__ import annotations

import io
import time

import pytest

from app.cli.options import ProgressLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_a_terminal_sees_one_line_that_is_rewritten_and_none_of_work_that_is_over_at_once(moments: list[float]) -> None:
    stream = Terminal()
    for pause, expected in ((0.0, 0), (0.2, 1)):
        line = ProgressLine("Indexing", stream)
        for done in (1, 2, 3):
            moments[0] += pause
            line(done, 3)
        assert stream.getvalue().count("\n") == expected
        assert stream.getvalue().count("\r") == 3 * expected
    assert stream.getvalue().endswith("Indexing: 3 of 3\n")


def test_a_log_gets_a_plain_line_now_and_then(moments: list[float]) -> None:
    stream = io.StringIO()
    line = ProgressLine("Indexing", stream)
    for done in range(1, 101):
        moments[0] += 0.2
        line(done, 100)
    lines = stream.getvalue().splitlines()
    assert lines[-1] == "Indexing: 100 of 100"
    assert 3 <= len(lines) <= 6
    assert "\r" not in stream.getvalue()
