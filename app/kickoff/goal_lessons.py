"""The lessons shown with the questions about goals and leadership: those chosen for each, and others that fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from app.catalogue import CatalogueService
from app.kickoff.goals import GoalEvidence, GoalQuestion, goal_evidence
from app.kickoff.offers import record_of
from app.search.document import parts_of, uid_of
from app.search.meaning.passages import LessonName
from app.search.query import SearchQuery
from app.search.service import SearchService

if TYPE_CHECKING:
    from app.search.meaning.service import MeaningService

FURTHER = 2
"""So many beside those that were chosen."""
AT_LEAST = 3
"""Where a node carries few of these, so many altogether."""
_ASKED_IN = "de"
"""The chosen lessons answer the questions in this language, whatever the page is read in."""


class GoalLessons:
    """Finds them in the records of this node and of others. Safe for all threads of a process."""

    def __init__(
        self, catalogue: CatalogueService, search: SearchService, meaning: Callable[[], MeaningService | None]
    ) -> None:
        """Go by `meaning` for what was not chosen, and by words where there is none."""
        self._catalogue = catalogue
        self._search = search
        self._meaning = meaning

    def of(self, question: GoalQuestion) -> tuple[GoalEvidence, ...]:
        """Return the lessons of a question, the chosen ones first, each of another record."""
        chosen = goal_evidence(question, self._catalogue)
        most = max(FURTHER, AT_LEAST - len(chosen))
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
        """Return a lesson as it is published now; None where it is gone."""
        origin, record_id = parts_of(name.uid)
        entry = self._catalogue.visible().get(record_id, origin)
        record = record_of(self._catalogue, entry)
        lesson = record.lesson(name.lesson) if record else None
        if entry is None or record is None or lesson is None:
            return None
        return GoalEvidence(entry=entry, title=record.title, lang=record.lang, lesson=lesson)
