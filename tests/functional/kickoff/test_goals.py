"""Every question of the check rests on published lessons, and answers come back as they were given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.kickoff.goals import GoalQuestion, LessonRef, goal_answers, goal_evidence, goal_questions
from app.kickoff.memo.memo import GoalState
from app.wiring import Services


@pytest.mark.parametrize("question", goal_questions(), ids=lambda question: question.id)
def test_each_lesson_behind_a_question_is_published(seeded: Services, question: GoalQuestion) -> None:
    evidence = list(goal_evidence(question, seeded.catalogue))
    assert len(question.evidence) >= 2
    assert [(one.entry.kind, one.entry.slug, one.lesson.id) for one in evidence] == [
        (ref.kind, ref.slug, ref.lesson) for ref in question.evidence
    ]


def test_asks_at_most_ten_questions_in_both_languages() -> None:
    asked = goal_questions()
    assert 8 <= len(asked) <= 10
    assert len({question.id for question in asked}) == len(asked)
    for question in asked:
        assert all(text.get(lang) for text in (question.text, question.hint) for lang in ("de", "en"))
        assert question.words("de") != question.words("en")


def test_answers_keep_the_words_of_the_question_and_count_the_rest_as_open() -> None:
    first, second, third, *others = goal_questions()
    form = {f"ziel_{first.id}": "partly", f"ziel_{first.id}_text": "  Rat im März ", f"ziel_{second.id}": "perhaps"}
    answers = goal_answers({**form, f"ziel_{third.id}": "no", "ziel_other": "yes"}, "en")
    assert len(answers) == len(others) + 3
    assert (answers[0].question, answers[0].answer, answers[0].note) == (
        first.words("en"),
        GoalState.PARTLY,
        "Rat im März",
    )
    assert [answer.answer for answer in answers[1:3]] == [GoalState.UNKNOWN, GoalState.NO]
    assert {answer.answer for answer in answers[3:]} == {GoalState.UNKNOWN}


def test_a_lesson_that_is_not_published_here_is_left_out(seeded: Services) -> None:
    real = goal_questions()[0]
    gone = [LessonRef("case-study", "none", "x"), LessonRef("case-study", "nottuln-dorffunk-ende", "none")]
    asked = GoalQuestion(id=real.id, text=real.text, hint=real.hint, evidence=(*gone, real.evidence[0]))
    assert [one.lesson.id for one in goal_evidence(asked, seeded.catalogue)] == [real.evidence[0].lesson]


# Where there is no model; with it, see tests/functional/search/test_alike.py.
def test_words_find_further_lessons_of_other_records(seeded: Services) -> None:
    strategy = next(question for question in goal_questions() if question.id == "strategy")
    found = seeded.kickoff.goal_lessons.of(strategy)
    chosen = [(ref.slug, ref.lesson) for ref in strategy.evidence]
    assert [(one.entry.slug, one.lesson.id) for one in found[: len(chosen)]] == chosen
    further = found[len(chosen) :]
    assert len(further) == 2
    assert not {one.entry.slug for one in further} & {slug for slug, _lesson in chosen}


def test_node_without_the_chosen_lessons_shows_its_own(seeded: Services) -> None:
    bare = replace(goal_questions()[0], evidence=())
    assert len(seeded.kickoff.goal_lessons.of(bare)) == 3
