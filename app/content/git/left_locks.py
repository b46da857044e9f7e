# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lock files that git leaves when it is killed, and that nobody but the operator would ever remove.

git makes `<name>.lock` beside what it writes and waits for nobody: while the file is there, the reference can neither
be moved nor removed.
"""

from __future__ import annotations

import time
from pathlib import Path

from app.content.git.command import Git

ORPHAN_SECONDS = 3.0
"""How long a git process may go on with one reference after the process that started it was killed."""

_FOLDERS = ("refs", "logs", "objects/info")


def left_locks(git: Git, *, older_than: float = 0.0) -> tuple[Path, ...]:
    """Return the lock files of references, settings and lists that have stood for `older_than` seconds, sorted."""
    found = [*git.git_dir.glob("*.lock")]
    for folder in _FOLDERS:
        found += (git.git_dir / folder).rglob("*.lock")
    return tuple(sorted(path for path in found if _age(path) >= older_than))


def remove_left_locks(git: Git) -> tuple[Path, ...]:
    """Remove the lock files that nobody holds and return them; call it only while no process of ours writes.

    A git process that outlived the one that started it gets the time to end.
    """
    found = left_locks(git)
    if found:
        time.sleep(max(0.0, ORPHAN_SECONDS - min(map(_age, found))))
    left = tuple(path for path in left_locks(git) if path in found)
    for path in left:
        path.unlink(missing_ok=True)
    return left


def _age(path: Path) -> float:
    try:
        return max(0.0, time.time() - path.stat().st_mtime)
    except FileNotFoundError:
        # git has just removed it, so it is nobody's any more.
        return 0.0
