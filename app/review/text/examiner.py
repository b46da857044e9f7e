"""Turns a submission into a checked text."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from app.catalogue import CatalogueService, RecordNotFound, RecordWithdrawn
from app.records.checks.references import KnownRecords, Reference, references, resolve, unknown_terms
from app.records.checks.rules import besides, single_problems
from app.records.checks.sound_record import SoundRecord, SoundRecordReader
from app.records.document import FrontMatterError
from app.records.paths import INDEX_FILE, is_file_name, is_of_device
from app.records.problem import InvalidRecord, Problem, Severity
from app.records.record import Record, StoredFile, Withdrawn
from app.records.record_reader import RecordReader, assembled
from app.records.schema import KindSchema, SchemaSet
from app.records.vocabulary import Vocabulary
from app.review.submission import RawText, Submission
from app.review.text.record_text import completed, compose
from app.review.text.stored import StoredText
from app.shared.clock import Clock
from app.shared.kept import Recent


class ReferenceRules:
    """Applies the rules across records to one record, reading only the records that it names."""

    def __init__(self, schemas: SchemaSet, catalogue: CatalogueService, vocabularies: Mapping[str, Vocabulary]) -> None:
        self._routes = {kind.route: kind.name for kind in schemas.kinds}
        self._catalogue = catalogue
        self._vocabularies = vocabularies

    @property
    def vocabularies(self) -> tuple[Vocabulary, ...]:
        """Return the vocabularies that terms are looked up in; a changed one is a different object."""
        return tuple(self._vocabularies.values())

    def problems(self, subject: SoundRecord) -> Iterator[Problem]:
        """Yield problems for references that lead nowhere and terms that are in no vocabulary."""
        named: list[Reference] = []
        for found in references(subject, self._routes):
            if isinstance(found, Reference):
                named.append(found)
            else:
                yield found
        collection = self._collection({reference.target for reference in named}, subject)
        yield from (problem for reference in named if (problem := resolve(reference, collection)))
        yield from unknown_terms(subject, self._vocabularies)

    def _collection(self, targets: set[str], subject: SoundRecord) -> KnownRecords:
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
        return KnownRecords(lessons=lessons, withdrawn=frozenset(withdrawn))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A text and its problems. `record` is None if it cannot be read; `files` include `index.md`."""

    path: str
    files: Mapping[str, bytes]
    problems: tuple[Problem, ...]
    record: Record | None = None

    @property
    def index(self) -> bytes:
        """Return the bytes of `index.md`, empty if it could not be written."""
        return self.files.get(INDEX_FILE, b"")

    @property
    def is_sound(self) -> bool:
        """Return whether nothing prevents its publication."""
        return self.record is not None and not any(p.severity is Severity.ERROR for p in self.problems)


_CACHE_SIZE = 32
"""Checked texts kept in memory."""
Stamp = tuple[int, tuple[Vocabulary, ...], date]
_Found = tuple[Record | None, tuple[Problem, ...]]


class Examiner:
    """Applies to one text all rules of `check` and the receive hook, and the rules of identity."""

    def __init__(self, schemas: SchemaSet, catalogue: CatalogueService, rules: ReferenceRules, clock: Clock) -> None:
        self._schemas = schemas
        self._reader = RecordReader(schemas)
        self._catalogue = catalogue
        self._rules = rules
        self._clock = clock
        self._found: Recent[Hashable, _Found] = Recent(_CACHE_SIZE)

    @property
    def today(self) -> date:
        return self._clock().date()

    def kind(self, name: str) -> KindSchema:
        return self._schemas.kind(name)

    def kind_at(self, path: str) -> KindSchema:
        """Return the schema of the records in the same folder as `path`; raises SchemaError."""
        return self._schemas.kind_of_folder(path.partition("/")[0])

    def written(self, submission: Submission, base: StoredText | None) -> bytes:
        """Return the `index.md` of a submission; raises FrontMatterError if it cannot be written."""
        text = submission.text
        if isinstance(text, RawText):
            return text.index
        kind = self.kind(submission.kind)
        record = base.found if base and isinstance(base.found, Record) else None
        front = completed(kind, text.front, record, self.today)
        return compose(kind, front, text.sections, base.index if base and record else None)

    def stamp(self) -> Stamp:
        """Return what a check depends on besides the text: the catalogue's state, the vocabularies and the day."""
        return self._catalogue.last_seq(), self._rules.vocabularies, self.today

    def check_written(self, path: str, write: Callable[[], Mapping[str, bytes]], base: StoredText | None) -> Checked:
        """Return the result of `check` for the files from `write`, or the problem if it raises FrontMatterError."""
        try:
            files = write()
        except FrontMatterError as error:
            problem = Problem(file=f"{path}/{INDEX_FILE}", code=error.code, line=error.line, params=error.params)
            return Checked(path=path, files={}, problems=(problem,))
        return self.check(path, files, base)

    def check(self, path: str, files: Mapping[str, bytes], base: StoredText | None) -> Checked:
        """Return the text in folder `path` with all its problems; `base` is the version that it is based on."""
        # Cached, because pages of drafts and proposals, and decisions, check the same text again and again.
        beside, text, stamp = described(files), files[INDEX_FILE], self.stamp()
        known = (path, sha256(text).digest(), beside, stamp)
        record, of_text = self._found.get(known, lambda: self._read(path, files, beside))
        problems = [*of_text, *_name_problems(path, files, base)]
        if record is not None:
            problems += self._identity(path, record, base)
        ordered = tuple(sorted(problems, key=lambda problem: problem.order))
        return Checked(path=path, files=files, problems=ordered, record=record)

    def read(self, path: str, files: Mapping[str, bytes]) -> Record | Withdrawn:
        return self._reader.read_any(path, files[INDEX_FILE], described(files), files.__getitem__)

    def read_text(self, path: str, index: bytes, files: Sequence[StoredFile]) -> Record | Withdrawn:
        """Return the content of a text without reading the files beside it; raises InvalidRecord."""
        return self._reader.read_any(path, index, files)

    def _read(self, path: str, files: Mapping[str, bytes], beside: tuple[StoredFile, ...]) -> _Found:
        sizes = {file.name: file.size for file in beside}
        load = files.__getitem__
        reader = SoundRecordReader(self._schemas, self.today)
        try:
            found = reader.read(path, files[INDEX_FILE], sizes, load)
            if not isinstance(found, SoundRecord):
                return None, (Problem(file=f"{path}/{INDEX_FILE}", code="withdrawn", line=1),)
            record = assembled(found.draft, beside, load=load)
        except InvalidRecord as error:
            rest = reader.remainder(error, files[INDEX_FILE], sizes, load)
            others = (*single_problems(rest), *self._rules.problems(rest)) if rest else ()
            return None, (*error.problems, *besides(error.problems, others))
        return record, (*single_problems(found), *self._rules.problems(found))

    def _identity(self, path: str, record: Record, base: StoredText | None) -> list[Problem]:
        file = f"{path}/{INDEX_FILE}"
        if base is not None:
            known = base.found.id
            changed = Problem(file=file, field="id", code="id_changed", params={"id": known})
            return [] if known == record.id else [changed]
        try:
            entry = self._catalogue.head(record.id)
        except RecordWithdrawn as error:
            entry = error.entry
        except RecordNotFound:
            return []
        owner = f"{entry.kind}/{entry.slug}"
        taken = Problem(file=file, field="id", code="id_taken", params={"record": owner})
        return [taken] if owner != record.ref else []


def described(files: Mapping[str, bytes]) -> tuple[StoredFile, ...]:
    """Return name, size and hash of the files beside `index.md`, by name."""
    return tuple(
        StoredFile(name=name, size=len(data), sha256=sha256(data).hexdigest())
        for name, data in sorted(files.items())
        if name != INDEX_FILE
    )


def _name_problems(path: str, files: Mapping[str, bytes], base: StoredText | None) -> Iterator[Problem]:
    """Report names that a repository must not contain, and new names that some systems cannot check out."""
    text, slug = f"{path}/{INDEX_FILE}", path.partition("/")[2]
    if base is None and is_of_device(slug):
        yield Problem(file=text, code="slug_reserved", params={"slug": slug})
    for name in files:
        params = {"file": name}
        if not is_file_name(name):
            yield Problem(file=text, field="media", code="file_name", params=params)
        elif is_of_device(name) and not (base and name in base.files):
            yield Problem(file=text, field="media", code="file_name_reserved", params=params)
