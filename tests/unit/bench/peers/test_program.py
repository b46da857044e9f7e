from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from bench.peers import program
from bench.peers.program import running

STUBBORN = """
import os, signal, socket, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child == 0:
    signal.pause()
with open(sys.argv[1] + ".child", "w") as told:
    told.write(str(child))
listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[1])
listening.listen()
signal.pause()
"""


def test_a_program_that_does_not_end_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "_END", 0.2)
    socket = tmp_path / "s"
    with running([sys.executable, "-c", STUBBORN, str(socket)], str(socket), tmp_path / "log"):
        pass
    child = int((tmp_path / "s.child").read_text())
    state, end = Path(f"/proc/{child}/stat"), time.monotonic() + 10
    while state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_program_that_ends_at_once_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError, match="no such thing"),
        running([sys.executable, "-c", "raise SystemExit('no such thing')"], str(tmp_path / "s"), tmp_path / "log"),
    ):
        pass
