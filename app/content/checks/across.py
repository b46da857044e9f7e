# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rules that need all records at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.content.checks.references import Collection, Reference, references, resolve, unknown_terms
from app.content.checks.subject import Subject
from app.content.checks.vocabularies import TOPICS, TermUse, VocabularyFile, searchable_text, vocabulary_problems
from app.content.problem import Problem
from app.content.schema import SchemaSet
from app.content.structure import Draft


class Gathering:
    """Takes records one by one, keeps what the rules across them need, and gives the findings at the end."""

    def __init__(self, schemas: SchemaSet, vocabularies: Sequence[VocabularyFile]) -> None:
        self._routes = {kind.route: kind.name for kind in schemas.kinds}
        self._files = vocabularies
        self._vocabularies = {found.vocabulary.id: found.vocabulary for found in vocabularies}
        # Topics are an offer for records to come; other terms cost the search time and must earn their place.
        self._terms = [TermUse(found) for found in vocabularies if found.vocabulary.id != TOPICS]
        self._lessons: dict[str, frozenset[str]] = {}
        self._withdrawn: set[str] = set()
        self._holders: dict[tuple[str, str], str] = {}
        self._references: list[Reference] = []
        self._problems: list[Problem] = []

    @property
    def records(self) -> int:
        """How many records were taken."""
        return len(self._lessons)

    def add(self, subject: Subject) -> None:
        """Take a sound record."""
        self._lessons[subject.ref] = frozenset(str(entry["id"]) for _, entry in subject.objects("lessons"))
        for found in references(subject, self._routes):
            if isinstance(found, Reference):
                self._references.append(found)
            else:
                self._problems.append(found)
        self._problems += unknown_terms(subject, self._vocabularies)
        self._note_names(subject.draft)
        for term in self._terms:
            term.note(searchable_text(subject.front, subject.draft.document.body))

    def add_withdrawn(self, draft: Draft) -> None:
        """Take the note of a withdrawn record."""
        self._withdrawn.add(f"{draft.front['kind']}/{draft.path.partition('/')[2]}")
        self._note_names(draft)

    def findings(self) -> Iterator[Problem]:
        """Yield what is wrong between the records, and with the vocabularies."""
        yield from self._problems
        collection = Collection(lessons=self._lessons, withdrawn=frozenset(self._withdrawn))
        resolved = (resolve(reference, collection) for reference in self._references)
        yield from (problem for problem in resolved if problem)
        for found in self._files:
            yield from vocabulary_problems(found, self._vocabularies.get(TOPICS))
        for term in self._terms if self._lessons else ():
            yield from term.unused()

    def _note_names(self, draft: Draft) -> None:
        """Note identifier and folder name; a record that repeats one is at fault, not the one that had it first."""
        for what, value in (("id", str(draft.front["id"])), ("slug", draft.path.partition("/")[2])):
            other = self._holders.setdefault((what, value), draft.path)
            if other != draft.path:
                field = "id" if what == "id" else ""
                self._problems.append(draft.problem(f"duplicate_{what}", field, value=value, other=other))
