# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Memory and open files of a server's processes, from Linux's own books."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROPORTIONAL = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def workers_megabytes(master: int) -> list[float]:
    """Return the memory of each worker of the server `master` in megabytes, shared pages counted in proportion."""
    return [megabytes(child) for child in children(master)]


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
    try:
        found = _PROPORTIONAL.search(Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii"))
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return round(int(found[1]) / 1024, 1) if found else 0.0


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
