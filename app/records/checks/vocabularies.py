"""Vocabulary files: valid by their schema, without contradictions, and used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from app.records.json_value import JsonValue
from app.records.problem import Problem, Severity
from app.records.schema import SchemaSet
from app.records.vocabulary import Concept, Vocabulary, VocabularyFile, read_vocabulary


def read_vocabulary_file(path: Path, root: Path, schemas: SchemaSet) -> VocabularyFile | tuple[Problem, ...]:
    """Return the vocabulary in a file called like it, or what is wrong with it."""
    found = read_vocabulary(path.relative_to(root).as_posix(), path.read_bytes(), schemas)
    if isinstance(found, VocabularyFile) and found.vocabulary.id != path.stem:
        params = {"id": found.vocabulary.id, "expected": path.stem}
        line = found.document.line("id")
        return (Problem(file=found.file, line=line, field="id", code="vocabulary_id", params=params),)
    return found


def vocabulary_problems(found: VocabularyFile, topics: Vocabulary | None) -> Iterator[Problem]:
    """Report ids and labels given twice, broader and related concepts that are not there, circles, unknown topics."""
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
    """Watches which concepts of a vocabulary the texts use; a concept above a used one counts as used."""

    def __init__(self, found: VocabularyFile) -> None:
        self._file = found
        self._labels = {
            concept.id: [label.casefold() for _, label in concept.labels()] for concept in found.vocabulary.concepts
        }
        self._unseen = set(self._labels)

    def note(self, text: str) -> None:
        """Take one text into account."""
        if self._unseen:
            folded = text.casefold()
            seen = {name for name in self._unseen if any(label in folded for label in self._labels[name])}
            self._unseen -= seen

    def unused(self) -> Iterator[Problem]:
        """Report concepts that neither occur in a text nor stand above one that does."""
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
    """Tell whether the concept is above itself; reported once for each concept of the circle."""
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
    """Return what a reader could find a record by."""
    keywords = front.get("keywords", ())
    listed = " ".join(map(str, keywords)) if isinstance(keywords, Sequence) and not isinstance(keywords, str) else ""
    return f"{front.get('title', '')}\n{front.get('summary', '')}\n{listed}\n{body}"
