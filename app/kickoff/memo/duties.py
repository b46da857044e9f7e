# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The four duties that a memo answers, and the check of goals and leadership.

DIN SPEC 66336, section 5.5, asks for them; `wording` gives them in words of our own, since only the standard's
own text is binding.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Duty(StrEnum):
    """Look for existing solutions; use a fitting public one; prefer open source at parity; show that one looked."""

    CHECKED = "checked"
    USED = "used"
    OPEN_SOURCE = "open_source"
    SHOWN = "shown"


class DutyState(StrEnum):
    """The asker's answer to a duty."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyAnswer:
    """How one duty was met, or why not, in the asker's words."""

    duty: Duty
    state: DutyState = DutyState.OPEN
    text: str = ""


class GoalState(StrEnum):
    """The asker's answer to a question about goals and leadership."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalAnswer:
    """One question of the check, in the words in which it was asked, and the answer."""

    question: str
    answer: GoalState = GoalState.UNKNOWN
    note: str = ""
