"""The five lines of a record and its outcome, in plain words and the language of this request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from app.catalogue import CatalogueEntry
from app.records.five_lines import FiveLines, LineWords
from app.records.five_lines.lines import leads
from app.records.record import Municipality, Record, last_look
from app.web.records.fields import FieldWriter
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.shown import SourceMark
from app.web.shell.wording import _, ngettext


def entry_five_lines(entry: CatalogueEntry) -> FiveLines:
    """Return the five lines of a version as data; raises InvalidRecord like the catalogue."""
    node = services()
    return node.five_lines.version(entry.ref, entry.digest, lambda: node.catalogue.record(entry))


def line_words() -> LineWords:
    """Return the wording of lines in the language of this request."""
    return LineWords(services().schemas, current_language())


def in_short(record: Record) -> str:
    """Return for lists in which month a record was last confirmed or checked."""
    look = last_look(record)
    month = formats.month(look.day)
    return (
        _("last confirmed in %(month)s", month=month) if look.confirmed else _("last checked in %(month)s", month=month)
    )


def in_a_sentence(record: Record) -> str:
    """Return as a sentence on which day a record was last confirmed or checked."""
    look = last_look(record)
    day = formats.day(look.day)
    return _("Last confirmed on %(date)s.", date=day) if look.confirmed else _("Last checked on %(date)s.", date=day)


TONES = {"success": "success", "partial": "info", "no_effect": "warning", "stopped": "warning", "too_early": "info"}
"""Style of a notice. Stopping a project is no error, so none is styled as a danger."""

DETAIL = {"concept": "concept_kind", "solution": "solution_type", "organisation": "org_type"}
"""The field with the subtype of a record, by kind."""
_SEVERAL = "mixed"
"""A subtype that says nothing: several at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The verdict and the sentence that supports it."""

    verdict: str
    sentence: str
    tone: str
    sources: tuple[SourceMark, ...]


def outcome(writer: FieldWriter) -> Outcome | None:
    """Return the outcome of a case; None for other kinds."""
    data = writer.record.data
    code = data.get("outcome")
    if not isinstance(code, str):
        return None
    note = cast("Mapping[str, Any]", data.get("outcome_note") or {})
    line = line_words().outcome(services().five_lines(writer.record))
    return Outcome(verdict=line.text, sentence=line.note, tone=TONES.get(code, "info"), sources=writer.sources_of(note))


def place(writer: FieldWriter) -> str:
    """Return kind and place of a record: "Case study · Landkreis Fulda, Hesse"."""
    record = writer.record
    parts = [writer.label("kind", record.kind)]
    detail = record.data.get(DETAIL.get(record.kind, ""))
    if isinstance(detail, str) and detail != _SEVERAL:
        parts.append(writer.label(DETAIL[record.kind], detail))
    found = leads(record)
    if found:
        parts.append(_places(writer, found))
    return " · ".join(parts)


def _places(writer: FieldWriter, found: Sequence[Municipality]) -> str:
    first = found[0]
    region = first.lies_in.words(services().schemas, writer.lang)
    name = _("%(place)s, %(state)s", place=first.name, state=region)
    if region in {"", first.name} or first.kind in {"city_state", "state"}:
        name = first.name
    more = len(found) - 1
    return ngettext("%(place)s and %(num)s other", "%(place)s and %(num)s others", more, place=name) if more else name
