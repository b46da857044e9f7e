"""Completes a text before it is sent: defaults of the schema, notes on what is open, sources of unsourced claims."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from app.records.checks.sound_record import TextBlock, blocks
from app.records.json_value import LIST, OBJECT, JsonValue, thaw
from app.records.record import Section
from app.records.schema import FieldSpec, KindSchema
from app.records.schema.specification import SPEAKER
from app.records.structure import OF_FIELD
from app.review.drafts.report import classified
from app.review.text.record_text import RecordText
from app.web.contributing.form.reader import with_lesson_keys, with_source_keys, without_empty_rows
from app.web.contributing.form.steps import SOURCES, by_municipality

OWN_WORD = "eigene-angabe"
"""Key of the source for the author's own word."""
_BELOW_TABLE = {"de": "Quelle:", "en": "Source:"}
_BELOW_OWN_TABLE = {"de": "Quelle: eigene Angabe.", "en": "Source: own statement."}
_TITLES = {"de": "Eigene Angaben der Beteiligten", "en": "Statement by those involved"}
_Object = Mapping[str, JsonValue]


def sourced(markdown: str, lang: str = "de", key: str = OWN_WORD) -> str:
    """Return the text of a section in which each paragraph, list item and table names a source, `key` by default."""
    lines = markdown.split("\n")
    found = list(blocks(Section(id="", title="", markdown=markdown, text_line=1)))
    following: TextBlock | None = None
    for block in reversed(found):
        if not block.is_sourced(following):
            end = block.line + block.text.count("\n")
            if block.is_table:
                below = (_BELOW_OWN_TABLE if key == OWN_WORD else _BELOW_TABLE)[lang]
                lines[end:end] = ["", f"{below}[^{key}]"]
            else:
                lines[end - 1] = f"{lines[end - 1].rstrip()}[^{key}]"
        following = block
    return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """The day of completion, and the key of the source for claims without one (OWN_WORD: the author's own word)."""

    today: date
    publisher: str
    basis: str = OWN_WORD

    def __call__(self, kind: KindSchema, text: RecordText) -> RecordText:
        """Return the text as it would be sent; the places of rows stay what they are."""
        front = with_lesson_keys(with_source_keys(without_empty_rows(text.front)))
        for spec in kind.fields:
            stopgap = spec.default if spec.default is not None else spec.unknown
            if stopgap is not None and spec.key not in front:
                front[spec.key] = thaw(stopgap)
        if isinstance(lessons := front.get("lessons"), LIST):
            phase = str(front.get("phase") or "operation")
            front["lessons"] = [classified(row, phase) if isinstance(row, OBJECT) else row for row in lessons]
        sections = {section.id: section.unknown for section in kind.sections if section.unknown}
        sections |= {name: markdown for name, markdown in text.sections.items() if markdown.strip()}
        if by_municipality(front):
            return self._with_own_word(kind, front, sections)
        return RecordText(front=front, sections=sections)

    def _with_own_word(self, kind: KindSchema, text_front: _Object, sections: Mapping[str, str]) -> RecordText:
        front, who = dict(text_front), speaker(text_front) or self.publisher
        for spec in kind.fields:
            if spec.key not in front:
                continue
            if any(part.own is not None for part in spec.parts.values()):
                front[spec.key] = _own(spec, front[spec.key], who)
            if not spec.is_unknown(front[spec.key]):
                front[spec.key] = _claim(spec, front[spec.key], self.basis)
        for spec in kind.fields:
            sources = f"{spec.key}{OF_FIELD}"
            if spec.sourced and sources in kind.by_key and front.get(spec.key) and not front.get(sources):
                front[sources] = [self.basis]
        unknown = {section.id: section.unknown for section in kind.sections}
        claims = {section.id for section in kind.sections if section.claims}
        lang = language(front)
        sections = {
            name: sourced(text, lang, self.basis) if name in claims and text != unknown[name] else text
            for name, text in sections.items()
        }
        if names(front, OWN_WORD) or any(f"[^{OWN_WORD}]" in markdown for markdown in sections.values()):
            front[SOURCES] = self._sources(front, who)
        return RecordText(front=front, sections=sections)

    def _sources(self, front: _Object, who: str) -> JsonValue:
        listed = front.get(SOURCES)
        sources = list(listed) if isinstance(listed, LIST) else []
        if any(isinstance(row, OBJECT) and row.get("key") == OWN_WORD for row in sources):
            return sources
        own: JsonValue = {
            "key": OWN_WORD,
            "title": _TITLES[language(front)],
            "publisher": who,
            "date": self.today.isoformat(),
            "self_reported": True,
        }
        return [*sources, own]


def language(front: _Object) -> str:
    """Return the language in which words are added to a record: "en" for English texts, otherwise "de"."""
    return "en" if str(front.get("lang", "")).startswith("en") else "de"


def speaker(front: _Object) -> str:
    """Return who speaks in a record: the first municipality, or the body that publishes it; "" where none is named."""
    places = front.get("municipalities")
    first = places[0] if isinstance(places, LIST) and places else front.get("publisher")
    return str(first.get("name") or "") if isinstance(first, Mapping) else ""


def names(value: JsonValue, key: str) -> bool:
    """Tell whether anything in a value names the source with this key."""
    if isinstance(value, Mapping):
        return any(
            (part.endswith(SOURCES) and isinstance(item, LIST) and key in item) or names(item, key)
            for part, item in value.items()
        )
    return any(names(item, key) for item in value) if isinstance(value, LIST) else False


def _own(spec: FieldSpec, value: JsonValue, who: str) -> JsonValue:
    """Return a list in which rows that name no other speaker are the author's own."""
    own = {part.key: who if part.own == SPEAKER else part.own for part in spec.parts.values() if part.own is not None}
    rows = [cast("_Object", row) for row in value if isinstance(row, OBJECT)] if isinstance(value, LIST) else []
    named = [key for key, holds in own.items() if holds == who]

    def is_of_others(row: _Object) -> bool:
        return any(row.get(key) for key in named) or any(row.get(key) is False for key in own)

    return [dict(row) if is_of_others(row) else {**row, **own} for row in rows]


def _claim(spec: FieldSpec, value: JsonValue, basis: str) -> JsonValue:
    """Return a value in which everything that must name a source names one."""
    if isinstance(value, LIST) and spec.items and spec.items.properties:
        return [_claim(spec.items, item, basis) for item in value]
    if not isinstance(value, OBJECT) or not spec.properties:
        return value
    inner = cast("_Object", value)
    done = {key: _claim(part, item, basis) if (part := spec.part(key)) else item for key, item in inner.items()}
    demanded = spec.part(SOURCES)
    asked = spec.sourced or any(part.sourced and done.get(part.key) for part in spec.properties)
    if demanded and (demanded.required or asked) and not done.get(SOURCES):
        done[SOURCES] = [basis]
    return done
