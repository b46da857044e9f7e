# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The memo's page: everything that its template prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import request, url_for

from app.kickoff.memo import Decision, Duty, DutyState, Find, GoalState, ReuseMemo, SeenHit
from app.kickoff.memo.page import Block
from app.kickoff.memo.pinning import origin_of
from app.kickoff.memo.wording import Words
from app.web.access import services
from app.web.language import current_language
from app.web.memo.changes import ShownChange, shown_changes
from app.web.memo.form import carried, duty_field, find_field, goal_field
from app.web.memo.keeping import KeptUnder
from app.web.memo.notice import Notice
from app.web.memo.open_points import shown_points
from app.web.memo.problems import ShownProblem, at_fields
from app.web.presentation.shown import Link
from app.web.selection import Selection, kickoff_address, kickoff_parameters, search_address, selection_id

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A memo ready to be shown and edited. `parts` are the document's blocks by section."""

    memo: ReuseMemo
    parts: Mapping[str, tuple[Block, ...]]
    words: Words
    carried: str
    action: str
    goal_check: str
    search: str
    points: tuple[Link, ...]
    problems: tuple[ShownProblem, ...]
    at_fields: Mapping[str, str]
    changes: tuple[ShownChange, ...]
    seen: tuple[SeenHit, ...]
    notices: tuple[Notice, ...]
    kept: KeptUnder | None

    def decisions(self) -> Options:
        """What can be decided about a find."""
        order = (Decision.TAKEN, Decision.REJECTED, Decision.NOTED)
        return [(decision.value, self.words(f"decision.{decision}")) for decision in order]

    def duty_states(self) -> Options:
        """How a duty can be answered."""
        return [(state.value, self.words(f"duty.{state}")) for state in DutyState]

    def goal_states(self) -> Options:
        """How a question about goals can be answered."""
        return [(state.value, self.words(f"goal.{state}")) for state in GoalState]

    def duties(self) -> list[tuple[str, str, str, str]]:
        """Field, statement, answer and explanation of each duty."""
        answers = [self.memo.answer(duty) for duty in Duty]
        return [(duty_field(one.duty), self.words(f"duty.{one.duty}"), one.state.value, one.text) for one in answers]

    def finds(self) -> list[tuple[str, Find]]:
        """Field and find."""
        return [(find_field(number), find) for number, find in enumerate(self.memo.finds)]

    def goals(self) -> list[tuple[str, str, str, str]]:
        """Field, question, answer and note of the check of goals."""
        numbered = enumerate(self.memo.goals)
        return [(goal_field(number), one.question, one.answer.value, one.note) for number, one in numbered]

    def open_goals(self) -> int:
        """How many of the questions about goals are not answered with yes."""
        return sum(1 for goal in self.memo.goals if goal.answer is not GoalState.YES)


def sheet(
    memo: ReuseMemo, kept: KeptUnder | None, problems: tuple[ShownProblem, ...], notices: tuple[Notice, ...]
) -> Sheet:
    """Return what the page of a memo shows; raises MemoInvalid where the memo is too large to travel."""
    memos, language = services().memos, current_language()
    parameters = kickoff_parameters(selection=selection_of(memo))
    judged = {find.record.address for find in memo.finds}
    hits = (hit for done in memo.searches for hit in done.hits)
    return Sheet(
        memo=memo,
        parts=memos.parts(_without_hits(memo), language),
        words=Words(language),
        carried=carried(memo, memos),
        action=url_for("memo.edit_kept", token=kept.token) if kept else kickoff_address(url_for("memo.edit")),
        goal_check=kickoff_address(url_for("goal_check.answered")),
        search=search_address(parameters),
        points=shown_points(memo),
        problems=problems,
        at_fields=at_fields(problems),
        changes=shown_changes(memo),
        seen=tuple({hit.address: hit for hit in hits if hit.address not in judged}.values()),
        notices=notices,
        kept=kept,
    )


def selection_of(memo: ReuseMemo) -> Selection:
    """Return the finds as the search page knows them."""
    issuer = services().settings.issuer
    names = [(find, selection_id(find.record.id, origin_of(find.record.home, issuer))) for find in memo.finds]
    return Selection(
        taken=tuple(name for find, name in names if find.decision is not Decision.REJECTED),
        rejected=tuple(name for find, name in names if find.decision is Decision.REJECTED),
    )


def here(address: str) -> str:
    """Return an address of this site without its host, in the language of the page; others as they are."""
    issuer = services().settings.issuer
    return request.root_path + address.removeprefix(issuer) if address.startswith(f"{issuer}/r/") else address


def _without_hits(memo: ReuseMemo) -> ReuseMemo:
    """Return the memo for the document's blocks: the page lists the hits itself, with a button for each."""
    return replace(memo, searches=tuple(replace(done, hits=()) for done in memo.searches))
