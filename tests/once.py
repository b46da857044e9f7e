"""What takes seconds to make and is the same for every test is made once in a run, by whichever process needs it first.

Whoever gets a folder from here copies it and leaves it as it is.
"""

import atexit
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

_DONE = "done"
_shared: list[Path] = []
_known: dict[str, Path] = {}


def share(folder: Path) -> None:
    """Keep everything in `folder`, which all processes of a run have in common."""
    folder.mkdir(parents=True, exist_ok=True)
    _shared[:] = [folder]


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that `make` has filled, once for all processes."""
    if name not in _known:
        _known[name] = _made(_folder() / re.sub(r"[^a-z0-9.-]+", "-", name), make)
    return _known[name]


def _made(folder: Path, make: Callable[[Path], object]) -> Path:
    made = folder / "made"
    with FileLock(f"{folder}.lock"):
        if not (folder / _DONE).exists():
            shutil.rmtree(folder, ignore_errors=True)
            made.mkdir(parents=True)
            make(made)
            (folder / _DONE).touch()
    return made


def _folder() -> Path:
    if not _shared:  # Outside of the tests a process is alone.
        folder = Path(tempfile.mkdtemp(prefix="erfahrungsnetz-prepared-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _shared[:] = [folder]
    return _shared[0]
