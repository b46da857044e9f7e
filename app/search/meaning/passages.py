"""The passages of a record that are compared with a question: each states one thing and names its subject."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from app.records.json_value import JsonValue
from app.records.record import Record
from app.search.document import plain

LONGEST = 1500
"""Letters; longer passages are cut."""
LESSON, SECTION = "lesson:", "section:"
"""Prefix of the id in a passage's part, so that a page can link there."""


class LessonName(NamedTuple):
    """A lesson, by the uid of its record and its own id."""

    uid: str
    lesson: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the record ("summary", "lesson:<id>", "section:<id>" …); `shown` is its text without the title."""

    part: str
    text: str
    shown: str

    def key(self, model: str) -> bytes:
        """Return the key of its vector (SHA-256), the same for equal texts of all records."""
        return hashlib.sha256(f"{model}\0{self.text}".encode()).digest()


def passages(record: Record) -> tuple[Passage, ...]:
    """Return the passages of a record, the most informative first, without places, which are searched by words."""
    found = {one.text: one for one in _passages(record)}
    return tuple(found.values())


def _passages(record: Record) -> Iterator[Passage]:
    def about(part: str, *texts: str) -> Passage:
        return _passage(part, record.title, *texts)

    yield about("summary", record.summary)
    yield about("keywords", ", ".join(record.keywords))
    for number, question in enumerate(record.questions):
        yield _passage(f"questions:{number}", "", question)
    for lesson in record.lessons:
        words = lesson.statement, lesson.because or "", lesson.recommendation
        yield _passage(f"{LESSON}{lesson.id}", "", *words)
    note = record.data.get("outcome_note")
    if isinstance(note, Mapping):
        yield about("outcome_note", *_texts(note, "text"))
    for number, result in enumerate(_items(record, "results")):
        yield about(f"results:{number}", *_texts(result, "statement"))
    for number, step in enumerate(_items(record, "steps")):
        yield about(f"steps:{number}", *_texts(step, "title", "text"))
    for section in record.sections:
        yield about(f"{SECTION}{section.id}", section.title, plain(section.markdown))


def _passage(part: str, title: str, *texts: str) -> Passage:
    shown = _joined(texts)
    return Passage(part, _joined([title, shown])[:LONGEST], shown)


def _joined(texts: Iterable[str]) -> str:
    return " ".join(". ".join(text.strip().rstrip(".") for text in texts if text.strip()).split())


def _items(record: Record, key: str) -> Iterable[JsonValue]:
    found = record.data.get(key)
    return found if isinstance(found, (list, tuple)) else ()


def _texts(item: JsonValue, *keys: str) -> Iterator[str]:
    if isinstance(item, Mapping):
        yield from (value for key in keys if isinstance(value := item.get(key), str))
