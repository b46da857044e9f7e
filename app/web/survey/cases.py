"""Cases in a list that says what came of each and what was learned, with the sources of its record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from app.catalogue import CatalogueEntry, RecordNotFound
from app.records.problem import InvalidRecord
from app.records.record import Lesson
from app.survey.facts import REASON, Facts
from app.web.records.fields import FieldWriter
from app.web.records.outcome import Outcome, outcome
from app.web.records.writer import writer_for
from app.web.search.facets import facet_value
from app.web.search.hits import Card, card_of
from app.web.shell.access import services
from app.web.shell.shown import Link, SourceMark
from app.web.survey.links import found_by

MOST = 50
"""Cases of one list; the search has the others."""
SelectLessons = Callable[[Sequence[Lesson]], tuple[Lesson, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A record with what came of it; `why` are its reasons to end, `told` who says so."""

    facts: Facts
    card: Card
    writer: FieldWriter
    outcome: Outcome | None
    why: tuple[Link, ...]
    told: tuple[SourceMark, ...]
    lessons: tuple[Lesson, ...]


def cases(found: Iterable[Facts], lessons: SelectLessons) -> tuple[Case, ...]:
    """Return the first records, those that can be read, each with the lessons that are selected from all of it."""
    several = tuple(islice(found, MOST))
    services().catalogue.read_ahead([facts.entry for facts in several])
    made = (_case(facts, lessons) for facts in several)
    return tuple(case for case in made if case is not None)


def _case(facts: Facts, lessons: SelectLessons) -> Case | None:
    card = card_of(facts.entry)
    writer = _writer(facts.entry)
    if card is None or writer is None:
        return None
    told = writer.record.data.get("stop_reason_sources")
    return Case(
        facts=facts,
        card=card,
        writer=writer,
        outcome=outcome(writer),
        why=tuple(
            Link(label=facet_value(REASON, value), href=found_by((REASON, value)).href) for value in facts.reasons
        ),
        told=writer.marks(map(str, told)) if isinstance(told, list | tuple) else (),
        lessons=lessons(writer.record.lessons),
    )


def _writer(entry: CatalogueEntry) -> FieldWriter | None:
    try:
        return writer_for(services().catalogue.record(entry))
    except (InvalidRecord, RecordNotFound):
        return None
