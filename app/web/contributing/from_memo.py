# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a reuse memo gives to the record of the project that followed it."""

from __future__ import annotations

from collections.abc import Iterator

from app.kickoff.memo import ReuseMemo
from app.review.drafts.starting import MemoStart
from app.web.formats import number
from app.web.wording import _


def memo_start(memo: ReuseMemo) -> MemoStart:
    """Return problem, goals and constraints of a memo; what was looked at before stays behind."""
    situation = memo.situation
    return MemoStart(
        title=memo.question[:100],
        problem="\n\n".join(text for text in (memo.occasion.strip(), memo.question.strip()) if text),
        goals=tuple(text for text in (memo.conclusion.strip(),) if text),
        constraints=tuple(_constraints(memo)),
        topics=(situation.topic,) if situation.topic else (),
    )


def _constraints(memo: ReuseMemo) -> Iterator[str]:
    situation = memo.situation
    if situation.months:
        yield _("Time: %(count)s months", count=situation.months)
    if situation.budget:
        yield _("Money: %(amount)s euros", amount=number(situation.budget))
    if situation.staff:
        yield _("Staff: %(count)s full-time posts", count=number(situation.staff))
    if situation.open_source_only:
        yield _("Open source only")
