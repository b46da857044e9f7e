# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What came of a visit to the forge."""

from __future__ import annotations

from dataclasses import dataclass

from app.content.git.errors import GitFailed, GitTimeout


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchReport:
    """What became of a branch: the ids of its proposals, or lines that say what has to be mended there.

    `cleaned` are the paths of files whose proposals hold less than the branch: nothing about their makers.
    """

    branch: str
    proposals: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    cleaned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorReport:
    """One round: the commit that the forge is to show, and every branch that brought something.

    `failure` says why the forge does not show it. `kept` is the branch in which the forge keeps what somebody else had
    put on its main and what could not be taken in, "" where there is none.
    """

    commit: str
    branches: tuple[BranchReport, ...]
    failure: GitFailed | GitTimeout | None = None
    kept: str = ""
