# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingProblem:
    """One setting that cannot be used: the variable as the operator writes it, and why."""

    variable: str
    reason: str


class SettingsInvalid(Invalid):
    """The node cannot start with these settings."""

    def __init__(self, problems: Sequence[SettingProblem]) -> None:
        super().__init__("; ".join(f"{problem.variable}: {problem.reason}" for problem in problems))
        self.problems = tuple(problems)
