# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with a situation, by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from enum import StrEnum

from app.errors import Invalid


class ProblemCode(StrEnum):
    """`too_long` names `max`; `out_of_range` names `min` and `max`; the others need no parameters."""

    UNKNOWN_VALUE = "unknown_value"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationProblem:
    """`field` is the name of the parameter, such as `einwohner`. What was typed is not repeated here."""

    field: str
    code: ProblemCode
    params: Mapping[str, str] = default(default_factory=dict)


class SituationInvalid(Invalid):
    """A situation breaks rules; `problems` names each field."""

    def __init__(self, problems: tuple[SituationProblem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems
