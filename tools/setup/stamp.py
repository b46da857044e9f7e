"""Remembers from which inputs a step was last done."""

from __future__ import annotations

import hashlib
from pathlib import Path


class Stamp:
    """A file beside a step's result that holds the hash of the step's inputs.

    It lies inside the result, so that removing the result also forgets the step.
    """

    def __init__(self, path: Path, *inputs: Path | str) -> None:
        self._path = path
        digest = hashlib.sha256()
        for item in inputs:
            digest.update(item.read_bytes() if isinstance(item, Path) else item.encode())
            digest.update(b"\0")
        self._expected = digest.hexdigest()

    def is_current(self) -> bool:
        """Tell whether the step was done from these very inputs."""
        return self._path.is_file() and self._path.read_text(encoding="ascii") == self._expected

    def renew(self) -> None:
        """Note that the step is done."""
        self._path.write_text(self._expected, encoding="ascii")
