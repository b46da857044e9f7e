"""Vocabularies: concepts with their labels, read from the published line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol

import structlog

from app.records.document import Document, FrontMatterError, decode, load_yaml
from app.records.git.errors import ObjectMissing
from app.records.paths import VOCABULARY_FOLDER
from app.records.problem import Problem, Severity
from app.records.schema import SchemaSet
from app.records.schema.specification import in_language
from app.shared.errors import NotFound

TOPICS, PROGRAMMES = "topics", "programmes"
"""The vocabularies of the fields of action and of the funding programmes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One concept. `topic` is its field of action; a funding programme has `giver` and perhaps its official `site`."""

    id: str
    pref: Mapping[str, str]
    alt: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    topic: str | None = None
    note: Mapping[str, str] = field(default_factory=dict)
    match: tuple[str, ...] = ()
    giver: Mapping[str, str] = field(default_factory=dict)
    site: str = ""

    def label(self, lang: str) -> str:
        """Return the preferred label, or else the German one."""
        return in_language(self.pref, lang)

    def labels(self, lang: str | None = None) -> Iterator[tuple[str, str]]:
        """Yield language and label, preferred ones first; only those of `lang` if given."""
        for found in ("de", "en"):
            if lang in (None, found):
                if found in self.pref:
                    yield found, self.pref[found]
                yield from ((found, label) for label in self.alt.get(found, ()))


class Vocabulary:
    """The concepts of one file, found by id and by label."""

    def __init__(self, name: str, title: Mapping[str, str], concepts: tuple[Concept, ...]) -> None:
        self.id = name
        self.title = title
        self.concepts = concepts
        self._by_id = {concept.id: concept for concept in concepts}
        self._by_label: dict[str, list[Concept]] = defaultdict(list)
        self._narrower: dict[str, list[Concept]] = defaultdict(list)
        for concept in concepts:
            for label in dict.fromkeys(_folded(label) for _, label in concept.labels()):
                self._by_label[label].append(concept)
            for broader in concept.broader:
                self._narrower[broader].append(concept)

    @classmethod
    def parse(cls, raw: bytes | str) -> Vocabulary:
        """Read a file that `SchemaSet.validate_vocabulary` accepts. Raises FrontMatterError."""
        return _vocabulary(load_yaml(decode(raw))[0])

    def get(self, concept_id: str) -> Concept | None:
        """Return the concept with this id, or None."""
        return self._by_id.get(concept_id)

    def label(self, concept_id: str, lang: str) -> str:
        """Return the preferred label; an unknown id is returned unchanged."""
        concept = self._by_id.get(concept_id)
        return concept.label(lang) if concept else concept_id

    def find(self, term: str) -> tuple[Concept, ...]:
        """Return the concepts with this label in any language, ignoring case."""
        return tuple(self._by_label.get(_folded(term), ()))

    def narrower(self, concept_id: str) -> tuple[Concept, ...]:
        """Return the concepts that name this one as broader."""
        return tuple(self._narrower.get(concept_id, ()))

    def related(self, concept_id: str) -> tuple[Concept, ...]:
        """Return the concepts related to this one, whichever of the two names the other."""
        named = self._by_id[concept_id].related if concept_id in self._by_id else ()
        return tuple(one for one in self.concepts if one.id in named or concept_id in one.related)


@dataclass(frozen=True, slots=True, kw_only=True)
class VocabularyFile:
    """A vocabulary, and its document, which has the line number of each concept."""

    file: str
    vocabulary: Vocabulary
    document: Document

    def problem(self, code: str, index: int, part: str, severity: Severity = Severity.ERROR, **params: str) -> Problem:
        """Return a problem at a part of the concept at this position."""
        path = f"concepts.{index}.{part}" if part else f"concepts.{index}"
        line = self.document.line(path)
        return Problem(file=self.file, line=line, field=path, code=code, severity=severity, params=params)


def read_vocabulary(file: str, raw: bytes, schemas: SchemaSet) -> VocabularyFile | tuple[Problem, ...]:
    """Return the vocabulary in a file, or the problems that prevent it."""
    try:
        front, lines = load_yaml(decode(raw))
    except FrontMatterError as error:
        return (Problem(file=file, line=error.line, code=error.code, params=error.params),)
    document = Document(front=front, body="", lines=lines)
    problems = tuple(
        Problem(file=file, line=document.line(e.path), field=e.path, code=e.code, params=e.params)
        for e in schemas.validate_vocabulary(front)
    )
    return problems or VocabularyFile(file=file, vocabulary=_vocabulary(front), document=document)


def _vocabulary(front: Mapping[str, Any]) -> Vocabulary:
    return Vocabulary(front["id"], front["title"], tuple(_concept(entry) for entry in front["concepts"]))


def _concept(entry: Mapping[str, Any]) -> Concept:
    return Concept(
        id=entry["id"],
        pref=entry["pref"],
        alt={lang: tuple(labels) for lang, labels in entry.get("alt", {}).items()},
        broader=tuple(entry.get("broader", ())),
        related=tuple(entry.get("related", ())),
        topic=entry.get("topic"),
        note=entry.get("note", {}),
        match=tuple(entry.get("match", ())),
        giver=entry.get("giver", {}),
        site=entry.get("site", ""),
    )


def _folded(label: str) -> str:
    return " ".join(label.casefold().split())


_log = structlog.get_logger(__name__)


class VocabularyMissing(NotFound):
    """No good version of the vocabulary `name` has ever been published."""

    name: str


class VocabularySource(Protocol):
    """A source of vocabulary files: the repository, or its copy on a machine that only reads."""

    def head(self) -> str:
        """Return a name for the current state."""

    def vocabulary_names(self) -> tuple[str, ...]:
        """Return the names of all vocabularies, sorted."""

    def vocabulary(self, name: str, commit: str | None = None) -> bytes:
        """Return the file of a vocabulary in its current state, or in the state `commit`."""

    def vocabulary_commits(self, name: str) -> Sequence[str]:
        """Return the states in which the file changed, newest first."""


class VocabularyReader:
    """Reads published vocabularies."""

    def __init__(self, repository: VocabularySource, schemas: SchemaSet) -> None:
        """Read from `repository` and check with `schemas`."""
        self._repository = repository
        self._schemas = schemas

    def get(self, name: str) -> Vocabulary:
        """Return the newest good version of the vocabulary `name` (`topics`); raises VocabularyMissing."""
        for commit in chain([self._repository.head()], self._repository.vocabulary_commits(name)):
            try:
                found = self._read(name, commit)
            except ObjectMissing:
                continue
            if isinstance(found, VocabularyFile):
                return found.vocabulary
            _log.warning("vocabulary.broken", name=name, commit=commit, codes=[problem.code for problem in found])
        raise VocabularyMissing(name)

    def problems(self, name: str) -> tuple[Problem, ...]:
        """Return the problems of the published file `name`, if any. Raises ObjectMissing."""
        found = self._read(name, self._repository.head())
        return () if isinstance(found, VocabularyFile) else found

    def _read(self, name: str, commit: str) -> VocabularyFile | tuple[Problem, ...]:
        raw = self._repository.vocabulary(name, commit)
        return read_vocabulary(f"{VOCABULARY_FOLDER}/{name}.yaml", raw, self._schemas)
