"""Three machines of one node as processes, and whoever looks all the time whether readers are answered."""

from __future__ import annotations

import itertools
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from app.shared.config import Settings
from bench.memory import descendants
from bench.soak_kills import Running, kill
from bench.soak_people import Browser, Interrupted
from tools.serving_node import free_port

_LOOK = 0.2
"""Seconds between two looks of a probe."""


class Machine(Running):
    """One of several: a site, and a worker beside it while it writes."""

    def __init__(self, name: str, folder: Path, common: Mapping[str, str], databases: Mapping[str, str]) -> None:
        """`databases` are the addresses for each role."""
        self.name = name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._databases = databases
        super().__init__(folder / name, {**common, "NODE_MACHINE": name}, self.port)

    def start(self, role: str) -> None:
        """Start it as `writer` or `reader` and wait for its first page."""
        self._take(role)
        self.start_site()
        if role == "writer":
            self.start_worker()

    def kill(self) -> None:
        """Kill all of its processes at once, as if it had lost its power."""
        masters = [self.site.process, *([self.worker] if self._writes else [])]
        for one in [found for master in masters for found in (master.pid, *descendants(master.pid))]:
            kill(one)
        for master in masters:
            master.wait()

    def stop(self) -> None:
        """End what runs on it."""
        if hasattr(self, "site"):
            self._site.close()
        if self._writes:
            with suppress(ProcessLookupError):
                self.worker.send_signal(signal.SIGTERM)
            self.worker.wait(timeout=60)

    def copy_keys_to(self, other: Machine) -> None:
        """Give another one what it has to have before its first start."""
        for name in ("keys", "providers.toml"):
            source, target = self._data / name, other._data / name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, target)

    def settings(self, role: str) -> Settings:
        """Return the settings for what looks into it from this process."""
        self._take(role)
        given = {name.removeprefix("NODE_").lower(): value for name, value in self._settings.items()}
        return Settings.model_validate({**given, "data": self._data, "port": self.port})

    def _take(self, role: str) -> None:
        self._settings |= {"NODE_ROLE": role, "NODE_DATABASE_URL": self._databases[role]}

    @property
    def _writes(self) -> bool:
        return self._settings.get("NODE_ROLE") == "writer" and hasattr(self, "worker")


class Probe:
    """Opens the same few addresses all the time and notes when it was answered."""

    def __init__(self, browser: Browser, paths: Sequence[str]) -> None:
        self._browser = browser
        self._paths = paths
        self.answered: list[float] = []

    def work(self, over: threading.Event) -> None:
        """Look until `over`."""
        for path in itertools.cycle(self._paths):
            if over.wait(_LOOK):
                return
            with suppress(Interrupted):
                self._browser.read(path)
                self.answered.append(time.monotonic())


def mistakes(folder: Path) -> Iterator[str]:
    """Yield each line with a traceback in the logs that lie in a folder: what a node may meet has none."""
    for log in sorted(folder.glob("*.log")):
        for line in log.read_text("utf-8", "replace").splitlines():
            if "Traceback" in line:
                yield f"{log.name}: {line[-600:]}"


def longest_gap(answered: Sequence[float], begun: float, ended: float) -> float:
    """Return the longest time between two answers, of which the second came between `begun` and `ended`."""
    before = max((moment for moment in answered if moment <= begun), default=begun)
    moments = [before, *(moment for moment in answered if begun < moment <= ended)]
    return max((later - earlier for earlier, later in itertools.pairwise([*moments, ended])), default=0.0)
