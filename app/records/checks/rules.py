"""All rules that a record is checked by, other records left aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TypeAlias

from app.records.checks.claims import unsourced_blocks, unsourced_claims, unsourced_fields, unused_sources
from app.records.checks.costs import costs
from app.records.checks.figures import figures
from app.records.checks.files import media, translations
from app.records.checks.language import language
from app.records.checks.persons import persons
from app.records.checks.plausibility import advice, dates, fares, outcome
from app.records.checks.relations import weak_relations
from app.records.checks.repetition import repeated_figures
from app.records.checks.sound_record import SoundRecord
from app.records.checks.statements import statements
from app.records.paths import INDEX_FILE
from app.records.problem import Problem
from app.records.record import StoredFile
from app.records.record_reader import CONTENT_LIMIT, canonical_content, sound_file
from app.records.schema import SchemaSet
from app.records.structure import RecordFile

_ANY_HASH = "0" * 64


def size(subject: SoundRecord) -> Iterator[Problem]:
    """Yield a problem when the record is too large to be handed on; quotation marks and line ends count twice."""
    names = (name for name in subject.files if name != INDEX_FILE)
    files = [StoredFile(name=name, size=subject.files[name], sha256=_ANY_HASH) for name in names]
    if len(canonical_content(subject.front, subject.draft.document.body, files)) > CONTENT_LIMIT:
        yield subject.error("record_too_large", "", limit=str(CONTENT_LIMIT // 1024))


Rule: TypeAlias = Callable[[SoundRecord], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    unsourced_claims,
    unsourced_fields,
    unsourced_blocks,
    unused_sources,
    outcome,
    advice,
    fares,
    costs,
    dates,
    figures,
    repeated_figures,
    statements,
    weak_relations,
    media,
    translations,
    language,
    persons,
    size,
)


class SoundRecordReader:
    """Makes subjects of files by the rules of one set of schemas; `today` is the day of the check."""

    def __init__(self, schemas: SchemaSet, today: date) -> None:
        self._schemas = schemas
        self._today = today

    def read(
        self, path: str, text: bytes | str, files: Mapping[str, int], read: Callable[[str], bytes]
    ) -> SoundRecord | RecordFile:
        """Return the record in folder `path`, or the draft of a sound note of withdrawal.

        Raises InvalidRecord: the text is neither.
        """
        draft = sound_file(path, text, self._schemas)
        if draft.is_withdrawal:
            return draft
        kind = self._schemas.kind_of_folder(path.partition("/")[0])
        return SoundRecord(draft=draft, kind=kind, today=self._today, files=files, read=read)


def single_problems(subject: SoundRecord) -> Iterator[Problem]:
    """Yield what is wrong with a record, other records left aside."""
    for rule in RULES:
        yield from rule(subject)
