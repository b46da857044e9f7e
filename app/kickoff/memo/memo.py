# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The reuse memo (Nachnutzungsvermerk): the proof that one looked before one built."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from app.kickoff.memo.duties import Duty, DutyAnswer, GoalAnswer
from app.kickoff.memo.find import Decision, Find
from app.kickoff.memo.search import NodeAsked, SearchDone
from app.kickoff.memo.situation import MemoSituation

_NOTHING_SAID = MemoSituation()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReuseMemo:
    """A whole memo.

    `at` (UTC) is the moment of its last change, `lang` ("de", "en") the language the asker writes in. `site` and
    `issuer` are name and public address of the node it was made on. `reference` is the Aktenzeichen, `occasion`
    the Anlass, `conclusion` the Folgerung. The schema `memo` limits all texts; `MemoFormat.problems` tells what
    breaks it.
    """

    at: datetime
    site: str
    issuer: str
    lang: str = "de"
    reference: str = ""
    office: str = ""
    occasion: str = ""
    question: str = ""
    situation: MemoSituation = _NOTHING_SAID
    searches: tuple[SearchDone, ...] = ()
    nodes: tuple[NodeAsked, ...] = ()
    finds: tuple[Find, ...] = ()
    duties: tuple[DutyAnswer, ...] = ()
    goals: tuple[GoalAnswer, ...] = ()
    conclusion: str = ""

    def answer(self, duty: Duty) -> DutyAnswer:
        """Return the answer to a duty, an open one where none was given."""
        return next((answer for answer in self.duties if answer.duty is duty), DutyAnswer(duty=duty))

    def decided(self, decision: Decision) -> tuple[Find, ...]:
        """Return the finds with this decision."""
        return tuple(find for find in self.finds if find.decision is decision)

    def with_find(self, find: Find) -> ReuseMemo:
        """Return the memo with this find in the place of one of the same record, else at the end."""
        key = find.record.key
        if all(other.record.key != key for other in self.finds):
            return replace(self, finds=(*self.finds, find))
        return replace(self, finds=tuple(find if other.record.key == key else other for other in self.finds))

    def without_find(self, home: str, record_id: str) -> ReuseMemo:
        """Return the memo without the record."""
        return replace(self, finds=tuple(find for find in self.finds if find.record.key != (home, record_id)))
