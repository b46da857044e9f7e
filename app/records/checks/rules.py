"""All rules for a single record, without regard to other records."""

from collections.abc import Iterable, Iterator

from app.records.checks.claims import (
    advice,
    dates,
    fares,
    outcome,
    title_place,
    unsourced_blocks,
    unsourced_claims,
    unsourced_fields,
    unused_sources,
)
from app.records.checks.figures import costs, figures, repeated_figures, statements
from app.records.checks.files import media, translations
from app.records.checks.language import language
from app.records.checks.persons import persons
from app.records.checks.references import weak_relations
from app.records.checks.sound_record import SoundRecord
from app.records.paths import INDEX_FILE
from app.records.problem import Problem, Severity
from app.records.record import StoredFile
from app.records.record_reader import CONTENT_LIMIT, canonical_content


def size(subject: SoundRecord) -> Iterator[Problem]:
    """Report a record that is too large to be exchanged; quotation marks and line ends count twice."""
    names = (name for name in subject.files if name != INDEX_FILE)
    files = [StoredFile(name=name, size=subject.files[name], sha256="0" * 64) for name in names]
    if len(canonical_content(subject.front, subject.draft.document.body, files)) > CONTENT_LIMIT:
        yield subject.error("record_too_large", "", limit=str(CONTENT_LIMIT // 1024))


RULES = (
    unsourced_claims,
    unsourced_fields,
    unsourced_blocks,
    unused_sources,
    outcome,
    title_place,
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


def single_problems(subject: SoundRecord) -> Iterator[Problem]:
    """Yield the problems of a record, without regard to other records."""
    for rule in RULES:
        yield from rule(subject)


def besides(faults: Iterable[Problem], found: Iterable[Problem]) -> Iterator[Problem]:
    """Yield those problems `found` in the remainder of a record that `faults` elsewhere in it did not cause.

    Warnings are left out until all faults are fixed. Without faults, all problems are yielded.
    """
    faulty = {problem.entry for problem in faults}
    no_media = any(entry.startswith("media") for entry in faulty)
    for problem in found:
        hidden = problem.severity is not Severity.ERROR or problem.entry in faulty - {"body"}
        if not faulty or not (hidden or (no_media and problem.code == "picture_not_listed")):
            yield problem
