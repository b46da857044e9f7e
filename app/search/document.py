"""Converts a record to what an engine indexes: texts, places, and the facets that the schema marks."""

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
"""The facet of a record's places by name: there are too many to choose from, so it is counted only when filtered by."""
MERITS, WORDINGS = "merkmale", "fassungen"
"""All product criteria that a solution meets, as one value; the languages of a record's other versions."""
USES, REFERS_TO = "nutzt", "bezug"
"""The facets of the solutions and concepts that a record uses, and of the records that it refers to, by name."""
COLLECTED = "sammlung"
"""The filter by the records that a collection lists, which refers to them and not they to it."""
ENDING, OPEN, REVIEW_BY = "ende", "offen", "pruefung"
"""How a project ended, what a record does not tell, and the day by which it should be reviewed."""
INNER = frozenset({MERITS, WORDINGS, ENDING, OPEN, REVIEW_BY})
"""Facets used by pages of this site and not by readers, so they are no URL parameters."""
ON_REQUEST = INNER | {PLACE}
"""Facets counted only if a query filters by one of their values."""
KIND = "art"
STATE, SIZE_CLASS, PLACE_KIND = "land", "groesse", "gemeindetyp"
FIRST = (KIND, "thema", STATE, PLACE, SIZE_CLASS, PLACE_KIND)


def facet_keys(schemas: SchemaSet) -> tuple[str, ...]:
    """Return all facets, the most used first; a key is the name of the URL parameter."""
    marked = (str(spec.facet) for kind in schemas.kinds for _path, spec in kind.facets())
    return tuple(dict.fromkeys([*FIRST, *marked]))


def facet_values(record: Record, schemas: SchemaSet) -> Mapping[str, tuple[str, ...]]:
    """Return facet -> values of a record, without empty facets."""
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
    """How a project ended: stopped, partly (a reason without the outcome), or as planned; TOLD with reasons."""

    STOPPED = "stopped"
    PARTLY = "partly"
    OVER = "over"
    TOLD = "told"


def _ending(record: Record) -> Iterator[Ending]:
    """Yield nothing for running projects and for records that are not projects."""
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
    """Questions of readers that a record may leave unanswered."""

    COST = "cost"
    CONTACT = "contact"
    DURATION = "duration"
    RESULT = "outcome"
    ANSWER = "answer"


def _left_open(record: Record, schemas: SchemaSet) -> Iterator[Question]:
    asked, data = schemas.kind(record.kind).by_key, record.data
    # Costs or price: one of the two answers the question.
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


def value_labels(record: Record, schemas: SchemaSet) -> Iterator[str]:
    """Yield the values of facets and searched fields in words, so that `eingestellt` finds stopped projects."""
    for spec in schemas.kind(record.kind).fields:
        yield from dict.fromkeys(_labels(spec, record.data.get(spec.key)))


def _labels(spec: FieldSpec, value: JsonValue) -> Iterator[str]:
    if spec.facet or spec.searched:
        for one in _scalars(value):
            yield from (spec.value_label(one, lang) for lang in LANGUAGES if spec.vocabulary is None)
    for row in value if isinstance(value, (list, tuple)) else (value,):
        if isinstance(row, Mapping):
            for key, inner in row.items():
                part = spec.part(key)
                yield from _labels(part, inner) if part else ()


def contents(schemas: SchemaSet, derived: Sequence[str]) -> str:
    """Return a fingerprint of everything that decides what is indexed; if it changes, the index is rebuilt."""
    listed = [(kind.name, kind.fields) for kind in schemas.kinds if kind.listed]
    kinds = [(name, [_described(spec) for spec in fields]) for name, fields in listed]
    described = repr([kinds, list(derived), FIRST, sorted(INNER)])
    return hashlib.sha256(described.encode()).hexdigest()[:16]


def _described(spec: FieldSpec) -> tuple[object, ...]:
    choices = [(choice.value, sorted(choice.labels.items())) for choice in spec.choices]
    parts = [_described(part) for part in (*spec.properties, *([spec.items] if spec.items else []))]
    return spec.key, spec.type, spec.facet, spec.searched, spec.vocabulary, choices, parts


def _at(data: Mapping[str, JsonValue], path: str) -> JsonValue:
    """Return the value of a field, or of one property of each object in a list."""
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
"""The facet for the node that a record comes from, and its value for this node."""
PROBLEM = "problem"
"""The body section that is searched like a field."""
_ELSEWHERE = frozenset(
    (
        *("title", "summary", "keywords", "questions", "topics", "lessons", "municipalities"),
        *("sources", "links", "media", "relations"),
    )
)
"""Fields with their own place in the index, or whose words are not the record's own."""
_MARKUP = re.compile(r"\[\^[^\]]*\]:?|\]\([^)]*\)|<?https?://\S+")
"""Footnotes and addresses, which nobody searches for."""


def uid_of(entry: CatalogueEntry | Record) -> str:
    """Return the identifier of a record that is unique across nodes."""
    return f"{entry.origin}|{entry.id}"


def parts_of(uid: str) -> tuple[str, str]:
    """Return the origin and the local identifier in a uid made by `uid_of`."""
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
    """Return the index document of a version. `edited_at` sorts by time, `derived` are facet values of other fields."""
    sections = {section.id: plain(section.markdown) for section in record.sections}
    problem = sections.pop(PROBLEM, "")
    translations = [text for one in record.translations for text in (one.title, one.summary, one.text or "")]
    translations += [lesson.statement for one in record.translations for lesson in one.lessons]
    front = (text for key, value in record.data.items() if key not in _ELSEWHERE for text in _prose(value))
    labels = value_labels(record, schemas)
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
    """Return the words of a Markdown text, without footnotes and addresses."""
    return _MARKUP.sub(" ", markdown)


def _lesson(lesson: Lesson) -> LessonText:
    parts = (lesson.statement, lesson.because, lesson.recommendation)
    return LessonText(id=lesson.id, text=plain(" ".join(part for part in parts if part)))


def _places(record: Record, schemas: SchemaSet) -> Iterator[str]:
    yield from dict.fromkeys(place.name for place in record.municipalities)
    for region in dict.fromkeys(place.lies_in for place in record.municipalities):
        yield from filter(None, dict.fromkeys(region.words(schemas, lang) for lang in LANGUAGES))


def _prose(value: JsonValue) -> Iterator[str]:
    """Yield the prose in a field; codes, dates and source keys are single lower-case words and are left out."""
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
    """Return the first moment of a day, month or year; None for other values, such as "unknown"."""
    try:
        day = date.fromisoformat(f"{partial}-01-01"[:10])
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
