"""The check of goals and leadership: questions, each with the lessons it rests on, and the answers to them.

Follows the statement for the hearing of the German parliament's committee on 18 October 2023 (20(24)188-H).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

from app.catalogue import CatalogueEntry, CatalogueService, RecordNotFound, RecordWithdrawn
from app.kickoff.memo.memo import GoalAnswer, GoalState
from app.records.document import load_yaml
from app.records.problem import InvalidRecord
from app.records.record import Lesson
from app.records.schema.specification import in_language

PREFIX = "ziel_"
"""The name of a form field is this and the id of the question."""
NOTE_LENGTH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonRef:
    """A lesson by the name of its record: "case-study/<slug>#<lesson id>"."""

    kind: str
    slug: str
    lesson: str

    @classmethod
    def parse(cls, text: str) -> LessonRef:
        record, _, lesson = text.partition("#")
        kind, _, slug = record.partition("/")
        return cls(kind=kind, slug=slug, lesson=lesson)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalQuestion:
    """One question with a hint, in German and English, and the lessons that teach it."""

    id: str
    text: Mapping[str, str]
    hint: Mapping[str, str]
    evidence: tuple[LessonRef, ...]

    def words(self, lang: str) -> str:
        return in_language(self.text, lang)

    def hint_words(self, lang: str) -> str:
        return in_language(self.hint, lang)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalEvidence:
    """A lesson that a question rests on, as it is published now; `lang` is the language of the record."""

    entry: CatalogueEntry
    title: str
    lang: str
    lesson: Lesson


@cache
def goal_questions() -> tuple[GoalQuestion, ...]:
    """Return the questions in the order in which to ask them."""
    front, _ = load_yaml(files("app.kickoff").joinpath("data/goal_check.yaml").read_text(encoding="utf-8"))
    return tuple(_question(entry) for entry in cast("list[Mapping[str, Any]]", front["questions"]))


def goal_evidence(question: GoalQuestion, catalogue: CatalogueService) -> tuple[GoalEvidence, ...]:
    """Return the lessons behind a question; what a node does not carry, or has withdrawn, is left out."""
    return tuple(_published(question, catalogue))


def goal_answers(form: Mapping[str, str], lang: str) -> tuple[GoalAnswer, ...]:
    """Return an answer to each question from the fields `ziel_<id>` (yes, partly, no) and `ziel_<id>_text`.

    Anything else counts as open. The questions are kept in the words in which they were asked.
    """
    return tuple(_answer(question, form, lang) for question in goal_questions())


def _answer(question: GoalQuestion, form: Mapping[str, str], lang: str) -> GoalAnswer:
    given = form.get(f"{PREFIX}{question.id}", "")
    return GoalAnswer(
        question=question.words(lang),
        answer=GoalState(given) if given in set(GoalState) else GoalState.UNKNOWN,
        note=form.get(f"{PREFIX}{question.id}_text", "").strip()[:NOTE_LENGTH],
    )


def _published(question: GoalQuestion, catalogue: CatalogueService) -> Iterator[GoalEvidence]:
    for ref in question.evidence:
        try:
            entry = catalogue.head_by_slug(ref.kind, ref.slug)
            record = catalogue.record(entry)
        except (RecordNotFound, RecordWithdrawn, InvalidRecord):
            continue
        lesson = record.lesson(ref.lesson)
        if lesson is not None:
            yield GoalEvidence(entry=entry, title=record.title, lang=record.lang, lesson=lesson)


def _question(entry: Mapping[str, Any]) -> GoalQuestion:
    return GoalQuestion(
        id=entry["id"],
        text=entry["question"],
        hint=entry["hint"],
        evidence=tuple(LessonRef.parse(ref) for ref in entry["evidence"]),
    )
