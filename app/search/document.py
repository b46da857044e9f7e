"""From a record to what an engine is given of it: texts, places, and the facets that the schema marks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum

from app.catalogue.entry import CatalogueEntry
from app.records.five_lines.lines import EVENT
from app.records.json_value import JsonValue
from app.records.record import Lesson, Record, last_look
from app.records.record_reader import wording
from app.records.schema import FieldSpec, SchemaSet
from app.search.port import IndexDocument, LessonText

PLACE = "gemeinde"
"""The facet of the places of a record by their names: nobody chooses from so many, so they are counted where one is."""
MERITS, WORDINGS = "merkmale", "fassungen"
"""All criteria of a product that a solution meets, as one value; further wordings of a record by their languages."""
USES = "nutzt"
"""The facet of the solutions and concepts that a record uses, by their names."""
ENDING, OPEN, REVIEW_BY = "ende", "offen", "pruefung"
"""How a project ended, what a record leaves open, and the day by which somebody should look at it again."""
INNER = frozenset({MERITS, WORDINGS, ENDING, OPEN, REVIEW_BY})
"""Facets that pages of this site ask for and no reader, so that they are no parameters."""
ON_REQUEST = INNER | {PLACE}
"""Facets that are counted only where one of their values is asked for."""
KIND = "art"
STATE, SIZE_CLASS, PLACE_KIND = "land", "groesse", "gemeindetyp"
FIRST = (KIND, "thema", STATE, PLACE, SIZE_CLASS, PLACE_KIND)


def facet_keys(schemas: SchemaSet) -> tuple[str, ...]:
    """All facets, the most asked for first; a key is the name of the URL parameter."""
    marked = (str(spec.facet) for kind in schemas.kinds for _path, spec in kind.facets())
    return tuple(dict.fromkeys([*FIRST, *marked]))


def facet_values(record: Record, schemas: SchemaSet) -> Mapping[str, tuple[str, ...]]:
    """Facet -> values of a record; facets without a value are left out."""
    marked = schemas.kind(record.kind).facets()
    found = {str(spec.facet): _values(_at(record.data, path)) for path, spec in marked}
    places = record.municipalities
    found[STATE] = tuple(dict.fromkeys(place.state for place in places if place.state))
    found[PLACE] = tuple(dict.fromkeys(place.name for place in places))
    found[SIZE_CLASS] = tuple(dict.fromkeys(place.size_class for place in places if place.size_class))
    found[WORDINGS] = tuple(dict.fromkeys(one.lang for one in record.translations))
    found[PLACE_KIND] = tuple(dict.fromkeys(place.kind for place in places))
    if record.data.get("outcome") == EVENT:
        found.pop("phase", None)
    found[ENDING] = tuple(_ending(record))
    found[OPEN] = tuple(_left_open(record, schemas))
    found[REVIEW_BY] = (record.review_by,)
    return {key: values for key, values in found.items() if values}


class Ending(StrEnum):
    """How a project ended: as a whole, in a part (a reason is told, but it was not stopped), or as it was planned.

    TOLD stands beside the first two where reasons are told.
    """

    STOPPED = "stopped"
    PARTLY = "partly"
    OVER = "over"
    TOLD = "told"


def _ending(record: Record) -> Iterator[Ending]:
    """Yield nothing for what goes on, for what was no project, and for other kinds."""
    outcome, is_told = record.data.get("outcome"), bool(record.data.get("stop_reason"))
    if outcome == EVENT:
        return
    if outcome == "stopped" or is_told:
        yield Ending.STOPPED if outcome == "stopped" else Ending.PARTLY
        if is_told:
            yield Ending.TOLD
    elif record.data.get("phase") == "ended":
        yield Ending.OVER


class Question(StrEnum):
    """What readers ask of a record and it leaves open."""

    COST = "cost"
    CONTACT = "contact"
    DURATION = "duration"
    RESULT = "outcome"
    ANSWER = "answer"


def _left_open(record: Record, schemas: SchemaSet) -> Iterator[Question]:
    asked, data = schemas.kind(record.kind).by_key, record.data
    # One of the two is enough to tell what something costs.
    if "costs" in asked and not data.get("costs") and not data.get("price"):
        yield Question.COST
    if "contact" in asked and not data.get("contact"):
        yield Question.CONTACT
    period = data.get("period")
    dates = period if isinstance(period, Mapping) else {}
    if "period" in asked and _UNKNOWN in (dates.get("start", _UNKNOWN), dates.get("end")):
        yield Question.DURATION
    if data.get("outcome") == _UNKNOWN:
        yield Question.RESULT
    if "answered_by" in asked and not data.get("answered_by"):
        yield Question.ANSWER


_UNKNOWN = "unknown"


def value_labels(record: Record, schemas: SchemaSet, languages: Sequence[str]) -> Iterator[str]:
    """The values of facets and of searched fields in words, so that `eingestellt` finds what was stopped."""
    for spec in schemas.kind(record.kind).fields:
        yield from dict.fromkeys(_labels(spec, record.data.get(spec.key), languages))


def _labels(spec: FieldSpec, value: JsonValue, languages: Sequence[str]) -> Iterator[str]:
    if spec.facet or spec.searched:
        for one in _scalars(value):
            yield from (spec.value_label(one, lang) for lang in languages if spec.vocabulary is None)
    for row in value if isinstance(value, (list, tuple)) else (value,):
        if isinstance(row, Mapping):
            for key, inner in row.items():
                part = spec.part(key)
                yield from _labels(part, inner, languages) if part else ()


def contents(schemas: SchemaSet, derived: Sequence[str]) -> str:
    """Name everything that decides what is taken out of a record: with another one an index is to be built anew."""
    listed = [(kind.name, kind.fields) for kind in schemas.kinds if kind.listed]
    kinds = [(name, [_described(spec) for spec in fields]) for name, fields in listed]
    described = repr([kinds, list(derived), FIRST, sorted(INNER)])
    return hashlib.sha256(described.encode()).hexdigest()[:16]


def _described(spec: FieldSpec) -> tuple[object, ...]:
    choices = [(choice.value, sorted(choice.labels.items())) for choice in spec.choices]
    parts = [_described(part) for part in (*spec.properties, *([spec.items] if spec.items else []))]
    return spec.key, spec.type, spec.facet, spec.searched, spec.vocabulary, choices, parts


def _at(data: Mapping[str, JsonValue], path: str) -> JsonValue:
    """Return the value of a field, or those of a part of each object in a list."""
    key, _dot, part = path.partition(".")
    value = data.get(key)
    if not part:
        return value
    rows = value if isinstance(value, (list, tuple)) else (value,)
    return tuple(row.get(part) for row in rows if isinstance(row, Mapping))


def _values(value: JsonValue) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(one) for one in _scalars(value)))


def _scalars(value: JsonValue) -> tuple[str | int, ...]:
    several = value if isinstance(value, (list, tuple)) else (value,)
    return tuple(one for one in several if isinstance(one, (str, int)) and not isinstance(one, bool))


LANGUAGES = ("de", "en")
ORIGIN, HERE = "herkunft", "hier"
"""The facet that tells from which node a record comes, and its value for this node's own."""
PROBLEM = "problem"
"""The section of the body that counts like a field of its own."""
_ELSEWHERE = frozenset(
    (
        *("title", "summary", "keywords", "questions", "topics", "lessons", "municipalities"),
        *("sources", "links", "media", "relations"),
    )
)
"""Fields that have a place of their own in the index, or whose words are not the record's."""
_MARKUP = re.compile(r"\[\^[^\]]*\]:?|\]\([^)]*\)|<?https?://\S+")
"""Footnotes and addresses: nobody searches for them."""


def uid_of(entry: CatalogueEntry | Record) -> str:
    """The identifier of a record over all nodes."""
    return f"{entry.origin}|{entry.id}"


def parts_of(uid: str) -> tuple[str, str]:
    """The origin and the identifier there of the record that `uid_of` names so."""
    origin, _, record_id = uid.partition("|")
    return origin, record_id


def to_document(
    record: Record,
    entry: CatalogueEntry,
    schemas: SchemaSet,
    derived: Mapping[str, tuple[str, ...]] | None = None,
    *,
    edited_at: datetime,
) -> IndexDocument:
    """What is indexed of one version of a record; `derived` are values of facets beside those of the schema.

    `edited_at` is since when it says what it says, which puts it in the order of time.
    """
    sections = {section.id: plain(section.markdown) for section in record.sections}
    problem = sections.pop(PROBLEM, "")
    translations = (text for one in record.translations for text in (one.title, one.summary, one.text or ""))
    front = (text for key, value in record.data.items() if key not in _ELSEWHERE for text in _prose(value))
    labels = value_labels(record, schemas, LANGUAGES)
    return IndexDocument(
        uid=uid_of(entry),
        id=record.id,
        origin=entry.origin,
        kind=record.kind,
        slug=record.slug,
        digest=entry.digest,
        wording=wording(record),
        title=record.title,
        titles=tuple(dict.fromkeys(one.title for one in record.translations)),
        summary=record.summary,
        lessons=tuple(_lesson(one) for one in record.lessons),
        topics=record.topics,
        keywords=record.keywords,
        questions=record.questions,
        places=tuple(_places(record, schemas)),
        problem=problem,
        body="\n".join([*sections.values(), *front, *labels, *map(plain, translations)]),
        facets={**facet_values(record, schemas), **(derived or {}), ORIGIN: (entry.origin or HERE,)},
        published_at=edited_at,
        confirmed_at=_start_of(last_look(record).day),
        lang=record.lang,
    )


def plain(markdown: str) -> str:
    """The words of a Markdown text, without footnotes and addresses."""
    return _MARKUP.sub(" ", markdown)


def _lesson(lesson: Lesson) -> LessonText:
    parts = (lesson.statement, lesson.because, lesson.recommendation)
    return LessonText(id=lesson.id, text=plain(" ".join(part for part in parts if part)))


def _places(record: Record, schemas: SchemaSet) -> Iterator[str]:
    yield from dict.fromkeys(place.name for place in record.municipalities)
    for region in dict.fromkeys(place.lies_in for place in record.municipalities):
        yield from filter(None, dict.fromkeys(region.words(schemas, lang) for lang in LANGUAGES))


def _prose(value: JsonValue) -> Iterator[str]:
    """The texts in a field; codes, dates and keys of sources are single words in lower case and left out."""
    if isinstance(value, str):
        if " " in value or value[:1].isupper():
            yield plain(value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in _ELSEWHERE:
                yield from _prose(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _prose(inner)


def _start_of(partial: str) -> datetime | None:
    """The first moment of a day, month or year; None for what is no date, such as "unknown"."""
    try:
        day = date.fromisoformat(f"{partial}-01-01"[:10])
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
