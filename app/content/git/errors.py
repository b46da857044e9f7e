# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can go wrong between this program and the git binary."""

from __future__ import annotations

from app.errors import NotFound, Unavailable


class ToolMissing(Unavailable):
    """A system program that this node needs is not installed; `program` is its name."""

    def __init__(self, program: str) -> None:
        super().__init__(program)
        self.program = program


class GitFailed(Unavailable):
    """git ended with an unexpected status; `stderr` is its own explanation, meant for the operator."""

    def __init__(self, command: str, *, status: int, stderr: str) -> None:
        super().__init__(command, status, stderr)
        self.command = command
        self.status = status
        self.stderr = stderr


class GitTimeout(Unavailable):
    """git did not answer within `seconds`; its process has been ended."""

    def __init__(self, command: str, *, seconds: float) -> None:
        super().__init__(command, seconds)
        self.command = command
        self.seconds = seconds


class ObjectMissing(NotFound):
    """The repository holds no object under `name` (a commit id, or `<commit>:<path>`)."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class ObjectUnreadable(Unavailable):
    """The object behind `name` is there but damaged; `erfahrungsnetz doctor` names the extent."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
