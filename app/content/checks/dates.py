# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Days that exist, come in order, and have not run out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from app.content.checks.subject import Subject
from app.content.problem import Problem

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_PAST_ONLY = frozenset({"confirmed", "last_confirmed"})


def dates(subject: Subject) -> Iterator[Problem]:
    """Report impossible days, ends before beginnings, confirmations in the future and overdue reviews."""
    impossible = False
    for path, spec, value in subject.values:
        if spec.shape in ("date", "partialDate") and isinstance(value, str) and not _exists(value):
            impossible = True
            yield subject.error("no_such_day", path, value=value)
    if not impossible:
        yield from _order(subject)


def _order(subject: Subject) -> Iterator[Problem]:
    front, today = subject.front, subject.today.isoformat()
    for key in _PAST_ONLY:
        if str(front.get(key, "")) > today:
            yield subject.warning("date_in_future", key, value=str(front[key]))
    if str(front["review_by"]) < today:
        yield subject.warning("review_overdue", "review_by", value=str(front["review_by"]))
    if str(front["review_by"]) < str(front["last_confirmed"]):
        yield subject.error(
            "ends_before_start", "review_by", start=str(front["last_confirmed"]), end=str(front["review_by"])
        )
    yield from _periods(subject)


def _periods(subject: Subject) -> Iterator[Problem]:
    for path, spec, value in subject.values:
        if spec.type == "object" and isinstance(value, dict):
            for first, last in (("start", "end"), ("since", "until")):
                start, end = str(value.get(first, "")), str(value.get(last, ""))
                # Dates may be of different precision: 2021 is not before 2021-06.
                shared = min(len(start), len(end))
                if shared and "unknown" not in (start, end) and end[:shared] < start[:shared]:
                    yield subject.error("ends_before_start", f"{path}.{last}", start=start, end=end)


def _exists(value: str) -> bool:
    found = _PARTIAL.fullmatch(value)
    if not found:
        return value == "unknown"
    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return False
    return True
