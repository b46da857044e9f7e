"""A backup copy of the repository with all its references, made while others write, and its restoration.

Apart from objects and references, a copy contains hooks and settings that git would execute, and anybody who can write
to the copy can change them. So none of them is run or restored.
"""

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
    """Update the bare repository `folder` to the state of one moment; a later call sends only what is new.

    A push includes every reference, even those hidden from fetching: proposals and the seed's line.
    Raises GitFailed, GitTimeout and ToolMissing.
    """
    # Recreate the settings each time: pushing into the copy would run commands that somebody has entered there.
    (folder / "config").unlink(missing_ok=True)
    ensure_bare(Git(folder), _SETTINGS)
    repository.git.run("push", "--quiet", "--mirror", "--end-of-options", str(folder), seconds=_TIMEOUT_SECONDS)
    # Otherwise texts removed by an erasure would remain in the copy for weeks, and come back when it is restored.
    Git(folder).run("gc", "--quiet", "--prune=now", seconds=_TIMEOUT_SECONDS)


def take_in(folder: Path, repository: ContentRepository) -> None:
    """Create `repository` with its own settings, and fill it with objects and references of the copy `folder`."""
    repository.create()
    found = [folder / "packed-refs"]
    for top in ("objects", "refs"):
        found += (Path(parent) / name for parent, _, names in os.walk(folder / top) for name in names)
    for source in found:
        name = source.relative_to(folder)
        # objects/info refers to other object stores and can be regenerated, so leave it out.
        if source.is_file() and not source.is_symlink() and name.parts[:2] != ("objects", "info"):
            target = repository.git.git_dir / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
