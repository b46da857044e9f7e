# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the asker's limits left out, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.kickoff.result import KickoffResult
from app.kickoff.situation import Situation
from app.kickoff.situation.parameters import to_parameters
from app.web.kickoff.reading import Kickoff
from app.web.listing import Asked
from app.web.wording import ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Sentences, and the address of the same search without limits."""

    sentences: tuple[str, ...]
    without_limits: str


def left_out(result: KickoffResult, question: Asked, kickoff: Kickoff) -> LeftOut | None:
    """Return what is to be told; None where nothing was left out and everything examined."""
    sentences = tuple(_sentences(result, kickoff.situation))
    if not sentences:
        return None
    free = replace(kickoff.situation, open_source_only=False, obtainable_only=False)
    carried = [*to_parameters(free), *kickoff.selection.parameters()]
    return LeftOut(sentences=sentences, without_limits=question.address_carrying(carried))


def _sentences(result: KickoffResult, situation: Situation) -> Iterator[str]:
    if result.left_out:
        yield _reason(result.left_out, situation)
    if result.unexamined:
        yield ngettext(
            "One further record was not examined for your limits and is not listed.",
            "%(num)s further records were not examined for your limits and are not listed.",
            result.unexamined,
        )


def _reason(number: int, situation: Situation) -> str:
    if situation.open_source_only and situation.obtainable_only:
        return ngettext(
            "One solution is left out because its source code is known not to be open or because, by what is recorded,"
            " your place cannot obtain it.",
            "%(num)s solutions are left out because their source code is known not to be open or because, by what is"
            " recorded, your place cannot obtain them.",
            number,
        )
    if situation.open_source_only:
        return ngettext(
            "One solution is left out because its source code is known not to be open.",
            "%(num)s solutions are left out because their source code is known not to be open.",
            number,
        )
    return ngettext(
        "One solution is left out because, by what is recorded, your place cannot obtain it.",
        "%(num)s solutions are left out because, by what is recorded, your place cannot obtain them.",
        number,
    )
