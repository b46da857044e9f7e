"""The check of goals and leadership, after the statement 20(24)188-H for the Bundestag's hearing of 18 Oct 2023."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from app.catalogue import CatalogueEntry, CatalogueService, RecordNotFound, RecordWithdrawn
from app.kickoff.memo.memo import GoalAnswer, GoalState
from app.kickoff.offers import record_of
from app.records.document import load_yaml
from app.records.problem import InvalidRecord
from app.records.record import Lesson
from app.records.schema.specification import in_language
from app.search.document import parts_of, uid_of
from app.search.meaning.passages import LessonName
from app.search.query import SearchQuery
from app.search.service import SearchService

if TYPE_CHECKING:
    from app.search.meaning.service import MeaningService

PREFIX = "ziel_"
"""Prefix of a form field; the id of the question follows."""
NOTE_LENGTH = 1_000


class LessonRef(NamedTuple):
    """A lesson by the name of its record: "case-study/<slug>#<lesson id>"."""

    kind: str
    slug: str
    lesson: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalQuestion:
    """One question with a hint, in German and English, and its lessons."""

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
    """A lesson behind a question in its published version; `lang` is the language of the record."""

    entry: CatalogueEntry
    title: str
    lang: str
    lesson: Lesson


@cache
def goal_questions() -> tuple[GoalQuestion, ...]:
    """Return the questions in display order."""
    front, _ = load_yaml(files("app.kickoff").joinpath("data/goal_check.yaml").read_text(encoding="utf-8"))
    return tuple(
        GoalQuestion(
            id=entry["id"],
            text=entry["question"],
            hint=entry["hint"],
            evidence=tuple(LessonRef(*re.split("[/#]", ref)) for ref in entry["evidence"]),
        )
        for entry in cast("list[Mapping[str, Any]]", front["questions"])
    )


def goal_answers(form: Mapping[str, str], lang: str) -> tuple[GoalAnswer, ...]:
    """Return the answers in `ziel_<id>` (yes, partly, no; otherwise open) and `ziel_<id>_text`, with the questions."""
    answers = []
    for question in goal_questions():
        given, note = form.get(f"{PREFIX}{question.id}", ""), form.get(f"{PREFIX}{question.id}_text", "")
        state = GoalState(given) if given in set(GoalState) else GoalState.UNKNOWN
        answers.append(GoalAnswer(question=question.words(lang), answer=state, note=note.strip()[:NOTE_LENGTH]))
    return tuple(answers)


def goal_evidence(question: GoalQuestion, catalogue: CatalogueService) -> Iterator[GoalEvidence]:
    """Yield the lessons behind a question, without those that the node lacks or has withdrawn."""
    for ref in question.evidence:
        try:
            entry = catalogue.head_by_slug(ref.kind, ref.slug)
            record = catalogue.record(entry)
        except (RecordNotFound, RecordWithdrawn, InvalidRecord):
            continue
        lesson = record.lesson(ref.lesson)
        if lesson is not None:
            yield GoalEvidence(entry=entry, title=record.title, lang=record.lang, lesson=lesson)


FURTHER_LESSONS = 2
"""Lessons shown beside the chosen ones."""
MIN_LESSONS = 3
"""Lessons shown at least, if the node has only a few of the chosen ones."""
_ASKED_IN = "de"
"""Language in which the chosen lessons answer the questions, for pages in any language."""


class GoalLessons:
    """Finds lessons in the records of this node and of others. Safe for all threads of a process."""

    def __init__(
        self, catalogue: CatalogueService, search: SearchService, meaning: Callable[[], MeaningService | None]
    ) -> None:
        """Find further lessons by `meaning`, or by words if that is unavailable."""
        self._catalogue = catalogue
        self._search = search
        self._meaning = meaning

    def of(self, question: GoalQuestion) -> tuple[GoalEvidence, ...]:
        """Return the lessons of a question, the chosen ones first, each of another record."""
        chosen = tuple(goal_evidence(question, self._catalogue))
        most = max(FURTHER_LESSONS, MIN_LESSONS - len(chosen))
        names = [LessonName(uid_of(one.entry), one.lesson.id) for one in chosen]
        return (*chosen, *islice(filter(None, map(self._read, self._further(question, names, most))), most))

    def _further(self, question: GoalQuestion, chosen: Sequence[LessonName], most: int) -> list[LessonName]:
        meaning, text = self._meaning(), question.words(_ASKED_IN)
        near = meaning.lessons(text, chosen, most) if meaning else None
        if near is not None:
            return near
        known = {one.uid for one in chosen}
        hits = self._search.search(SearchQuery(text=text)).hits
        return [LessonName(hit.uid, hit.lessons[0]) for hit in hits if hit.lessons and hit.uid not in known]

    def _read(self, name: LessonName) -> GoalEvidence | None:
        """Return the published version of a lesson; None if it is gone."""
        origin, record_id = parts_of(name.uid)
        entry = self._catalogue.visible().get(record_id, origin)
        record = record_of(self._catalogue, entry)
        lesson = record.lesson(name.lesson) if record else None
        if entry is None or record is None or lesson is None:
            return None
        return GoalEvidence(entry=entry, title=record.title, lang=record.lang, lesson=lesson)
