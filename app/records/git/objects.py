"""Stores objects as git does, each in a file of its own, without a process of git for each.

A reference is moved only afterwards, so each object is on the disk before anything names it.
"""

from __future__ import annotations

import os
import zlib
from hashlib import sha1
from secrets import token_hex

from app.records.git.command import Git

_FAST = 1
"""How hard git packs such files, which garbage collection packs better later."""


class ObjectStore:
    """Writes objects into the repository of `git`; safe for all threads and processes."""

    def __init__(self, git: Git) -> None:
        self._git = git

    def write(self, kind: str, data: bytes) -> str:
        """Store an object of this kind (blob, tree or commit) and return its id; raises OSError."""
        self._git.present()
        content = b"%s %d\0%s" % (kind.encode(), len(data), data)
        oid = sha1(content, usedforsecurity=False).hexdigest()
        place = self._git.git_dir / "objects" / oid[:2] / oid[2:]
        try:
            # Garbage collection goes by the time of what nothing names yet.
            os.utime(place)
        except (FileNotFoundError, PermissionError):
            # Of an object that somebody else has written nobody but they may set the time.
            place.parent.mkdir(exist_ok=True)
            # By this name garbage collection knows what somebody was killed at.
            new = place.with_name(f"tmp_obj_{token_hex(8)}")
            try:
                with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444), "wb") as file:
                    file.write(zlib.compress(content, _FAST))
                    file.flush()
                    os.fsync(file.fileno())
                new.replace(place)
            except BaseException:
                new.unlink(missing_ok=True)
                raise
        return oid
