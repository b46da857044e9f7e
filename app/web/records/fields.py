"""Words any field of a record according to its schema.

A field added to a schema is shown without a change here: choices become their labels, dates and numbers are written in
the reader's language, objects become labelled lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, cast
from urllib.parse import urlsplit

from app.records.json_value import JsonScalar, JsonValue
from app.records.record import AppliesIf, Record
from app.records.schema import FieldSpec
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks
from app.web.shell.shown import Line, Note, SourceMark
from app.web.shell.wording import _, label

PARTS = frozenset({"value", "approx", "unit", "date", "self_reported"})
"""The parts of an object that `in_one_line` puts into words."""


def in_one_line(item: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return the line, for example "34 members · as of December 2021"; empty if nothing is known."""
    words = []
    if isinstance(item.get("value"), int | float):
        words.append(qualified(f"{formats.number(cast('float', item['value']))} {item.get('unit', '')}".strip(), item))
    if "date" in item:
        date = str(item["date"])
        unknown = date == formats.UNKNOWN
        words.append(_("date unknown") if unknown else _("as of %(date)s", date=formats.day(date)))
    words += self_reported(item)
    return (" · ".join(words),) if words else ()


def self_reported(item: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return a note that only those involved say so; empty for anything else."""
    return (_("according to those involved"),) if item.get("self_reported") is True else ()


def qualified(figure: str, item: Mapping[str, JsonValue]) -> str:
    """Return a figure as its source qualifies it: "about 900"."""
    approx = item.get("approx")
    return f"{label('approx', approx)} {figure}" if isinstance(approx, str) else figure


MAIN_KEYS = ("text", "statement", "title", "name", "listing", "programme", "in", "org", "body", "case", "url")
"""The part of an object that names it; the other parts qualify it."""

_SILENT = frozenset({"sources", "ref", "self_reported", "approx"})
_DATES = frozenset({"date", "partialDate"})


Special: TypeAlias = "Callable[[FieldWriter, FieldSpec, JsonValue], tuple[Line, ...]]"
"""Words a field with a certain `x-format` or shape in place of its parts."""


class FieldWriter:
    """Words the fields of one record in the language of this request."""

    def __init__(self, record: Record, special: Mapping[str, Special]) -> None:
        """Word `record`; `special` are special wordings by `x-format` or shape."""
        self.record = record
        self.kind = services().schemas.kind(record.kind)
        self.lang = current_language()
        self.links = SiteLinks(record.origin)
        self.special = special
        self._numbers = {source.key: (number, source) for number, source in enumerate(record.sources, 1)}

    def marks(self, keys: Iterable[str]) -> tuple[SourceMark, ...]:
        """Return the marks of the sources with these keys; an unknown key has none."""
        found = ((key, self._numbers[key]) for key in keys if key in self._numbers)
        return tuple(
            SourceMark(key=key, number=number, title=source.title, lang=source.lang or self.record.lang)
            for key, (number, source) in found
        )

    def sources_of(self, value: Mapping[str, JsonValue]) -> tuple[SourceMark, ...]:
        """Return the marks of the sources that an object names."""
        keys = value.get("sources")
        return self.marks(str(key) for key in keys) if isinstance(keys, Sequence) else ()

    def own(self, text: str) -> Note:
        """Return the record's own words as a note."""
        return Note(text, (text,), self.record.lang)

    def quoting(self, text: str, *said: str) -> Note:
        """Return words of the interface as a note that quotes the record's own words."""
        return Note(text, tuple(filter(None, said)), self.record.lang)

    def lines(self, spec: FieldSpec, value: JsonValue) -> tuple[Line, ...]:
        """Return a field's value in words, one line per statement."""
        special = self._special(spec)
        if special is not None:
            return special(self, spec, value)
        if isinstance(value, Mapping):
            return self.group(spec, value)
        if isinstance(value, Sequence) and not isinstance(value, str):
            member = replace(spec.items, vocabulary=spec.vocabulary) if spec.items else spec
            return tuple(line for item in value for line in self.item(member, item))
        return (self.scalar(spec, value),)

    def item(self, spec: FieldSpec, value: JsonValue) -> tuple[Line, ...]:
        """Return a member of a list: an object becomes one line whose other parts are notes."""
        if self._special(spec) is not None or not isinstance(value, Mapping):
            return self.lines(spec, value)
        return (self.summary(spec, value),)

    def summary(self, spec: FieldSpec, value: Mapping[str, JsonValue], main: str | None = None) -> Line:
        """Return an object as one line: its main part in front, the others as notes."""
        # Records from a digest have sorted keys, so the schema decides which part is first.
        ordered = (*MAIN_KEYS, *(part.key for part in spec.properties), *value)
        key = main or next(key for key in ordered if key in value)
        part = spec.part(key)
        head = self.lines(part, value[key])[0] if part else Line(text=str(value[key]))
        notes = (*head.notes, *self.notes(spec, value, leave_out={key}))
        return replace(head, label="", website="", notes=notes, sources=head.sources or self.sources_of(value))

    def notes(self, spec: FieldSpec, value: Mapping[str, JsonValue], *, leave_out: set[str]) -> tuple[str, ...]:
        """Return the parts of an object in words, without those in `leave_out`; a number keeps its unit and date."""
        if spec.part("value") is not None and spec.part("unit") is not None:
            figure = (self.quoting(note, str(value.get("unit", ""))) for note in in_one_line(value))
            return (*figure, *self._labelled_notes(spec, value, leave_out | PARTS))
        return (*self._labelled_notes(spec, value, leave_out), *self_reported(value))

    def _labelled_notes(self, spec: FieldSpec, value: Mapping[str, JsonValue], leave_out: set[str]) -> Iterator[str]:
        for part in spec.properties:
            if part.key in value and part.key not in leave_out and part.key not in _SILENT:
                words = self.plain(part, value[part.key])
                own = (line.text for line in self.lines(part, value[part.key]) if line.lang == self.record.lang)
                yield self.quoting(_("%(label)s: %(value)s", label=part.label(self.lang), value=words), *own)

    def group(self, spec: FieldSpec, value: Mapping[str, JsonValue]) -> tuple[Line, ...]:
        """Return an object as labelled lines; the last one has its sources."""
        shown = [part for part in spec.properties if part.key in value and part.key not in _SILENT]
        lines = [self._labelled(part, value[part.key]) for part in shown]
        if not lines:
            return ()
        last = lines[-1]
        marks = last.sources or self.sources_of(value)
        return (*lines[:-1], replace(last, sources=marks))

    def _special(self, spec: FieldSpec) -> Special | None:
        return self.special.get(spec.format or "") or self.special.get(spec.shape or "")

    def _labelled(self, part: FieldSpec, value: JsonValue) -> Line:
        found = self.lines(part, value)
        if len(found) == 1:
            return replace(found[0], label=part.label(self.lang))
        own = (line.text for line in found if line.lang == self.record.lang)
        return Line(label=part.label(self.lang), text=self.quoting(", ".join(line.text for line in found), *own))

    def plain(self, spec: FieldSpec, value: JsonValue) -> str:
        """Return a value as plain text, for a note."""
        lines = self.lines(spec, value)
        return ", ".join(f"{line.label}: {line.text}" if line.label else line.text for line in lines)

    def scalar(self, spec: FieldSpec, value: JsonValue) -> Line:
        """Return a single value in words."""
        if spec.vocabulary:
            return self.topic(spec, str(value))
        if spec.choices:
            return Line(text=spec.value_label(cast("JsonScalar", value), self.lang))
        if isinstance(value, bool):
            return Line(text=_("yes") if value else _("no"))
        if isinstance(value, int | float):
            return Line(text=formats.number(value))
        text = str(value)
        if spec.shape in _DATES:
            return Line(text=formats.day(text))
        if spec.shape == "url":
            return Line(text=short_address(text), href=text, external=True)
        if text == formats.UNKNOWN:
            return Line(text=_("unknown"))
        return Line(text=text, lang=self.record.lang)

    def topic(self, spec: FieldSpec, topic_id: str) -> Line:
        """Return a vocabulary concept; topics link to their page."""
        vocabulary = services().vocabularies.get(spec.vocabulary or "topics")
        text = vocabulary.label(topic_id, self.lang) if vocabulary else topic_id
        return Line(text=text, href=self.links.topic(topic_id))

    def conditions(self, of: AppliesIf | None) -> tuple[str, ...]:
        """Return the conditions under which a lesson applies, in words."""
        if of is None:
            return ()
        words: list[str] = [self.own(of.precondition.removesuffix("."))] if of.precondition else []
        if of.size_class:
            sizes = (self.label("size_class", value) for value in of.size_class)
            words.append(_("your place has %(size)s", size=_(" or ").join(sizes)))
        words += [_("you cooperate: %(how)s", how=self.label("cooperation", value)) for value in of.cooperation]
        return tuple(words)

    def label(self, name: str, value: str | int) -> str:
        """Return a value of a shared type ("state", "place_kind") in words."""
        return services().schemas.label(name, value, self.lang)


def short_address(url: str) -> str:
    """Return host and path of an address, short enough for a panel."""
    parts = urlsplit(url)
    text = (parts.hostname or url).removeprefix("www.") + parts.path.rstrip("/")
    return text if len(text) <= 48 else f"{text[:47]}…"
