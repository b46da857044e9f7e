# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Memory of a server's processes, from Linux's own books."""

from __future__ import annotations

import re
from pathlib import Path

_PROPORTIONAL = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def workers_megabytes(master: int) -> list[float]:
    """Return the memory of each worker of the server `master` in megabytes, shared pages counted in proportion."""
    return [_megabytes(child) for child in children(master)]


def children(process: int) -> list[int]:
    """Return the ids of the processes that `process` has started and that run the same program."""
    listing = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    same = Path(f"/proc/{process}/exe").resolve()
    return [int(child) for child in listing.split() if Path(f"/proc/{child}/exe").resolve() == same]


def _megabytes(process: int) -> float:
    found = _PROPORTIONAL.search(Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii"))
    return round(int(found[1]) / 1024, 1) if found else 0.0
