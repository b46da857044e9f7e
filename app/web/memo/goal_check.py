"""The check of goals and leadership: ten questions before a project starts, and the lessons behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import Blueprint, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from app.kickoff.goals import PREFIX, GoalEvidence, GoalQuestion, goal_answers, goal_questions
from app.kickoff.memo.format import tidy
from app.kickoff.memo.memo import GoalAnswer, GoalState
from app.kickoff.memo.wording import Words
from app.web.kickoff.selection import kickoff_address
from app.web.memo.form import ACTION, CARRIED, written
from app.web.shell.access import services
from app.web.shell.csrf import FIELD as CSRF
from app.web.shell.language import current_language
from app.web.shell.page_cache import keep_discreet
from app.web.shell.routing import is_memo_token
from app.web.shell.wording import _

blueprint = Blueprint("goal_check", __name__, url_prefix="/zielpruefung")
keep_discreet(blueprint)

TOKEN = "kennung"  # noqa: S105 - the name of a field
Asked = tuple[GoalQuestion, GoalAnswer]


@blueprint.get("", endpoint="form")
@blueprint.post("", endpoint="answered")
def check() -> str:
    """Ask the questions and show what is still open; an open memo is carried in hidden fields.

    Raises MemoInvalid if somebody tampered with it.
    """
    form, language = request.form, current_language()
    words, known = Words(language), _known(form, language)
    asked: list[Asked] = []
    for question in goal_questions():
        answers = (known[text] for text in question.text.values() if text in known)
        asked.append((question, next(answers, GoalAnswer(question=question.words(language)))))
    token = form.get(TOKEN, "")
    return render_template(
        "memo/goal_check.html",
        language=language,
        asked=asked,
        answers=[(state.value, words(f"goal.{state}")) for state in GoalState],
        result=list(_grouped(asked)) if any(name.startswith(PREFIX) for name in form) else [],
        hidden=[
            (name, value)
            for name, value in form.items(multi=True)
            if not name.startswith(PREFIX) and name not in (CSRF, ACTION)
        ],
        memo=url_for("memo.edit_kept", token=token)
        if is_memo_token(token)
        else kickoff_address(url_for("chosen.edit")),
    )


def _known(form: MultiDict[str, str], language: str) -> Mapping[str, GoalAnswer]:
    """Return the answers so far by question, in the language in which it was asked."""
    if any(name.startswith(PREFIX) for name in form):
        fields = {name: tidy(value) for name, value in form.items() if name.startswith(PREFIX)}
        return {answer.question: answer for answer in goal_answers(fields, language)}
    if CARRIED in form:
        node = services()
        memo = written(node.memos.form.from_json(form[CARRIED].encode()), form, node.clock())
        return {answer.question: answer for answer in memo.goals}
    return {}


@blueprint.app_template_filter()
def evidence(question: GoalQuestion) -> tuple[GoalEvidence, ...]:
    """Return the lessons behind a question."""
    return services().kickoff.goal_lessons.of(question)


def _grouped(asked: list[Asked]) -> Iterator[tuple[str, list[GoalQuestion]]]:
    """Yield the questions by answer, open ones first."""
    titles = {
        GoalState.NO: _("Not settled"),
        GoalState.UNKNOWN: _("Not known yet"),
        GoalState.PARTLY: _("Settled in part"),
        GoalState.YES: _("Settled"),
    }
    for state, title in titles.items():
        found = [question for question, answer in asked if answer.answer is state]
        if found:
            yield title, found
