# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rules that need one record only, and how a file becomes their subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TypeAlias

from app.content.checks.claims import unsourced_blocks, unsourced_claims, unused_sources
from app.content.checks.dates import dates
from app.content.checks.figures import figures
from app.content.checks.language.rules import language
from app.content.checks.media import media, translations
from app.content.checks.outcome import outcome
from app.content.checks.size import size
from app.content.checks.subject import Subject
from app.content.problem import InvalidRecord, Problem
from app.content.reading import WITHDRAWN_SCHEMA, RecordReader
from app.content.schema import SchemaSet
from app.content.structure import Draft, structural_problems, withdrawal_problems

Rule: TypeAlias = Callable[[Subject], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    unsourced_claims,
    unsourced_blocks,
    unused_sources,
    outcome,
    dates,
    figures,
    media,
    translations,
    language,
    size,
)


class SubjectReader:
    """Makes subjects of files by the rules of one set of schemas; `today` is the day of the check."""

    def __init__(self, schemas: SchemaSet, today: date) -> None:
        self._schemas = schemas
        self._reader = RecordReader(schemas)
        self._today = today

    def read(
        self, path: str, text: bytes | str, files: Mapping[str, int], read: Callable[[str], bytes]
    ) -> Subject | Draft:
        """Return the record in folder `path`, or the draft of a sound note of withdrawal.

        Raises:
            InvalidRecord: the text is neither.
        """
        draft = self._reader.draft(path, text)
        withdrawn = draft.front.get("schema") == WITHDRAWN_SCHEMA
        problems = (withdrawal_problems if withdrawn else structural_problems)(draft, self._schemas)
        if problems:
            raise InvalidRecord(path, tuple(problems))
        if withdrawn:
            return draft
        kind = self._schemas.kind_of_folder(path.partition("/")[0])
        return Subject(draft=draft, kind=kind, today=self._today, files=files, read=read)


def single_problems(subject: Subject) -> Iterator[Problem]:
    """Yield what is wrong with a record, other records left aside."""
    for rule in RULES:
        yield from rule(subject)
