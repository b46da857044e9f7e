"""A bare repository on disk: its creation, its settings, and locks left behind by a killed git.

git creates `<name>.lock` beside the file it writes and does not wait for others: while the lock exists, the reference
can be neither moved nor removed.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from app.records.git.command import Git, run_program
from app.records.git.errors import GitFailed


def ensure_bare(git: Git, settings: Mapping[str, str]) -> None:
    """Create the bare repository of `git` if there is none, and apply these settings; raises GitFailed."""
    if not all((git.git_dir / name).exists() for name in ("HEAD", "config")):
        _init(git, settings)
    listing = git.run("config", "--local", "--list", "-z").out.decode("utf-8", "replace")
    present = dict(line.split("\n", 1) for line in listing.split("\0") if "\n" in line)
    for name, value in settings.items():
        if present.get(name.lower()) != value:
            git.run("config", "--replace-all", name, value)


def _init(git: Git, settings: Mapping[str, str]) -> None:
    # Write all settings at once, because `git config` takes one process each.
    git.git_dir.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as template:
        (Path(template) / "config").write_bytes(os.fsencode("".join(map(_line, settings.items()))))
        argv = ["git", "init", "--quiet", "--bare", f"--template={template}", "--initial-branch=main"]
        done = run_program([*argv, "--object-format=sha1", str(git.git_dir)])
    if done.status != 0:
        raise GitFailed("init", status=done.status, stderr=done.err.decode("utf-8", "replace").strip())


def _line(setting: tuple[str, str]) -> str:
    section, _, name = setting[0].rpartition(".")
    group, _, part = section.partition(".")
    head = f'{group} "{part}"' if part else group
    value = setting[1].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'[{head}]\n\t{name} = "{value}"\n'


ORPHAN_SECONDS = 3.0
"""How long a git process may keep using a reference after the process that started it was killed."""

_FOLDERS = ("refs", "logs", "objects/info")


def left_locks(git: Git, *, older_than: float = 0.0) -> tuple[Path, ...]:
    """Return the lock files of references, settings and lists that are at least `older_than` seconds old, sorted."""
    found = [*git.git_dir.glob("*.lock")]
    for folder in _FOLDERS:
        found += (git.git_dir / folder).rglob("*.lock")
    return tuple(sorted(path for path in found if _age(path) >= older_than))


def remove_left_locks(git: Git) -> tuple[Path, ...]:
    """Remove orphaned lock files and return them, once git processes of a killed one have had time to end."""
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
        # git has just removed it, so it is not orphaned.
        return 0.0
