# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the asker stands: the value, and its form as parameters of an address."""

from app.kickoff.situation.parameters import (
    ProblemCode,
    Reading,
    SituationChoices,
    SituationInvalid,
    SituationProblem,
    from_parameters,
    to_parameters,
)
from app.kickoff.situation.situation import (
    DEFAULT_SLIDER,
    SLIDER_MAX,
    SMALL_PLACES,
    Situation,
    SummaryCode,
    SummaryPart,
    summary,
)

__all__ = [
    "DEFAULT_SLIDER",
    "SLIDER_MAX",
    "SMALL_PLACES",
    "ProblemCode",
    "Reading",
    "Situation",
    "SituationChoices",
    "SituationInvalid",
    "SituationProblem",
    "SummaryCode",
    "SummaryPart",
    "from_parameters",
    "summary",
    "to_parameters",
]
