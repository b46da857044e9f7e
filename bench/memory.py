"""Memory and open files of a server's processes, from Linux's own books."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r"^(\w+):\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Megabytes of one process.

    `proportional` counts what several processes hold by their number, and is what they take together; `private` are
    those that would be free if this one ended; `mapped` are files (weights of the model, vectors, index), which the
    system gives up when it needs room, and of which each further process takes nothing more.
    """

    proportional: float = 0.0
    private: float = 0.0
    mapped: float = 0.0


def workers_taken(master: int) -> list[Taken]:
    """Return the memory of each worker of the server `master`."""
    return [taken(child) for child in children(master)]


def workers_megabytes(master: int) -> list[float]:
    """Return the memory of each worker of the server `master` in megabytes, shared pages counted in proportion."""
    return [one.proportional for one in workers_taken(master)]


def children(process: int) -> list[int]:
    """Return the ids of the processes that `process` has started and that run the same program."""
    same = Path(f"/proc/{process}/exe").resolve()
    return [child for child in _started(process) if Path(f"/proc/{child}/exe").resolve() == same]


def descendants(process: int) -> Iterator[int]:
    """Return the ids of all processes that `process` has started, and those have, whatever they run."""
    for child in _started(process):
        yield child
        yield from descendants(child)


def megabytes(process: int) -> float:
    """Return the memory of a process, shared pages counted in proportion; 0 when it has ended."""
    return taken(process).proportional


def taken(process: int) -> Taken:
    """Return the memory of a process; nothing when it has ended."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return Taken()
    found = {name: int(size) / 1024 for name, size in _LINE.findall(text)}
    return Taken(
        proportional=round(found.get("Pss", 0.0), 1),
        private=round(found.get("Private_Dirty", 0.0), 1),
        mapped=round(found.get("Pss_File", 0.0), 1),
    )


def open_files(process: int) -> int:
    """Return how many files, connections and the like a process holds open."""
    return sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())


def _started(process: int) -> list[int]:
    found: list[int] = []
    # Each thread has processes of its own, and may have ended since.
    for thread in Path(f"/proc/{process}/task").glob("*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found
