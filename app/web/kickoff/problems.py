# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with a field of the situation, in words that say what to do."""

from __future__ import annotations

from app.kickoff.situation import ProblemCode, SituationProblem
from app.web import formats
from app.web.wording import _

_DECIMALS = frozenset(("stellen",))


def in_words(problem: SituationProblem) -> str:
    """Return the sentence that stands at the field."""
    params = problem.params
    if problem.code is ProblemCode.TOO_LONG:
        return _("Please use at most %(max)s characters.", max=params["max"])
    if problem.code is ProblemCode.OUT_OF_RANGE:
        least, most = formats.number(int(params["min"])), formats.number(int(params["max"]))
        return _("Please write a number from %(min)s to %(max)s.", min=least, max=most)
    if problem.code is ProblemCode.NOT_A_NUMBER:
        if problem.field in _DECIMALS:
            return _("Please write a number, such as 0.5.")
        return _("Please write a whole number in digits, such as 12.")
    return _("This is not offered here. Please choose again.")
