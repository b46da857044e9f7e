"""Lessons beside a question where there is no model; with it, see tests/functional/search/test_alike.py."""

from __future__ import annotations

from dataclasses import replace

from app.kickoff.goals import goal_questions
from app.wiring import Services


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
