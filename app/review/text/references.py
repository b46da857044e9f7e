# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a proposed record points to must be published here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.catalogue import CatalogueService, RecordNotFound, RecordWithdrawn
from app.content.checks.references import Collection, Reference, references, resolve, unknown_terms
from app.content.checks.subject import Subject
from app.content.problem import Problem
from app.content.schema import SchemaSet
from app.content.vocabulary import Vocabulary


class ReferenceRules:
    """Applies the rules across records to one of them, reading only the records that it names."""

    def __init__(self, schemas: SchemaSet, catalogue: CatalogueService, vocabularies: Mapping[str, Vocabulary]) -> None:
        """Look records up in `catalogue` and terms in `vocabularies`."""
        self._routes = {kind.route: kind.name for kind in schemas.kinds}
        self._catalogue = catalogue
        self._vocabularies = vocabularies

    def problems(self, subject: Subject) -> Iterator[Problem]:
        """Yield references that lead nowhere and terms that no vocabulary knows."""
        named: list[Reference] = []
        for found in references(subject, self._routes):
            if isinstance(found, Reference):
                named.append(found)
            else:
                yield found
        collection = self._collection({reference.target for reference in named}, subject)
        yield from (problem for reference in named if (problem := resolve(reference, collection)))
        yield from unknown_terms(subject, self._vocabularies)

    def _collection(self, targets: set[str], subject: Subject) -> Collection:
        own = frozenset(str(entry["id"]) for _, entry in subject.objects("lessons"))
        lessons: dict[str, frozenset[str]] = {subject.ref: own}
        withdrawn: set[str] = set()
        for target in targets - {subject.ref}:
            kind, _, slug = target.partition("/")
            try:
                record = self._catalogue.record(self._catalogue.head_by_slug(kind, slug))
            except RecordWithdrawn:
                withdrawn.add(target)
            except RecordNotFound:
                continue
            else:
                lessons[target] = frozenset(lesson.id for lesson in record.lessons)
        return Collection(lessons=lessons, withdrawn=frozenset(withdrawn))
