"""How long readers wait beside a client that means harm, and what memory it takes; see docs/threat-model.md.

    python -m bench.hostile [--seconds 15] [--only "push bombs"]

A real site with two workers on this machine, each attack by twenty clients beside one reader of the start page.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench.beside import beside
from bench.hostile_attacks import ATTACKS, Target, prepared
from bench.memory import children, descendants, megabytes
from bench.timing import percentile
from tools.serving_node import ServingNode, serving

MOST_SECONDS = 1.0
MOST_MEGABYTES = 700.0
BACK_SECONDS = 60.0
"""Within which a worker gives back what it took."""
CLIENTS = 20
_KEPT = 64.0
"""Megabytes that a worker may keep of its first answers of a kind: modules and caches."""


@dataclass(slots=True)
class Seen:
    """What was measured beside one attack; `back` are seconds until the workers had given their memory back."""

    waits: list[float] = field(default_factory=list)
    failed: int = 0
    worker: float = 0.0
    other: float = 0.0
    back: float = 0.0

    @property
    def is_kept(self) -> bool:
        """Tell whether the promise holds."""
        longest = max(self.waits, default=float("inf"))
        is_in_time = not self.failed and longest <= MOST_SECONDS
        return is_in_time and self.worker <= MOST_MEGABYTES and self.back <= BACK_SECONDS


def main() -> int:
    """Measure, print a table and return 1 when a promise is not kept."""
    parser = argparse.ArgumentParser(prog="python -m bench.hostile")
    parser.add_argument("--seconds", type=float, default=15.0, help="how long each attack goes on")
    parser.add_argument("--only", default="", choices=["", *ATTACKS], help="one attack alone")
    given = parser.parse_args()
    chosen = {name: attack for name, attack in ATTACKS.items() if given.only in ("", name)}
    seen = measure(chosen, given.seconds)
    print("\n".join(_table(seen)))
    return 0 if all(one.is_kept for one in seen.values()) else 1


def measure(attacks: Mapping[str, Callable[[Target, threading.Event], None]], seconds: float) -> dict[str, Seen]:
    """Return what was measured beside each attack, and first beside nobody."""
    with tempfile.TemporaryDirectory() as folder:
        credentials = prepared(Path(folder) / "node")
        settings = {"NODE_WORKERS": "2", "NODE_THREADS": "4", "NODE_ISSUER": credentials.issuer}
        with serving(Path(folder) / "node", settings) as node:
            target = Target.at(node.url, credentials)
            found = {"nobody": _beside(node, target, _nothing, seconds)}
            for name, attack in attacks.items():
                print(f"{name} …", file=sys.stderr)
                found[name] = _beside(node, target, attack, seconds)
            return found


def _nothing(_target: Target, over: threading.Event) -> None:
    over.wait()


def _beside(
    node: ServingNode, target: Target, attack: Callable[[Target, threading.Event], None], seconds: float
) -> Seen:
    seen, before = Seen(), _most(children(node.process.pid))
    with _running(node, seen), beside(*[partial(attack, target)] * CLIENTS, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            _read(node.url, seen)
            time.sleep(0.1)
    start = time.monotonic()
    while _most(children(node.process.pid)) > before + _KEPT and time.monotonic() - start <= BACK_SECONDS:
        time.sleep(0.5)
    seen.back = time.monotonic() - start
    return seen


def _read(url: str, seen: Seen) -> None:
    begun = time.perf_counter()
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            answer.read()
    except (urllib.error.URLError, OSError):
        seen.failed += 1
    seen.waits.append(time.perf_counter() - begun)


@contextmanager
def _running(node: ServingNode, seen: Seen) -> Iterator[None]:
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.2):
            workers = children(node.process.pid)
            seen.worker = max(seen.worker, _most(workers))
            seen.other = max(seen.other, _most(set(descendants(node.process.pid)) - set(workers)))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _most(processes: Iterator[int] | list[int] | set[int]) -> float:
    return max((megabytes(process) for process in processes), default=0.0)


def _table(seen: Mapping[str, Seen]) -> Iterator[str]:
    width = max(map(len, seen))
    yield f"{'beside':<{width}}  reader: p50   longest  failed   worker MB  other MB  back after"
    for name, one in seen.items():
        waits = one.waits or [float("inf")]
        figures = f"{percentile(waits, 50):>9.2f} s {max(waits):>7.2f} s {one.failed:>7}"
        memory = f"{one.worker:>11.0f} {one.other:>9.0f} {one.back:>9.1f} s"
        yield f"{name:<{width}}  {figures} {memory}   {'kept' if one.is_kept else 'NOT KEPT'}"


if __name__ == "__main__":
    sys.exit(main())
