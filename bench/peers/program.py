"""A server that runs as long as it is needed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_END = 30.0


@contextmanager
def running(
    command: Sequence[str], address: tuple[str, int] | str, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run a program until the end; it listens at this port or file, and what it says goes to `log`.

    Raises RuntimeError when it ends or nobody listens.
    """
    with log.open("ab") as said:
        process = subprocess.Popen(
            list(command),
            env={**os.environ, **(environment or {})},
            cwd=log.parent,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        _wait(process, address, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=_END)
        except subprocess.TimeoutExpired:
            # Its own processes would go on with what they hang in.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], address: tuple[str, int] | str, log: Path) -> None:
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    for _ in range(600):
        with socket.socket(family) as tried:
            if tried.connect_ex(address) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens at {address}:\n{log.read_text(errors='replace')[-2000:]}")
