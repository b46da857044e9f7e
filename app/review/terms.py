"""Publishes changed vocabularies at once: only editors may, and no text of a record changes."""

from __future__ import annotations

from collections.abc import Sequence

from app.identity import Action, Person, Subject
from app.records.checks.checker import vocabulary_problems
from app.records.commits import EditConflict
from app.records.problem import Problem
from app.records.sharing.pushed import PushedVocabulary, PushFault, PushRefused
from app.records.vocabulary import TOPICS, VocabularyFile, read_vocabulary
from app.review.context import ReviewContext
from app.review.permissions import permit
from app.review.publisher import Publisher


class TermService:
    """The use cases of vocabularies."""

    def __init__(self, context: ReviewContext, publisher: Publisher) -> None:
        self._context = context
        self._publisher = publisher

    def publish(self, pushed: Sequence[PushedVocabulary], person: Person, reason: str) -> tuple[Problem, ...]:
        """Publish the vocabularies, or return all problems and publish nothing. Raises NotAllowed and PushRefused."""
        permit(person, Action.CURATE, Subject())
        problems = self._problems(pushed)
        if not problems:
            with self._context.lock():
                self._put(pushed, person, reason)
            self._context.reread_vocabularies()
            self._publisher.follow_up()
        return problems

    def _problems(self, pushed: Sequence[PushedVocabulary]) -> tuple[Problem, ...]:
        problems: list[Problem] = []
        read: list[tuple[PushedVocabulary, VocabularyFile]] = []
        for one in pushed:
            found = read_vocabulary(one.path, one.text, self._context.schemas)
            if isinstance(found, VocabularyFile):
                read.append((one, found))
            else:
                problems += found
        known = {**self._context.vocabularies, **{file.vocabulary.id: file.vocabulary for _one, file in read}}
        for one, file in read:
            problems += vocabulary_problems(file, known.get(TOPICS))
            before = self._context.vocabularies[one.name].concepts
            # Records here and on other nodes name a term by its id.
            problems += (
                Problem(file=one.path, field="concepts", code="term_missing", params={"value": concept.id})
                for concept in before
                if file.vocabulary.get(concept.id) is None
            )
        return tuple(problems)

    def _put(self, pushed: Sequence[PushedVocabulary], person: Person, reason: str) -> None:
        repository = self._context.repository
        head = repository.head()
        outdated = PushRefused(PushFault.NO_COMMON_GROUND)
        if any(repository.vocabulary(one.name, head) != one.base for one in pushed):
            raise outdated
        try:
            repository.write(
                {one.path: one.text for one in pushed},
                message=reason.partition("\n")[0],
                expected_head=head,
                author=person.pseudonym,
            )
        except EditConflict as error:
            raise outdated from error
        with self._context.sessions.begin() as db:
            self._context.audit.add(db, person.id, "vocabulary", "", updated=str(len(pushed)))
