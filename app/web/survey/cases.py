"""Finds, counts and lists records for surveys, and for the short answer above the hits of a search."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from flask import request, url_for

from app.catalogue import CatalogueEntry, RecordNotFound
from app.records.json_value import JsonValue
from app.records.problem import InvalidRecord
from app.records.record import Lesson
from app.search.document import COLLECTED, KIND, USES, parts_of
from app.search.query import SearchHit, SearchQuery, SearchResult, Sort
from app.web.records.fields import FieldWriter
from app.web.records.lines import Outcome, outcome
from app.web.records.writer import writer_for
from app.web.search.facets import facet_value
from app.web.search.hits import Card, card_of, readable
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.searched import answered, entries_of
from app.web.shell.shown import Link, SourceMark
from app.web.shell.wording import _, ngettext, topics

TOPIC, OUTCOME, PHASE, REASON = "thema", "ergebnis", "phase", "grund"
"""Names of facets of the search."""
ALL = 1_000_000
Within = Mapping[str, str | tuple[str, ...]]
"""Accepted values by facet; an empty value accepts all."""


def found_by(*filters: tuple[str, str], label: str = "", count: int = 0) -> Link:
    """Return the link to the search with these filters; one with an empty value is left out."""
    asked = [(key, value) for key, value in filters if value]
    return Link(label=label, href=f"{url_for('search.results')}?{urlencode(asked)}", count=count)


def searched(within: Within, *counted: str, size: int = 1, page: int = 1, named: int = 0) -> SearchResult:
    """Return the result of a search with counts of these facets; raises Unavailable."""
    filters = {key: (value,) if isinstance(value, str) else value for key, value in within.items() if value}
    query = SearchQuery(
        filters=filters, sort=Sort.NEWEST, page=page, size=size, lang=current_language(), named=named, counted=counted
    )
    return answered(lambda: services().search.search(query))


def entries(within: Within, size: int, page: int = 1) -> list[CatalogueEntry]:
    """Return a page of the records found, last edited first, at most 100; raises Unavailable."""
    return entries_of(searched(within, size=size, page=page).hits)


def every(within: Within) -> list[CatalogueEntry]:
    """Return all records found, last changed first; raises Unavailable."""
    visible = services().catalogue.visible()
    found = (visible.get(name, origin) for origin, name in map(parts_of, searched(within, named=ALL).uids))
    return sorted((entry for entry in found if entry), key=lambda entry: -entry.seq)


def numbers(found: SearchResult, facet: str) -> dict[str, int]:
    """Return the number of records by value of a facet, as if it were not filtered by."""
    values = next((one.values for one in found.facets if one.key == facet), ())
    return {value.value: value.count for value in values if value.count}


def counted(facet: str, within: Within) -> dict[str, int]:
    """Return the number of records within filters by value of a facet; raises Unavailable."""
    return numbers(searched(within, facet), facet)


def asked_topic() -> str:
    """Return the field of action in the URL; an unknown one is ignored."""
    topic = request.args.get(TOPIC, "")
    return topic if topic in dict(topics()) else ""


def by_topic(numbers: Mapping[str, int], total: int, endpoint: str, chosen: str) -> Iterator[Link]:
    """Yield links to the page for each field of action that has records, after the one for all."""
    here = url_for(endpoint)
    yield Link(label=_("All fields of action"), href=here, count=total, current=not chosen)
    shown = [(facet_value(TOPIC, topic), topic) for topic, _label in topics() if topic in numbers or topic == chosen]
    for label, topic in sorted(shown):
        count = numbers.get(topic, 0)
        yield Link(label=label, href=f"{here}?{TOPIC}={topic}", count=count, current=topic == chosen)


def choice_values(name: str) -> tuple[str, ...]:
    """Return the values of a shared type or field in schema order."""
    return tuple(str(choice.value) for choice in services().schemas.choices(name))


MAX_CASES = 50
"""Cases in one list; the search has the others."""
SelectLessons = Callable[[Sequence[Lesson]], tuple[Lesson, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A record with its outcome; `why` are its reasons to end, `told` who states them."""

    card: Card
    writer: FieldWriter
    outcome: Outcome | None
    why: tuple[Link, ...]
    told: tuple[SourceMark, ...]
    lessons: tuple[Lesson, ...]


def cases(found: Iterable[CatalogueEntry], lessons: SelectLessons) -> tuple[Case, ...]:
    """Return the first records, those that can be read, each with the lessons that are selected from all of it."""
    several = tuple(islice(found, MAX_CASES))
    services().catalogue.read_ahead(several)
    made = (_case(entry, lessons) for entry in several)
    return tuple(case for case in made if case is not None)


def _case(entry: CatalogueEntry, lessons: SelectLessons) -> Case | None:
    card = card_of(entry)
    try:
        writer = writer_for(services().catalogue.record(entry))
    except (InvalidRecord, RecordNotFound):
        return None
    if card is None:
        return None
    data = writer.record.data
    return Case(
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


_BECAME: Mapping[Callable[[int], str], tuple[tuple[str, str], ...]] = {
    lambda n: ngettext("%(num)s is running", "%(num)s are running", n): ((PHASE, "operation"), (PHASE, "scaling")),
    lambda n: ngettext("%(num)s ended", "%(num)s ended", n): ((PHASE, "ended"),),
    lambda n: ngettext("%(num)s is planned or on trial", "%(num)s are planned or on trial", n): tuple(
        (PHASE, value) for value in ("idea", "concept", "proof_of_concept", "prototype", "pilot")
    ),
    lambda n: ngettext("%(num)s is an incident", "%(num)s are incidents", n): ((OUTCOME, "event"),),
}
"""What may have become of a case, in words and by the values that say so; an incident has no phase."""


ShortAnswer = tuple[Link, Link, tuple[Link, ...], tuple[Link, ...]]
"""A record with cases, these, what became of them, and the most frequent reasons for an end, each with its number."""


_HOLDS = {"collection": COLLECTED, "concept": USES, "solution": USES}
"""The filter for the cases that a record of a kind holds."""


def short_answer(question: str, hits: Sequence[SearchHit]) -> ShortAnswer | None:
    """Return the answer of the first hit that is named by what is asked and holds cases; None without one.

    A collection may be about more than was asked, a concept about nothing else; a product must be called by its name.
    """
    names = services().search.names_what_is_asked
    for hit, card in readable([hit for hit in hits if hit.kind in _HOLDS]):
        title, entry = card.title.partition(":")[0], services().catalogue.visible().get(hit.id, hit.origin)
        if hit.kind == "solution" and title.casefold() not in question.casefold():
            continue
        if hit.kind == "concept" and not names(title, question, whole=True):
            continue
        if entry and names(question, title, whole=True):
            within = (_HOLDS[hit.kind], entry.ref), (KIND, "case-study")
            found = searched(dict(within), PHASE, OUTCOME, REASON)
            count = {(facet.key, one.value): one.count for facet in found.facets for one in facet.values}
            became = ((words, values, sum(count.get(one, 0) for one in values)) for words, values in _BECAME.items())
            reasons = {value: number for (key, value), number in count.items() if key == REASON}
            top = max(reasons.values(), default=0)
            most = [value for value, number in reasons.items() if number == top > 0]
            if found.total:
                return (
                    Link(label=title, href=card.href, lang=card.title_lang),
                    found_by(*within, label=ngettext("%(num)s case", "%(num)s cases", found.total)),
                    tuple(found_by(*within, *values, label=words(n)) for words, values, n in became if n),
                    tuple(
                        found_by(*within, (REASON, one), label=f"{facet_value(REASON, one)} ({top})") for one in most
                    ),
                )
    return None
