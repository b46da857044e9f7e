"""Where a reference stands, for a question that every request asks: git is asked again only when its files moved."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_SETTLED = 2_000_000_000
"""Nanoseconds after which two changes of a file can be told apart by its time, on whatever file system."""
_File = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found, and the files that say so; `settled` where any later change will show in them."""

    files: tuple[_File, _File]
    settled: bool
    found: str | None


class WatchedReference:
    """Looks a reference up. Whoever moves one writes a new file in the place of the old one, or packs all of them."""

    def __init__(self, git_dir: Path, name: str, resolve: Callable[[], str | None]) -> None:
        """`resolve` asks git where the reference `name` of `git_dir` stands."""
        self._loose, self._packed = git_dir / name, git_dir / "packed-refs"
        self._resolve = resolve
        self._last: _Look | None = None

    def __call__(self) -> str | None:
        """Return the commit id, None when there is no such reference."""
        files, last = (_state(self._loose), _state(self._packed)), self._last
        if last is not None and last.settled and last.files == files:
            return last.found
        now = time.time_ns()
        found = self._resolve()
        # Where references are kept in another way there are no such files, and nothing could be told from them.
        times = [file[0] for file in files if file]
        self._last = _Look(files, bool(times) and max(times) + _SETTLED < now, found)
        return found


def _state(path: Path) -> _File:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
