"""Starts the process that answers for such nodes."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.serving_node import ROOT, free_port


@contextmanager
def hostile_process(folder: Path) -> Iterator[str]:
    """Answer for the nodes that lie in `folder`; return what their addresses begin with."""
    port = free_port()
    command = [sys.executable, "-m", "tests.hostilenode.server", str(folder), str(port)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait(port: int) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return
