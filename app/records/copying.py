"""A second copy of the repository with all its references: made while others write, and taken back in.

What lies beside the texts in a copy is code to git, hooks and settings, and whoever can change the copy can change it.
So nothing of that is run or taken over.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from app.records.git.bare_repository import ensure_bare
from app.records.git.command import Git
from app.records.repository import ContentRepository

_TIMEOUT_SECONDS = 3600.0
_SETTINGS = {
    "receive.fsckObjects": "true",
    "core.fsync": "committed,reference",
    "core.hooksPath": "/dev/null",
}


def copy_repository(repository: ContentRepository, folder: Path) -> None:
    """Bring the bare repository `folder` to the state of one moment; a later call sends only what is new.

    Pushing sees every reference, those too that are hidden from whoever fetches: proposals and the line of the seed.
    Raises GitFailed, GitTimeout and ToolMissing.
    """
    # Written anew each time: pushing into the copy would run what somebody has entered there.
    (folder / "config").unlink(missing_ok=True)
    ensure_bare(Git(folder), _SETTINGS)
    repository.git.run("push", "--quiet", "--mirror", "--end-of-options", str(folder), seconds=_TIMEOUT_SECONDS)
    # What an erasure took out of the history would otherwise lie in the copy for weeks, and come back with it.
    Git(folder).run("gc", "--quiet", "--prune=now", seconds=_TIMEOUT_SECONDS)


def take_in(folder: Path, repository: ContentRepository) -> None:
    """Make `repository` with settings of its own, and fill it with objects and references of the copy `folder`."""
    repository.create()
    found = [folder / "packed-refs"]
    for top in ("objects", "refs"):
        found += (Path(parent) / name for parent, _, names in os.walk(folder / top) for name in names)
    for source in found:
        name = source.relative_to(folder)
        # What git knows about objects says where else they lie, and can be worked out again.
        if source.is_file() and not source.is_symlink() and name.parts[:2] != ("objects", "info"):
            target = repository.git.git_dir / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
