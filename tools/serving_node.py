"""A real node on a free port with data of its own, for what looks at it from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class ServingNode:
    """A node that answers under `url`; `seconds` passed from its start to its first answer."""

    url: str
    process: subprocess.Popen[bytes]
    seconds: float


@contextmanager
def serving(
    data: Path,
    settings: Mapping[str, str],
    *,
    seconds: float = 600.0,
    command: tuple[str, ...] = (),
    port: int = 0,
    folder: Path = ROOT,
) -> Iterator[ServingNode]:
    """Start a node in `data`, wait for its first page and end it afterwards; it listens on `port`, 0 for a free one.

    It is started in `folder` and follows the records that come with the program; NODE_CONTENT says otherwise, "" for
    none. Raises RuntimeError with its output when it ends or stays silent for `seconds`.
    """
    port = port or free_port()
    # A node keeps its compiled modules, whatever whoever measures does with theirs.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {
        **kept,
        "NODE_LOG_LEVEL": "warning",
        "NODE_CONTENT": str(ROOT / "content"),
        **settings,
        "NODE_DATA": str(data),
        "NODE_PORT": str(port),
    }
    data.parent.mkdir(parents=True, exist_ok=True)
    output = data.with_name(data.name + ".log")
    start = time.perf_counter()
    with output.open("wb") as log:
        program = command or (str(Path(sys.executable).with_name("erfahrungsnetz")), "run")
        process = subprocess.Popen(program, env=environment, cwd=folder, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/", process, seconds, output)
        yield ServingNode(f"http://127.0.0.1:{port}", process, time.perf_counter() - start)
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes], seconds: float, output: Path) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=30):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    raise RuntimeError(f"no answer from {url}:\n{output.read_text(encoding='utf-8', errors='replace')[-4000:]}")
