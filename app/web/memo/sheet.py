# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The memo's page: everything that its template prints, with what is still open and what changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from flask import request, url_for

from app.kickoff.memo import (
    Change,
    Decision,
    Duty,
    DutyState,
    Find,
    GoalState,
    Missing,
    OpenPoint,
    RecordChange,
    ReuseMemo,
    SeenHit,
    open_points,
)
from app.kickoff.memo.blocks import Block
from app.kickoff.memo.pinning import origin_of
from app.kickoff.memo.wording import Words
from app.web.kickoff.selection import Selection, kickoff_address, kickoff_parameters, search_address, selection_id
from app.web.memo.form import TEXTS, carried, duty_field, find_field, goal_field
from app.web.memo.kept import KeptUnder
from app.web.memo.notices import MemoNotice, ShownProblem, at_fields
from app.web.shell.access import services
from app.web.shell.formats import moment
from app.web.shell.language import current_language
from app.web.shell.routing import difference_address, version_address
from app.web.shell.shown import Link
from app.web.shell.wording import _, ngettext


def shown_points(memo: ReuseMemo) -> tuple[Link, ...]:
    """Return the open points in the order of the document."""
    return tuple(_each_point(memo))


def _each_point(memo: ReuseMemo) -> Iterator[Link]:
    without_reason = iter(
        f"{find_field(number)}_text"
        for number, find in enumerate(memo.finds)
        if find.decision is not Decision.NOTED and not find.reason
    )
    for point in open_points(memo):
        field = next(without_reason) if point.code is Missing.REASON else _point_field(memo, point)
        yield Link(label=_point_words(point), href=f"#{field}")


def _point_field(memo: ReuseMemo, point: OpenPoint) -> str:
    if point.code is Missing.SEARCH:
        return "suche"
    if point.code is Missing.UNDECIDED:
        first = next(number for number, find in enumerate(memo.finds) if find.decision is Decision.NOTED)
        return f"{find_field(first)}-{Decision.NOTED}"
    if point.code is Missing.DUTY:
        return duty_field(Duty(point.params["duty"]))
    return TEXTS[point.code.value]


def _point_words(point: OpenPoint) -> str:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """A sentence about a record, where to see more, and the number of its find if a newer version can be taken."""

    title: str
    lang: str
    text: str
    links: tuple[Link, ...] = ()
    renewable: int = -1


def shown_changes(memo: ReuseMemo) -> tuple[ShownChange, ...]:
    """Return what changed, in the order of the finds."""
    numbers = {find.record.key: number for number, find in enumerate(memo.finds)}
    return tuple(_shown(change, numbers[change.record.key]) for change in services().memos.changes_since(memo))


def _shown(change: RecordChange, number: int) -> ShownChange:
    return ShownChange(
        title=change.record.title,
        lang=change.record.lang,
        text=_change_words(change),
        links=_change_links(change),
        renewable=number if change.change is Change.NEWER else -1,
    )


def _change_words(change: RecordChange) -> str:
    at = moment(change.at) if change.at else ""
    match change.change:
        case Change.NEWER:
            return _(
                "You read version %(read)s. Since %(at)s there is version %(newest)s.",
                read=change.record.ver,
                at=at,
                newest=change.ver,
            )
        case Change.WITHDRAWN:
            return _("The record was withdrawn on %(at)s. The page says why.", at=at)
        case Change.ALTERED:
            return _(
                "Under version %(read)s another text stands today than the one in the memo. "
                "Either the memo or the record was changed afterwards.",
                read=change.record.ver,
            )
        case Change.UNKNOWN:
            return _("This site does not have the record in that version, so it cannot say whether it changed.")


def _change_links(change: RecordChange) -> tuple[Link, ...]:
    record = change.record
    if change.change in (Change.ALTERED, Change.UNKNOWN):
        return ()
    origin = origin_of(record.home, services().settings.issuer)
    if change.change is Change.WITHDRAWN:
        return (Link(label=_("To the withdrawn record"), href=version_address(record.id, record.ver, origin)),)
    difference = difference_address(record.id, record.ver, change.ver or 0, origin)
    return (Link(label=_("See what changed"), href=difference),)


Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoPage:
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
    notices: tuple[MemoNotice, ...]
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


def memo_page(
    memo: ReuseMemo, kept: KeptUnder | None, problems: tuple[ShownProblem, ...], notices: tuple[MemoNotice, ...]
) -> MemoPage:
    """Return what the page of a memo shows; raises MemoInvalid where the memo is too large to travel."""
    memos, language = services().memos, current_language()
    parameters = kickoff_parameters(selection=selection_of(memo))
    judged = {find.record.address for find in memo.finds}
    hits = (hit for done in memo.searches for hit in done.hits)
    return MemoPage(
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
