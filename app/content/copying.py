# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A second copy of the repository with all its references, made while others write."""

from __future__ import annotations

from pathlib import Path

from app.content.creation import ensure_bare
from app.content.git.command import Git
from app.content.repository import ContentRepository

_SECONDS = 3600.0
_SETTINGS = {"receive.fsckObjects": "true", "core.fsync": "committed,reference"}


def copy_repository(repository: ContentRepository, folder: Path) -> None:
    """Bring the bare repository `folder` to the state of one moment; a later call sends only what is new.

    Pushing sees every reference, those too that are hidden from whoever fetches: proposals and the line of the seed.
    Raises GitFailed, GitTimeout and ToolMissing.
    """
    ensure_bare(Git(folder), _SETTINGS)
    repository.git.run("push", "--quiet", "--mirror", "--end-of-options", str(folder), seconds=_SECONDS)
