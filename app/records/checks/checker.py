"""Checks a record, a file or a whole folder of content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from app.records.checks.folder import RecordFolder, content_root, record_folders, strays
from app.records.checks.references import KnownRecords, Reference, references, resolve, unknown_terms
from app.records.checks.report import Report
from app.records.checks.rules import SoundRecordReader, single_problems
from app.records.checks.sound_record import SoundRecord
from app.records.checks.vocabularies import TermUse, read_vocabulary_file, searchable_text, vocabulary_problems
from app.records.paths import VOCABULARY_FOLDER
from app.records.problem import InvalidRecord, Problem
from app.records.schema import SchemaSet
from app.records.structure import RecordFile
from app.records.vocabulary import PROGRAMMES, TOPICS, VocabularyFile
from app.shared.clock import Clock, utc_now


class CrossChecks:
    """Takes records one by one, keeps what the rules across them need, and gives the findings at the end."""

    def __init__(self, schemas: SchemaSet, vocabularies: Sequence[VocabularyFile]) -> None:
        self._routes = {kind.route: kind.name for kind in schemas.kinds}
        self._files = vocabularies
        self._vocabularies = {found.vocabulary.id: found.vocabulary for found in vocabularies}
        # Topics and programmes are an offer for records to come; other terms cost the search time and must earn it.
        self._terms = [TermUse(found) for found in vocabularies if found.vocabulary.id not in (TOPICS, PROGRAMMES)]
        self._lessons: dict[str, frozenset[str]] = {}
        self._withdrawn: set[str] = set()
        self._holders: dict[tuple[str, str], str] = {}
        self._references: list[Reference] = []
        self._problems: list[Problem] = []

    @property
    def records(self) -> int:
        """How many records were taken."""
        return len(self._lessons)

    def add(self, subject: SoundRecord) -> None:
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

    def add_withdrawn(self, draft: RecordFile) -> None:
        """Take the note of a withdrawn record."""
        self._withdrawn.add(f"{draft.front['kind']}/{draft.path.partition('/')[2]}")
        self._note_names(draft)

    def findings(self) -> Iterator[Problem]:
        """Yield what is wrong between the records, and with the vocabularies."""
        yield from self._problems
        collection = KnownRecords(lessons=self._lessons, withdrawn=frozenset(self._withdrawn))
        resolved = (resolve(reference, collection) for reference in self._references)
        yield from (problem for problem in resolved if problem)
        for found in self._files:
            yield from vocabulary_problems(found, self._vocabularies.get(TOPICS))
        for term in self._terms if self._lessons else ():
            yield from term.unused()

    def _note_names(self, draft: RecordFile) -> None:
        """Note identifier and folder name; a record that repeats one is at fault, not the one that had it first."""
        for what, value in (("id", str(draft.front["id"])), ("slug", draft.path.partition("/")[2])):
            other = self._holders.setdefault((what, value), draft.path)
            if other != draft.path:
                field = "id" if what == "id" else ""
                self._problems.append(draft.problem(f"duplicate_{what}", field, value=value, other=other))


Progress = Callable[[int], None]
"""Is told the number of records read so far."""


class Checker:
    """Applies all rules; `clock` says which day it is."""

    def __init__(self, schemas: SchemaSet, clock: Clock = utc_now) -> None:
        self._schemas = schemas
        self._reader = SoundRecordReader(schemas, clock().date())

    def check_tree(self, root: Path) -> Report:
        """Return everything that is wrong below `root`, which holds the folders of records and vocabularies."""
        problems = [*strays(root, self._schemas)]
        gathering = CrossChecks(self._schemas, self._read_vocabularies(root, problems))
        for folder in record_folders(root, self._schemas):
            problems += self._one(folder, gathering)
        problems += gathering.findings()
        return Report(problems=_sorted(problems), schemas=self._schemas, records=gathering.records)

    def check_path(self, path: Path) -> Report:
        """Return what is wrong with a folder or file of a content folder, checked against the rest of it.

        Raises NoContentFolder: the path lies in none.
        """
        root = content_root(path, self._schemas)
        return self.check_tree(root).below(path.resolve().relative_to(root).as_posix())

    def _one(self, folder: RecordFolder, gathering: CrossChecks) -> Iterable[Problem]:
        try:
            found = self._reader.read(folder.path, folder.text(), folder.sizes(), folder.reader())
        except InvalidRecord as error:
            return error.problems
        if isinstance(found, SoundRecord):
            gathering.add(found)
            return single_problems(found)
        gathering.add_withdrawn(found)
        return ()

    def _read_vocabularies(self, root: Path, problems: list[Problem]) -> list[VocabularyFile]:
        vocabularies: list[VocabularyFile] = []
        for path in sorted((root / VOCABULARY_FOLDER).glob("*.yaml")):
            found = read_vocabulary_file(path, root, self._schemas)
            if isinstance(found, VocabularyFile):
                vocabularies.append(found)
            else:
                problems += found
        return vocabularies


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.order))
