# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The check of goals and leadership: ten questions before a project starts, and the lessons behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for

from app.kickoff.goals import PREFIX, GoalQuestion, goal_answers, goal_evidence, goal_questions
from app.kickoff.memo import GoalAnswer, GoalState, tidy
from app.kickoff.memo.wording import Words
from app.web.kickoff.selection import kickoff_address, search_address
from app.web.memo.form import ACTION, CARRIED, written
from app.web.shell.access import services
from app.web.shell.caching import keep_discreet
from app.web.shell.csrf import FIELD as CSRF
from app.web.shell.language import current_language
from app.web.shell.routing import is_memo_token, record_address
from app.web.shell.shown import Link
from app.web.shell.wording import _

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

TOKEN = "kennung"  # noqa: S105 - the name of a field
_OPEN_FIRST = (GoalState.NO, GoalState.UNKNOWN, GoalState.PARTLY, GoalState.YES)


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonBehind:
    """A lesson behind a question, and the record that learned it."""

    lesson: Link
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownQuestion:
    """A question with its answer so far; `field` is the name of its field."""

    field: str
    text: str
    hint: str
    answer: GoalState
    note: str
    evidence: tuple[LessonBehind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalCheck:
    """The page. `result` groups the questions by answer, open ones first, once somebody has answered.

    `hidden` is the form of a memo that is being written meanwhile, `memo` where the answers go.
    """

    questions: tuple[ShownQuestion, ...]
    answers: tuple[tuple[str, str], ...]
    result: tuple[tuple[str, tuple[ShownQuestion, ...]], ...]
    hidden: tuple[tuple[str, str], ...]
    here: str
    memo: str
    search: str


def goal_check(form: MultiDict[str, str]) -> GoalCheck:
    """Return the questions with the answers that a form holds; raises MemoInvalid for a memo that is none."""
    words, language = Words(current_language()), current_language()
    known = _known(form, language)
    questions = tuple(_shown(question, known, language) for question in goal_questions())
    is_answered = any(name.startswith(PREFIX) for name in form)
    token = form.get(TOKEN, "")
    memo = url_for("memo.edit_kept", token=token) if is_memo_token(token) else kickoff_address(url_for("memo.edit"))
    return GoalCheck(
        questions=questions,
        answers=tuple((state.value, words(f"goal.{state}")) for state in GoalState),
        result=tuple(_grouped(questions)) if is_answered else (),
        hidden=tuple(_travelling(form)),
        here=kickoff_address(url_for("goal_check.answered")),
        memo=memo,
        search=search_address(),
    )


def _known(form: MultiDict[str, str], language: str) -> Mapping[str, GoalAnswer]:
    """Return the answers so far by question, in whatever language it was asked."""
    if any(name.startswith(PREFIX) for name in form):
        fields = {name: tidy(value) for name, value in form.items() if name.startswith(PREFIX)}
        return {answer.question: answer for answer in goal_answers(fields, language)}
    if CARRIED in form:
        node = services()
        memo = written(node.memos.from_json(form[CARRIED].encode()), form, node.clock())
        return {answer.question: answer for answer in memo.goals}
    return {}


def _shown(question: GoalQuestion, known: Mapping[str, GoalAnswer], language: str) -> ShownQuestion:
    asked = (known[text] for text in question.text.values() if text in known)
    answer = next(asked, GoalAnswer(question=question.words(language)))
    return ShownQuestion(
        field=f"{PREFIX}{question.id}",
        text=question.words(language),
        hint=question.hint_words(language),
        answer=answer.answer,
        note=answer.note,
        evidence=tuple(_evidence(question)),
    )


def _evidence(question: GoalQuestion) -> Iterator[LessonBehind]:
    for one in goal_evidence(question, services().catalogue):
        href = kickoff_address(f"{record_address(one.entry.kind, one.entry.slug)}#lehre-{one.lesson.id}")
        yield LessonBehind(lesson=Link(label=one.lesson.statement, href=href, lang=one.lang), record=one.title)


def _grouped(questions: tuple[ShownQuestion, ...]) -> Iterator[tuple[str, tuple[ShownQuestion, ...]]]:
    titles = {
        GoalState.NO: _("Not settled"),
        GoalState.UNKNOWN: _("Not known yet"),
        GoalState.PARTLY: _("Settled in part"),
        GoalState.YES: _("Settled"),
    }
    for state in _OPEN_FIRST:
        found = tuple(question for question in questions if question.answer is state)
        if found:
            yield titles[state], found


def _travelling(form: MultiDict[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in form.items(multi=True):
        if not name.startswith(PREFIX) and name not in (CSRF, ACTION):
            yield name, value


blueprint = Blueprint("goal_check", __name__, url_prefix="/zielpruefung")
keep_discreet(blueprint)


@blueprint.get("")
def form() -> str:
    """Ask the questions."""
    return render_template("memo/goal_check.html", check=goal_check(request.form))


@blueprint.post("")
def answered() -> str:
    """Show what is still open, with everything that was typed; an open memo travels along."""
    return render_template("memo/goal_check.html", check=goal_check(request.form))
