"""Checks a whole content folder with its records and vocabularies, and reports the outcome for people and programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from app.records.checks.references import KnownRecords, Reference, references, resolve, unknown_terms
from app.records.checks.rules import besides, single_problems
from app.records.checks.sound_record import SoundRecord, SoundRecordReader
from app.records.checks.wording import describe_field, word
from app.records.json_value import JsonValue
from app.records.paths import INDEX_FILE, VOCABULARY_FOLDER
from app.records.problem import InvalidRecord, Problem, Severity
from app.records.schema import SchemaError, SchemaSet
from app.records.structure import RecordFile
from app.records.vocabulary import PROGRAMMES, TOPICS, Concept, Vocabulary, VocabularyFile, read_vocabulary
from app.shared.clock import Clock, utc_now
from app.shared.errors import NotFound
from app.shared.wording import translator


class NoContentFolder(NotFound):
    """Neither the path nor any folder above it contains folders of records."""

    path: Path

    message = "%(path)s is no content folder and lies in none"


def content_root(path: Path, schemas: SchemaSet) -> Path:
    """Return the content folder that is or contains `path`; raises NoContentFolder if there is none."""
    names = {kind.plural for kind in schemas.kinds} | {VOCABULARY_FOLDER}
    for candidate in (path.resolve(), *path.resolve().parents):
        if candidate.name not in names and any((candidate / name).is_dir() for name in names):
            return candidate
    raise NoContentFolder(path)


def record_folders(root: Path, schemas: SchemaSet) -> Iterator[Path]:
    """Yield the folders that contain an `index.md`, in order."""
    for kind in schemas.kinds:
        parent = root / kind.plural
        for folder in sorted(parent.iterdir()) if parent.is_dir() else ():
            if (folder / INDEX_FILE).is_file():
                yield folder


def strays(root: Path, schemas: SchemaSet) -> Iterator[Problem]:
    """Report files and folders that nothing reads: unknown folders, files without a record, folders inside records."""
    plurals = {kind.plural for kind in schemas.kinds}
    for entry in sorted(root.iterdir()):
        if entry.is_dir() and entry.name not in plurals | {VOCABULARY_FOLDER} and not entry.name.startswith("."):
            yield _stray(root, entry, "unknown_folder", folder=entry.name, allowed=", ".join(sorted(plurals)))
        elif entry.is_dir() and entry.name in plurals:
            for record in sorted(entry.iterdir()):
                if not (record / INDEX_FILE).is_file():
                    yield _stray(root, record, "no_record_here")
                    continue
                yield from (
                    _stray(root, inner, "folder_in_record") for inner in sorted(record.iterdir()) if inner.is_dir()
                )


def _stray(root: Path, entry: Path, code: str, **params: str) -> Problem:
    file = entry.relative_to(root).as_posix()
    return Problem(file=file, code=code, severity=Severity.WARNING, params=params)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All findings in a fixed order: by file, line, field and code. `folders` are those of the records checked."""

    problems: tuple[Problem, ...]
    schemas: SchemaSet
    folders: tuple[str, ...] = ()

    @property
    def records(self) -> int:
        return len(self.folders)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Findings that keep a record from being published."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Findings to look at again."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.WARNING)

    def below(self, prefix: str) -> Report:
        """Return the report on one file or folder only; "." means all."""
        if prefix in ("", "."):
            return self
        kept = tuple(p for p in self.problems if p.file == prefix or p.file.startswith(f"{prefix}/"))
        folders = tuple(one for one in self.folders if f"{one}/".startswith(f"{prefix}/"))
        # The path of a single file, as an editor passes it, belongs to one record.
        folders = folders or tuple(one for one in self.folders if prefix.startswith(f"{one}/"))
        return Report(problems=kept, schemas=self.schemas, folders=folders)

    def to_json(self, lang: str = "en") -> str:
        """Return `{"records", "errors", "warnings", "problems": […]}` as JSON text."""
        head = {"records": self.records, "errors": len(self.errors), "warnings": len(self.warnings)}
        return json.dumps(
            {**head, "problems": [self._entry(p, lang) for p in self.problems]}, ensure_ascii=False, indent=2
        )

    def to_text(self, lang: str = "de") -> str:
        """Return one paragraph for each finding, file and line first, and the counts last."""
        counts = translator(lang).gettext(
            "Checked: %(records)s records. Errors: %(errors)s. Notes: %(warnings)s.",
            records=self.records, errors=len(self.errors), warnings=len(self.warnings),
        )  # fmt: skip
        return "\n".join([*(self._paragraph(problem, lang) for problem in self.problems), counts])

    def _entry(self, problem: Problem, lang: str) -> dict[str, object]:
        wording = word(problem, lang)
        return {
            "file": problem.file,
            "line": problem.line,
            "field": problem.field,
            "label": self._label(problem, lang),
            "code": problem.code,
            "severity": problem.severity.value,
            "message": wording.message,
            "remedy": wording.remedy,
            "params": dict(problem.params),
        }

    def _paragraph(self, problem: Problem, lang: str) -> str:
        wording = word(problem, lang)
        place = f"{problem.file}:{problem.line}" if problem.line else problem.file
        field = self._label(problem, lang)
        where = f"{field}: " if field else ""
        return f"{place}: {wording.severity}: {where}{wording.message}\n    {wording.remedy}"

    def _label(self, problem: Problem, lang: str) -> str:
        try:
            kind = self.schemas.kind_of_folder(problem.file.partition("/")[0])
        except SchemaError:
            kind = None
        return describe_field(problem.field, kind, lang)


def read_vocabulary_file(path: Path, root: Path, schemas: SchemaSet) -> VocabularyFile | tuple[Problem, ...]:
    """Return the vocabulary in a file, whose name must be the vocabulary's id, or the problems of the file."""
    found = read_vocabulary(path.relative_to(root).as_posix(), path.read_bytes(), schemas)
    if isinstance(found, VocabularyFile) and found.vocabulary.id != path.stem:
        params = {"id": found.vocabulary.id, "expected": path.stem}
        line = found.document.line("id")
        return (Problem(file=found.file, line=line, field="id", code="vocabulary_id", params=params),)
    return found


def vocabulary_problems(found: VocabularyFile, topics: Vocabulary | None) -> Iterator[Problem]:
    """Report duplicate ids and labels, missing broader and related concepts, cycles, and unknown topics."""
    concepts = found.vocabulary.concepts
    known = {concept.id: concept for concept in concepts}
    seen: set[str] = set()
    labels: dict[tuple[str, str], str] = {}
    for index, concept in enumerate(concepts):
        if concept.id in seen:
            yield found.problem("duplicate_value", index, "id", value=concept.id)
        seen.add(concept.id)
        yield from _relations(found, index, concept, known)
        if concept.topic and topics and not topics.get(concept.topic):
            allowed = ", ".join(topic.id for topic in topics.concepts)
            yield found.problem("unknown_term", index, "topic", value=concept.topic, allowed=allowed)
        yield from _labels(found, index, concept, labels)


class TermUse:
    """Collects which concepts of a vocabulary occur in texts; a concept broader than one of them counts as used."""

    def __init__(self, found: VocabularyFile) -> None:
        self._file = found
        self._labels = {
            concept.id: [label.casefold() for _, label in concept.labels()] for concept in found.vocabulary.concepts
        }
        self._unseen = set(self._labels)

    def note(self, text: str) -> None:
        """Note the concepts that occur in one text."""
        if self._unseen:
            folded = text.casefold()
            seen = {name for name in self._unseen if any(label in folded for label in self._labels[name])}
            self._unseen -= seen

    def unused(self) -> Iterator[Problem]:
        """Report concepts that occur in no text and are not broader than one that does."""
        used = set(self._labels) - self._unseen
        for index, concept in enumerate(self._file.vocabulary.concepts):
            below = {narrower.id for narrower in self._file.vocabulary.narrower(concept.id)}
            if concept.id not in used and not below & used:
                label = concept.label("de")
                yield self._file.problem("unused_term", index, "", Severity.WARNING, value=concept.id, label=label)


def _relations(found: VocabularyFile, index: int, concept: Concept, known: Mapping[str, Concept]) -> Iterator[Problem]:
    for part, names in (("broader", concept.broader), ("related", concept.related)):
        for name in names:
            if name not in known:
                yield found.problem("unknown_term", index, part, value=name, allowed="")
            elif name == concept.id:
                yield found.problem("points_to_itself", index, part, target=name)
    if _circle(concept, known):
        yield found.problem("broader_circle", index, "broader", value=concept.id)


def _circle(concept: Concept, known: Mapping[str, Concept]) -> bool:
    """Return whether the concept is broader than itself; each concept of the cycle is reported once."""
    above, waiting = set[str](), [name for name in concept.broader if name != concept.id]
    while waiting:
        name = waiting.pop()
        if name == concept.id:
            return True
        if name not in above and name in known:
            above.add(name)
            waiting.extend(known[name].broader)
    return False


def _labels(
    found: VocabularyFile, index: int, concept: Concept, labels: dict[tuple[str, str], str]
) -> Iterator[Problem]:
    for lang, label in concept.labels():
        key = (lang, label.casefold())
        if key in labels:
            yield found.problem("label_twice", index, "", label=label, other=labels[key])
        labels.setdefault(key, concept.id)


def searchable_text(front: Mapping[str, JsonValue], body: str) -> str:
    """Return the text that a search for a record looks through."""
    keywords = front.get("keywords", ())
    listed = " ".join(map(str, keywords)) if isinstance(keywords, Sequence) and not isinstance(keywords, str) else ""
    return f"{front.get('title', '')}\n{front.get('summary', '')}\n{listed}\n{body}"


class CrossChecks:
    """Collects what the rules across records need from each record, and returns the findings at the end."""

    def __init__(self, schemas: SchemaSet, vocabularies: Sequence[VocabularyFile]) -> None:
        self._routes = {kind.route: kind.name for kind in schemas.kinds}
        self._files = vocabularies
        self._vocabularies = {found.vocabulary.id: found.vocabulary for found in vocabularies}
        # Unused topics and programmes are kept for future records; unused other terms would only slow down the search.
        self._terms = [TermUse(found) for found in vocabularies if found.vocabulary.id not in (TOPICS, PROGRAMMES)]
        self.folders: list[str] = []
        """The folders of the records added."""
        self._lessons: dict[str, frozenset[str]] = {}
        self._withdrawn: set[str] = set()
        self._holders: dict[tuple[str, str], str] = {}
        self._references: list[Reference] = []
        self._problems: list[Problem] = []

    def add(self, subject: SoundRecord, faults: Sequence[Problem] = ()) -> None:
        """Add a record, or what remains of one with these faults."""
        if not faults:
            self.folders.append(subject.draft.path)
        self._lessons[subject.ref] = frozenset(str(entry["id"]) for _, entry in subject.objects("lessons"))
        named = list(references(subject, self._routes))
        self._references += [found for found in named if isinstance(found, Reference)]
        wrong = (found for found in named if isinstance(found, Problem))
        self._problems += besides(faults, chain(wrong, unknown_terms(subject, self._vocabularies)))
        self._note_names(subject.draft)
        for term in self._terms:
            term.note(searchable_text(subject.front, subject.draft.document.body))

    def add_withdrawn(self, draft: RecordFile) -> None:
        """Add the tombstone of a withdrawn record."""
        self._withdrawn.add(f"{draft.front['kind']}/{draft.path.partition('/')[2]}")
        self._note_names(draft)

    def findings(self) -> Iterator[Problem]:
        """Yield the problems between records, and those of the vocabularies."""
        yield from self._problems
        collection = KnownRecords(lessons=self._lessons, withdrawn=frozenset(self._withdrawn))
        resolved = (resolve(reference, collection) for reference in self._references)
        yield from (problem for problem in resolved if problem)
        for found in self._files:
            yield from vocabulary_problems(found, self._vocabularies.get(TOPICS))
        for term in self._terms if self._lessons else ():
            yield from term.unused()

    def _note_names(self, draft: RecordFile) -> None:
        """Note identifier and folder name; if two records share one, the second gets the error."""
        for what, value in (("id", str(draft.front.get("id", ""))), ("slug", draft.path.partition("/")[2])):
            other = self._holders.setdefault((what, value), draft.path)
            if value and other != draft.path:
                field = "id" if what == "id" else ""
                self._problems.append(draft.problem(f"duplicate_{what}", field, value=value, other=other))


class Checker:
    """Applies all rules; `clock` returns the current time."""

    def __init__(self, schemas: SchemaSet, clock: Clock = utc_now) -> None:
        self._schemas = schemas
        self._reader = SoundRecordReader(schemas, clock().date())

    def check_tree(self, root: Path) -> Report:
        """Return all problems below `root`, which contains the folders of records and vocabularies."""
        problems = [*strays(root, self._schemas)]
        gathering = CrossChecks(self._schemas, self._read_vocabularies(root, problems))
        for folder in record_folders(root, self._schemas):
            problems += self._one(folder, gathering)
        problems += gathering.findings()
        in_order = tuple(sorted(problems, key=lambda problem: problem.order))
        return Report(problems=in_order, schemas=self._schemas, folders=tuple(gathering.folders))

    def check_path(self, path: Path) -> Report:
        """Return the problems of a path, checked against its whole content folder. Raises NoContentFolder."""
        root = content_root(path, self._schemas)
        return self.check_tree(root).below(path.resolve().relative_to(root).as_posix())

    def _one(self, folder: Path, gathering: CrossChecks) -> Iterable[Problem]:
        path = f"{folder.parent.name}/{folder.name}"
        sizes = {entry.name: entry.stat().st_size for entry in sorted(folder.iterdir()) if entry.is_file()}
        text = (folder / INDEX_FILE).read_bytes()
        del sizes[INDEX_FILE]

        def load(name: str) -> bytes:
            return (folder / name).read_bytes()

        try:
            found = self._reader.read(path, text, sizes, load)
        except InvalidRecord as error:
            rest = self._reader.remainder(error, text, sizes, load)
            if rest is None:
                return error.problems
            gathering.add(rest, error.problems)
            return (*error.problems, *besides(error.problems, single_problems(rest)))
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
