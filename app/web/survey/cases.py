"""Cases in a list that says what came of each and what was learned, with the sources of its record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from app.catalogue import CatalogueEntry, RecordNotFound
from app.records.json_value import JsonValue
from app.records.problem import InvalidRecord
from app.records.record import Lesson
from app.web.records.fields import FieldWriter
from app.web.records.outcome import Outcome, outcome
from app.web.records.writer import writer_for
from app.web.search.facets import facet_value
from app.web.search.hits import Card, card_of
from app.web.shell.access import services
from app.web.shell.shown import Link, SourceMark
from app.web.survey.links import REASON, found_by

MOST = 50
"""Cases of one list; the search has the others."""
SelectLessons = Callable[[Sequence[Lesson]], tuple[Lesson, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A record with what came of it; `why` are its reasons to end, `told` who says so."""

    entry: CatalogueEntry
    card: Card
    writer: FieldWriter
    outcome: Outcome | None
    why: tuple[Link, ...]
    told: tuple[SourceMark, ...]
    lessons: tuple[Lesson, ...]


def cases(found: Iterable[CatalogueEntry], lessons: SelectLessons) -> tuple[Case, ...]:
    """Return the first records, those that can be read, each with the lessons that are selected from all of it."""
    several = tuple(islice(found, MOST))
    services().catalogue.read_ahead(several)
    made = (_case(entry, lessons) for entry in several)
    return tuple(case for case in made if case is not None)


def _case(entry: CatalogueEntry, lessons: SelectLessons) -> Case | None:
    card = card_of(entry)
    writer = _writer(entry)
    if card is None or writer is None:
        return None
    data = writer.record.data
    return Case(
        entry=entry,
        card=card,
        writer=writer,
        outcome=outcome(writer),
        why=tuple(
            Link(label=facet_value(REASON, value), href=found_by((REASON, value)).href)
            for value in _codes(data.get("stop_reason"))
        ),
        told=writer.marks(_codes(data.get("stop_reason_sources"))),
        lessons=lessons(writer.record.lessons),
    )


def _codes(value: JsonValue) -> Iterable[str]:
    return map(str, value) if isinstance(value, list | tuple) else ()


def _writer(entry: CatalogueEntry) -> FieldWriter | None:
    try:
        return writer_for(services().catalogue.record(entry))
    except (InvalidRecord, RecordNotFound):
        return None
