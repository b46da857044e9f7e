"""A record and its parts as values, used by the rest of the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from babel import Locale

from app.records.json_value import JsonValue
from app.records.schema import SchemaSet

_BELOW = ((5_000, "lt5k"), (20_000, "5-20k"), (50_000, "20-50k"), (100_000, "50-100k"), (500_000, "100-500k"))
_LARGEST = "gt500k"

SIZE_CLASSES = (*(name for _, name in _BELOW), _LARGEST)
"""All size classes, smallest first."""


def size_class(population: int | None) -> str | None:
    """Return the size class of a place with `population` inhabitants; None if unknown."""
    if population is None:
        return None
    return next((name for limit, name in _BELOW if population < limit), _LARGEST)


LICENCES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "DL-DE-BY-2.0": "https://www.govdata.de/dl-de/by-2-0",
    "DL-DE-ZERO-2.0": "https://www.govdata.de/dl-de/zero-2-0",
}


def licence_address(licence: str) -> str | None:
    """Return the address of a licence by its SPDX identifier; None for one that records may not have."""
    return LICENCES.get(licence)


HOME = "DE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A state by its code, or abroad a country by its ISO 3166-1 code with the name of a province or canton."""

    state: str = ""
    country: str = HOME
    name: str = ""

    @classmethod
    def of(cls, place: Mapping[str, Any]) -> Region:
        """Return the region of a municipality in a record; one without a country is German."""
        return cls(
            state=str(place.get("state") or ""),
            country=str(place.get("country") or HOME),
            name=str(place.get("region") or ""),
        )

    @property
    def is_abroad(self) -> bool:
        """Return whether it is outside Germany."""
        return self.country != HOME

    def words(self, schemas: SchemaSet, lang: str) -> str:
        """Return "Hessen", "Südtirol, Italien"; "" if nothing is known, and an unknown code unchanged."""
        if not self.is_abroad:
            return schemas.label("state", self.state, lang) if self.state else ""
        countries = Locale.parse(lang.partition("-")[0]).territories
        return ", ".join(part for part in (self.name, str(countries.get(self.country, self.country))) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file beside `index.md`; `size` in bytes, `sha256` as hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """A place that took part; abroad, `country` is its ISO code, `region` a province, and `state` empty."""

    name: str
    kind: str
    role: str
    state: str = ""
    country: str | None = None
    region: str | None = None
    ars: str | None = None
    population: int | None = None
    population_as_of: str | None = None
    approx: str | None = None
    url: str | None = None
    sources: tuple[str, ...] = ()

    @property
    def size_class(self) -> str | None:
        """The size class by inhabitants; None if unknown."""
        return size_class(self.population)

    @property
    def lies_in(self) -> Region:
        """The state, or the region abroad."""
        return Region(state=self.state, country=self.country or HOME, name=self.region or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A citation; footnotes and `sources: [key]` use `key`, `lang` is the title's language if not the record's."""

    key: str
    title: str
    publisher: str
    self_reported: bool
    lang: str | None = None
    url: str | None = None
    date: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliesIf:
    """The conditions under which a lesson holds."""

    precondition: str | None = None
    size_class: tuple[str, ...] = ()
    cooperation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What was learned, why, and what follows for others."""

    id: str
    kind: str
    phase: str
    topic: str
    statement: str
    recommendation: str
    because: str | None = None
    applies_if: AppliesIf | None = None
    impact: str | None = None
    evidence_level: int | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A link to another record ("case-study/slug") or to an https address."""

    rel: str
    target: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A picture or file of the record with its text alternative and licence."""

    file: str
    alt: str
    license: str
    caption: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatedLesson:
    """A lesson in another language; `id` is that of the lesson in the record."""

    id: str
    statement: str
    recommendation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A translation into another or plain language; `file` is None if it has no text, `text` if not loaded."""

    lang: str
    title: str
    summary: str
    outcome: str = ""
    status_today: str = ""
    lessons: tuple[TranslatedLesson, ...] = ()
    file: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the body; `id` comes from the schema, `line` is that of the heading and `text_line` of its text."""

    id: str
    title: str
    markdown: str
    line: int = 0
    text_line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRef:
    """The name of a record: its kind and slug at the node `origin`, which is empty for this one."""

    kind: str
    slug: str
    origin: str = ""

    @classmethod
    def parse(cls, text: str, origin: str = "") -> RecordRef:
        """Parse "case-study/<slug>@<origin>"; without "@<origin>", the name is one that the node `origin` uses."""
        place, _, named = text.partition("@")
        kind, _, slug = place.partition("/")
        return cls(kind=kind, slug=slug, origin=named or origin)

    @property
    def text(self) -> str:
        """The written form that `parse` accepts."""
        return f"{self.kind}/{self.slug}" + (f"@{self.origin}" if self.origin else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One version. `data` is the front matter, `digest` its identity, `origin` its node ("": this one)."""

    id: str
    kind: str
    slug: str
    plural: str
    schema: str
    title: str
    summary: str
    lang: str
    topics: tuple[str, ...]
    license: str
    compiled_by: str
    last_confirmed: str
    review_by: str
    sources: tuple[Source, ...]
    sections: tuple[Section, ...]
    data: Mapping[str, JsonValue]
    body: str
    files: tuple[StoredFile, ...]
    digest: str
    confirmed: str | None = None
    keywords: tuple[str, ...] = ()
    municipalities: tuple[Municipality, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    relations: tuple[Relation, ...] = ()
    open_questions: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    media: tuple[Medium, ...] = ()
    translations: tuple[Translation, ...] = ()
    origin: str = ""

    @property
    def path(self) -> str:
        """The folder of the record in the content repository: "case-studies/<slug>"."""
        return f"{self.plural}/{self.slug}"

    @property
    def ref(self) -> str:
        """This node's name of the record: "case-study/<slug>", followed by "@<origin>" for another node's."""
        return RecordRef(kind=self.kind, slug=self.slug, origin=self.origin).text

    def refer(self, target: str) -> str:
        """Return this node's name of the record that this one calls `target`; web addresses stay unchanged."""
        return target if "://" in target else RecordRef.parse(target, self.origin).text

    def section(self, section_id: str) -> Section | None:
        """Return the section with this id, or None."""
        return next((s for s in self.sections if s.id == section_id), None)

    def source(self, key: str) -> Source | None:
        """Return the source with this key, or None."""
        return next((s for s in self.sources if s.key == key), None)

    def lesson(self, lesson_id: str) -> Lesson | None:
        """Return the lesson with this id, or None."""
        return next((lesson for lesson in self.lessons if lesson.id == lesson_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The tombstone of a withdrawn record, whose identifier and address stay reserved."""

    id: str
    kind: str
    slug: str
    plural: str
    reason: str
    digest: str
    title: str | None = None
    topics: tuple[str, ...] = ()
    note: str | None = None
    successor: str | None = None
    data: Mapping[str, JsonValue] = field(default_factory=dict)
    body: str = ""

    @property
    def path(self) -> str:
        """Folder in the content repository, as it was before the withdrawal."""
        return f"{self.plural}/{self.slug}"


@dataclass(frozen=True, slots=True)
class LastLook:
    """The newest day on which somebody found a record correct; `confirmed`: it was those whom the record is about."""

    day: str
    confirmed: bool


def last_look(record: Record) -> LastLook:
    """Return the newer of the two dates in a record."""
    confirmed = record.confirmed or ""
    return LastLook(max(confirmed, record.last_confirmed), confirmed >= record.last_confirmed)


def only_confirmed(old: Record, new: Record) -> bool:
    """Return whether only dates or answers to corrections differ, in which case nobody is notified."""
    if (old.body, old.files) != (new.body, new.files):
        return False
    keys = (old.data.keys() | new.data.keys()) - {"last_confirmed", "review_by", "confirmed", "corrections"}
    return all(old.data.get(key) == new.data.get(key) for key in keys)
