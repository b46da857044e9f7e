"""Makes the bare repository and keeps its settings what this release expects."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from app.records.commits import CommitKey
from app.records.git.command import Git, run_program
from app.records.git.errors import GitFailed

_SETTINGS = {
    "core.logAllRefUpdates": "always",
    "core.fsync": "committed,reference",
    # Garbage collection would write a commit-graph without the filters that make histories fast.
    "gc.writeCommitGraph": "false",
    "gc.autoDetach": "false",
    "receive.fsckObjects": "true",
    "receive.denyNonFastForwards": "true",
    "receive.denyDeletes": "true",
    "receive.maxInputSize": "50m",
    "transfer.hideRefs": "refs/seed",
    "uploadpack.hideRefs": "refs/proposals",
    "gpg.format": "ssh",
}


def ensure_repository(git: Git, key: CommitKey) -> None:
    """Make the repository when there is none and bring its settings up to date.

    The settings name the key files by absolute path, because git takes relative ones from the folder
    it is started in; so they are written again when the node's data has been moved.
    """
    keys = {"user.signingKey": str(key.path), "gpg.ssh.allowedSignersFile": str(key.allowed_signers)}
    ensure_bare(git, {**_SETTINGS, **keys})


def ensure_bare(git: Git, settings: Mapping[str, str]) -> None:
    """Make the bare repository of `git` when there is none, and give it these settings; raises GitFailed."""
    if not all((git.git_dir / name).exists() for name in ("HEAD", "config")):
        _init(git, settings)
    present = _present(git)
    for name, value in settings.items():
        if present.get(name.lower()) != value:
            git.run("config", "--replace-all", name, value)


def _init(git: Git, settings: Mapping[str, str]) -> None:
    """Make the repository with its settings from the start: `git config` takes a process for each of them."""
    git.git_dir.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as template:
        (Path(template) / "config").write_bytes(os.fsencode("".join(map(_line, settings.items()))))
        argv = ["git", "init", "--quiet", "--bare", f"--template={template}", "--initial-branch=main"]
        done = run_program([*argv, "--object-format=sha1", str(git.git_dir)])
    if done.status != 0:
        raise GitFailed("init", status=done.status, stderr=done.err.decode("utf-8", "replace").strip())


def _line(setting: tuple[str, str]) -> str:
    """Return a setting as it stands in a file of settings."""
    section, _, name = setting[0].rpartition(".")
    group, _, part = section.partition(".")
    head = f'{group} "{part}"' if part else group
    value = setting[1].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'[{head}]\n\t{name} = "{value}"\n'


def _present(git: Git) -> dict[str, str]:
    listing = git.run("config", "--local", "--list", "-z").out.decode("utf-8", "replace")
    pairs = (line.partition("\n") for line in listing.split("\0") if line)
    return {name: value for name, _, value in pairs}
