# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The node's commit key: an Ed25519 key that signs every commit (SSHSIG, namespace `git`)."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock

from app.content.git.command import run_program
from app.errors import Unavailable

_PRINCIPAL = "node"
_KEY_MODE = 0o600
_FOLDER_MODE = 0o700


class KeyCreationFailed(Unavailable):
    """ssh-keygen could not make a key at `path`; `stderr` is its own explanation."""

    def __init__(self, path: Path, *, stderr: str) -> None:
        super().__init__(path, stderr)
        self.path = path
        self.stderr = stderr


class CommitKey:
    """The key file `commit_ed25519` and the list `allowed_signers` in a node's key folder."""

    def __init__(self, folder: Path) -> None:
        """Use the key in `folder`; nothing is read or made before `ensure`."""
        self._folder = folder.absolute()
        self.path = self._folder / "commit_ed25519"
        self.allowed_signers = self._folder / "allowed_signers"

    def ensure(self) -> None:
        """Make the key when there is none, and list its public half among those that verify.

        Earlier public keys stay listed, so that commits signed before a key was replaced still verify.
        Raises ToolMissing when ssh-keygen is not installed and KeyCreationFailed.
        """
        self._folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        with FileLock(self._folder / "commit_ed25519.lock"):
            if not self.path.exists():
                self._make()
            self.path.chmod(_KEY_MODE)
            self._allow(self.path.with_suffix(".pub").read_text("ascii"))

    def _make(self) -> None:
        self.path.with_suffix(".pub").unlink(missing_ok=True)
        done = run_program(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(self.path)])
        if done.status != 0:
            raise KeyCreationFailed(self.path, stderr=done.err.decode("utf-8", "replace").strip())

    def _allow(self, public: str) -> None:
        line = f'{_PRINCIPAL} namespaces="git" {public.strip()}\n'
        known = self.allowed_signers.read_text("ascii") if self.allowed_signers.exists() else ""
        if line not in known:
            # Appending cannot lose an earlier key when it is interrupted.
            with self.allowed_signers.open("a", encoding="ascii") as signers:
                signers.write(line)
