# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rules that need all records at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from app.content.checks.references import Collection
from app.content.checks.subject import Subject
from app.content.checks.vocabularies import TOPICS, VocabularyFile, searchable_text, unused_terms, vocabulary_problems
from app.content.problem import Problem
from app.content.schema import SchemaSet
from app.content.structure import Draft


def collection(
    schemas: SchemaSet, subjects: Iterable[Subject], withdrawn: Iterable[Draft], files: Iterable[VocabularyFile]
) -> Collection:
    """Return what references may lead to."""
    lessons = {s.ref: frozenset(str(entry["id"]) for _, entry in s.objects("lessons")) for s in subjects}
    return Collection(
        schemas=schemas,
        records=frozenset(lessons),
        withdrawn=frozenset(f"{draft.front['kind']}/{draft.path.partition('/')[2]}" for draft in withdrawn),
        lessons=lessons,
        vocabularies={found.vocabulary.id: found.vocabulary for found in files},
    )


def duplicates(drafts: Iterable[Draft]) -> Iterator[Problem]:
    """Report identifiers and folder names that more than one record has; the later ones are at fault."""
    holders: dict[tuple[str, str], list[Draft]] = defaultdict(list)
    for draft in drafts:
        holders["id", str(draft.front["id"])].append(draft)
        holders["slug", draft.path.partition("/")[2]].append(draft)
    for (what, value), found in holders.items():
        for draft in found[1:]:
            yield draft.problem(f"duplicate_{what}", "id" if what == "id" else "", value=value, other=found[0].path)


def vocabulary_findings(files: Iterable[VocabularyFile], subjects: Iterable[Subject]) -> Iterator[Problem]:
    """Report contradictions in the vocabularies and terms that no record uses."""
    files = tuple(files)
    texts = [searchable_text(subject.front, subject.draft.document.body) for subject in subjects]
    topics = next((found.vocabulary for found in files if found.vocabulary.id == TOPICS), None)
    for found in files:
        yield from vocabulary_problems(found, topics)
        # Topics are an offer for records to come; other terms cost the search time and must earn their place.
        if texts and found.vocabulary.id != TOPICS:
            yield from unused_terms(found, texts)
