"""The fields of a record in words, in schema order."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.records.json_value import JsonScalar, JsonValue
from app.records.schema import FieldSpec, KindSchema, SectionSpec
from app.records.vocabulary import Vocabulary
from app.shared.wording import N_, translator

_REFERENCE = re.compile(r"[a-z]+(?:-[a-z]+)?/[a-z0-9]+(?:-[a-z0-9]+)*")
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
}
_WORDS = {True: N_("yes"), False: N_("no"), None: "–"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueText:
    """Words values in one language; `title_of` returns the title of a named record ("solution/mitfahrbank")."""

    lang: str
    vocabularies: Mapping[str, Vocabulary] = field(default_factory=dict)
    title_of: Callable[[str], str] = str

    def text(self, spec: FieldSpec, value: JsonValue) -> str:
        """Return the value as plain text: lists of words on one line, objects on one line each, without empty parts."""
        if isinstance(value, Mapping):
            return "; ".join(f"{label}: {text}" for label, text in self.parts(spec, value) if text)
        if isinstance(value, Sequence) and not isinstance(value, str):
            flat = all(isinstance(item, str | int | float | bool) for item in value)
            long = any(isinstance(item, str) and len(item) > 60 for item in value)
            return (", " if flat and not long else "\n").join(self.text(spec, item) for item in value)
        return self._scalar(spec, value)

    def parts(self, spec: FieldSpec, value: Mapping[str, JsonValue]) -> tuple[tuple[str, str], ...]:
        """Return label and text of each entry of an object, in the order of the schema."""
        keys = [part.key for part in (spec.items or spec).properties]
        ordered = sorted(value, key=lambda key: (keys.index(key) if key in keys else len(keys), key))
        parts = ((spec.part(key) or FieldSpec(key=key), value[key]) for key in ordered)
        return tuple((part.label(self.lang), self.text(part, inner)) for part, inner in parts)

    def _scalar(self, spec: FieldSpec, value: JsonScalar) -> str:
        lang = "de" if self.lang.partition("-")[0] == "de" else "en"
        if isinstance(value, bool) or value is None:
            return translator(lang)(_WORDS[value])
        label = spec.value_label(value, self.lang)
        if label != str(value):
            return label
        if isinstance(value, int | float):
            return str(value) if spec.key == "year" else number(value, lang)
        shape = spec.shape or (spec.items.shape if spec.items else None)
        if shape in ("date", "partialDate"):
            return date(value, lang)
        vocabulary = self.vocabularies.get(spec.vocabulary or "")
        return vocabulary.label(value, self.lang) if vocabulary else self.named(value)

    def named(self, text: str) -> str:
        """Return the title of the record that a text names, and any other text unchanged."""
        return self.title_of(text) if _REFERENCE.fullmatch(text) else text


def number(value: float, lang: str) -> str:
    """Return "1.234,5" in German and "1,234.5" otherwise."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "de" else text


def date(value: str, lang: str) -> str:
    """Return "2024", "2024-09", "2024-09-17" or "unknown" in words; other texts unchanged."""
    found = _DATE.fullmatch(value)
    if not found:
        return translator(lang).gettext("unknown") if value == "unknown" else value
    year, month, day = found.groups()
    if not month or not 1 <= int(month) <= 12:
        return value
    name = _MONTHS[lang].split()[int(month) - 1]
    if not day:
        return f"{name} {year}"
    return f"{int(day)}. {name} {year}" if lang == "de" else f"{int(day)} {name} {year}"


BODY_PREFIX = "body."


def entry_of(kind: KindSchema, key: str) -> FieldSpec | SectionSpec:
    """Return the specification of a field, or of a section by "body.<id>"; for an unknown one only its key."""
    section = kind.section(key.removeprefix(BODY_PREFIX)) if key.startswith(BODY_PREFIX) else None
    return section or kind.by_key.get(key) or FieldSpec(key=key)
