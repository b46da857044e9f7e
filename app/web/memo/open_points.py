# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a memo still lacks, in words, each with the place on the page where it is mended."""

from __future__ import annotations

from collections.abc import Iterator

from app.kickoff.memo import Decision, Duty, Missing, OpenPoint, ReuseMemo, open_points
from app.kickoff.memo.wording import Words
from app.web.language import current_language
from app.web.memo.form import TEXTS, duty_field, find_field
from app.web.presentation.shown import Link
from app.web.wording import _, ngettext


def shown_points(memo: ReuseMemo) -> tuple[Link, ...]:
    """Return the open points in the order of the document."""
    return tuple(_each(memo))


def _each(memo: ReuseMemo) -> Iterator[Link]:
    without_reason = iter(
        f"{find_field(number)}_text"
        for number, find in enumerate(memo.finds)
        if find.decision is not Decision.NOTED and not find.reason
    )
    for point in open_points(memo):
        field = next(without_reason) if point.code is Missing.REASON else _field(memo, point)
        yield Link(label=_words(point), href=f"#{field}")


def _field(memo: ReuseMemo, point: OpenPoint) -> str:
    if point.code is Missing.SEARCH:
        return "suche"
    if point.code is Missing.UNDECIDED:
        first = next(number for number, find in enumerate(memo.finds) if find.decision is Decision.NOTED)
        return f"{find_field(first)}-{Decision.NOTED}"
    if point.code is Missing.DUTY:
        return duty_field(Duty(point.params["duty"]))
    return TEXTS[point.code.value]


def _words(point: OpenPoint) -> str:
    match point.code:
        case Missing.OCCASION:
            return _("Say what gave rise to the memo")
        case Missing.QUESTION:
            return _("Say what you want to know")
        case Missing.SEARCH:
            return _("Search, so that the memo can show it")
        case Missing.UNDECIDED:
            return ngettext("Decide about %(num)s find", "Decide about %(num)s finds", int(point.params["count"]))
        case Missing.REASON:
            return _("Give the reason: %(title)s", title=point.params["title"])
        case Missing.DUTY:
            duty = Words(current_language())(f"duty.{point.params['duty']}")
            return _("Answer: %(duty)s", duty=duty)
        case Missing.CONCLUSION:
            return _("Say what follows from it")
