"""Every question of the check rests on published lessons, and answers come back as they were given."""

import pytest

from app.kickoff.goals import GoalQuestion, LessonRef, goal_answers, goal_evidence, goal_questions
from app.kickoff.lessons import coming_phase
from app.kickoff.memo.memo import GoalState
from app.records.record import Record
from app.wiring import Services


@pytest.mark.parametrize("question", goal_questions(), ids=lambda question: question.id)
def test_each_lesson_behind_a_question_is_published(seeded: Services, question: GoalQuestion) -> None:
    evidence = list(goal_evidence(question, seeded.catalogue))
    assert len(question.evidence) >= 2
    assert [(one.entry.kind, one.entry.slug, one.lesson.id) for one in evidence] == [
        (ref.kind, ref.slug, ref.lesson) for ref in question.evidence
    ]


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


PHASES = ("idea", "concept", "proof_of_concept", "prototype", "pilot", "operation", "scaling", "ended")


@pytest.fixture(scope="module")
def records(seeded: Services) -> list[Record]:
    return [seeded.catalogue.record(entry) for entry in seeded.catalogue.heads("case-study")]


@pytest.mark.parametrize(
    ("phase", "coming"), [("idea", "concept"), ("scaling", "ended"), ("ended", "ended"), ("", ""), ("other", "")]
)
def test_the_coming_phase_is_the_one_after(phase: str, coming: str) -> None:
    assert coming_phase(phase, PHASES) == coming
