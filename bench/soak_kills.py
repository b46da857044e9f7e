"""The processes of a node under soak, and who kills them while a publication waits for its answer."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from bench.memory import children, descendants
from bench.soak_people import FULL, Book, Browser, Interrupted
from tools.serving_node import ROOT, ServingNode, serving

KINDS = ("web worker", "git child", "worker", "all at once", "gunicorn's master")
LEAVING = 30.0
"""Seconds within which the workers of a killed master have to end."""
_PROGRAM = str(Path(sys.executable).with_name("erfahrungsnetz"))


def variables(issuer: str, mailbox: int) -> dict[str, str]:
    """Return the settings of a node under `issuer` that many publish on; its messages go to a port of this machine."""
    return {
        "NODE_ISSUER": issuer,
        "NODE_CONTENT": "",
        "NODE_MEANING": "off",
        "NODE_PROPOSALS_PER_HOUR": "10000",
        "NODE_SMTP_HOST": "127.0.0.1",
        "NODE_SMTP_PORT": str(mailbox),
        "NODE_SMTP_SECURITY": "none",
        "NODE_SMTP_FROM": "netz@musterstadt.example",
    }


class Running:
    """A node as two services: the site and the worker beside it."""

    def __init__(self, data: Path, settings: dict[str, str], port: int) -> None:
        self._data = data
        self._settings = settings
        self._port = port
        self._site = ExitStack()
        self._starts = 0
        self.site: ServingNode
        self.worker: subprocess.Popen[bytes]

    def start_site(self) -> None:
        """Start the site and wait for its first page; the log of the one before is kept under a number."""
        self._site.close()
        log = self._data.with_name(self._data.name + ".log")
        if log.exists():
            log.rename(log.with_suffix(f".{self._starts}.log"))
        self._starts += 1
        self.site = self._site.enter_context(serving(self._data, self._settings, seconds=120, port=self._port))

    def start_worker(self) -> None:
        """Start the worker."""
        with self._data.with_name("worker.log").open("ab") as log:
            self.worker = subprocess.Popen(
                (_PROGRAM, "worker"), env=self._environment, cwd=ROOT, stdout=log, stderr=log
            )

    def command(self, name: str) -> subprocess.CompletedProcess[str]:
        """Call a command on it, which may take five minutes."""
        called = (_PROGRAM, name)
        return subprocess.run(
            called, env=self._environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
        )

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self._settings, "NODE_DATA": str(self._data), "NODE_PORT": str(self._port)}

    def stop(self) -> None:
        """End both."""
        self._site.close()
        self.worker.terminate()
        self.worker.wait(timeout=30)

    def members(self) -> dict[str, int]:
        """Return the processes that last, by name."""
        master = self.site.process.pid
        seen = children(master)
        time.sleep(0.2)  # A process that is about to become git looks like its parent for a moment.
        web = {f"web {number}": pid for number, pid in enumerate(sorted({*seen} & {*children(master)}), 1)}
        return {"master": master, **web, "worker": self.worker.pid}


class Killer:
    """Kills parts of a node in turn and has them started again."""

    def __init__(self, node: Running, book: Book, browser: Browser) -> None:
        self._node = node
        self._book = book
        self._browser = browser
        self._chance = random.Random(4711)
        self.done: Counter[str] = Counter()
        self.broken: list[str] = []

    def kill(self, kind: str, seconds: float = 60.0) -> None:
        """Kill once in the middle of a publication, and wait until the site answers again."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._book.next_begun(seconds):
            time.sleep(self._chance.uniform(0, 0.25))
            victims = self._victims(kind)
            if not victims or not self._book.in_the_middle():
                continue
            for pid in victims:
                kill(pid)
            self.done[kind] += 1
            self._start_again(kind, victims)
            return
        self.broken.append(f"no publication went on for long enough to kill in it: {kind}")

    def _victims(self, kind: str) -> list[int]:
        site, worker = self._node.site.process.pid, self._node.worker.pid
        if kind == "all at once":
            return [site, worker, *descendants(site), *descendants(worker)]
        if kind in {"worker", "gunicorn's master"}:
            return [worker if kind == "worker" else site]
        while self._book.in_the_middle():
            for web in children(site):
                for git in filter(_publishes, descendants(web)):
                    return [git if kind == "git child" else web]
            time.sleep(0.002)
        return []

    def _start_again(self, kind: str, victims: list[int]) -> None:
        if kind in {"all at once", "gunicorn's master"}:
            self._node.site.process.wait()
            self._wait_for_orphans()
            # On a full disk it says so and ends: whoever starts a node has to make room first.
            until(lambda: self._book.circumstance != FULL, 120)
            self._node.start_site()
        if kind in {"all at once", "worker"}:
            self._node.worker.wait()
            self._node.start_worker()
        if not until(lambda: not any(map(_lives, victims)) and self._answers(), 60):
            self.broken.append(f"the site did not answer within a minute after a kill: {kind}")

    def _wait_for_orphans(self) -> None:
        """Wait until nobody listens any more: workers end by themselves when their master is gone."""
        own = f"NODE_PORT={self._node.site.url.rpartition(':')[2]}"
        if not until(lambda: not _web_workers(own), LEAVING):
            self.broken.append(f"workers were there {LEAVING:.0f} seconds after their master was killed")
            for pid in _web_workers(own):
                kill(pid)

    def _answers(self) -> bool:
        with suppress(Interrupted):
            return bool(self._browser.read("/readyz"))
        return False


def kill(pid: int) -> None:
    """End a process without a word, if it is still there."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until `condition` holds; False when it does not within so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def _lives(pid: int) -> bool:
    with suppress(OSError):
        # A zombie waits for its parent alone.
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    return False


def _publishes(pid: int) -> bool:
    """Tell whether this is git at one errand, not one of those that stay to answer questions."""
    with suppress(OSError):
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return command[0].endswith(b"git") and not any(part.startswith(b"--batch") for part in command)
    return False


def _web_workers(variable: str) -> list[int]:
    """Return the processes of the site that have this variable."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if b"erfahrungsnetz\0run" in (process / "cmdline").read_bytes():
                environment = (process / "environ").read_bytes().split(b"\0")
                if variable.encode() in environment and _lives(int(process.name)):
                    found.append(int(process.name))
    return found
