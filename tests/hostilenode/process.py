"""Starts the process that answers for such nodes."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.serving_node import ROOT


@contextmanager
def hostile_process(folder: Path) -> Iterator[str]:
    """Answer for the nodes that lie in `folder`; return what their addresses begin with."""
    command = [sys.executable, "-m", "tests.hostilenode.server", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()
