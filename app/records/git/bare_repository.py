"""A bare repository on the disk: how it is made, its settings, and the locks that a killed git left in it.

git makes `<name>.lock` beside what it writes and waits for nobody: while the file is there, the reference can neither
be moved nor removed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from app.records.git.command import Git, run_program
from app.records.git.errors import GitFailed


def ensure_bare(git: Git, settings: Mapping[str, str]) -> None:
    """Make the bare repository of `git` when there is none, and give it these settings; raises GitFailed."""
    if not all((git.git_dir / name).exists() for name in ("HEAD", "config")):
        _init(git, settings)
    listing = git.run("config", "--local", "--list", "-z").out.decode("utf-8", "replace")
    present = dict(line.split("\n", 1) for line in listing.split("\0") if "\n" in line)
    for name, value in settings.items():
        if present.get(name.lower()) != value:
            git.run("config", "--replace-all", name, value)


def _init(git: Git, settings: Mapping[str, str]) -> None:
    # With its settings from the start, because `git config` takes a process for each of them.
    git.git_dir.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as template:
        (Path(template) / "config").write_bytes(os.fsencode("".join(map(_line, settings.items()))))
        argv = ["git", "init", "--quiet", "--bare", f"--template={template}", "--initial-branch=main"]
        done = run_program([*argv, "--object-format=sha1", str(git.git_dir)])
    if done.status != 0:
        raise GitFailed("init", status=done.status, stderr=done.err.decode("utf-8", "replace").strip())


def _line(setting: tuple[str, str]) -> str:
    """Return a setting as a line of a settings file."""
    section, _, name = setting[0].rpartition(".")
    group, _, part = section.partition(".")
    head = f'{group} "{part}"' if part else group
    value = setting[1].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'[{head}]\n\t{name} = "{value}"\n'


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
