"""The sections after the first page: situation, search, each find, duties, goals, and references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from textwrap import shorten
from urllib.parse import urlsplit

from app.documents.blocks import Block, Facts, Grid, Heading, Paragraph, Span, Text, TextRole
from app.kickoff.memo.memo import Decision, Find, NodeAsked, PinnedRecord, SearchDone
from app.kickoff.memo.pinning import held_copy
from app.kickoff.memo.wording import MemoDocument, link, plain
from app.kickoff.offers import SOLUTION
from app.records.five_lines import LineCode
from app.reuse.obtaining.answer import Verdict

_INQUIRED, _ANSWERED = (32, 26, 42), (44, 18, 38)
"""Widths in per cent of the columns question, answer and remark; a whole day must fit into that of inquiries."""
_TITLE = 60
"""Most characters of the title of a source: who opens its link sees it whole."""


def situation(draft: MemoDocument) -> Iterator[Block]:
    """Yield the known facts of the asker's situation; nothing if there are none."""
    given, words = draft.memo.situation, draft.words

    def worded(name: str, value: str) -> str:
        return draft.labels.value(name, value, draft.lang) if value else ""

    constraints = ("open_source_only", "obtainable_only")
    rows = {
        "place": given.place,
        "state": worded("state", given.state),
        "place_kind": worded("place_kind", given.place_kind),
        "population": "" if given.population is None else draft.formats.number(given.population),
        "size_class": worded("size_class", given.size_class),
        "cooperation": worded("cooperation", given.cooperation),
        "memberships": ", ".join(given.memberships),
        "topic": given.topic and draft.labels.topic(given.topic, draft.lang),
        "phase": worded("phase", given.phase),
        "months": draft.counted("months", given.months),
        "budget": "" if given.budget is None else draft.formats.euros(given.budget),
        "staff": draft.counted("staff", given.staff),
        "constraints": ", ".join(words(one) for one in constraints if getattr(given, one)),
    }
    if any(rows.values()):
        yield _in_one_line((words(code), plain(value)) for code, value in rows.items() if value)


def _in_one_line(rows: Iterable[tuple[str, Text]]) -> Paragraph:
    """Return terms and values as running text: a row for each would fill half a sheet."""
    return Paragraph(text=_run_on((Span(text=f"{term}: "), *value) for term, value in rows))


def _run_on(pieces: Iterable[Text], between: str = " · ") -> Text:
    return tuple(span for piece in pieces for span in (Span(text=between), *piece))[1:]


def search(draft: MemoDocument) -> Iterator[Block]:
    """Yield each search and the table of the nodes asked."""
    searches = draft.memo.searches
    if not searches:
        yield draft.note("open", TextRole.BODY)
    for number, done in enumerate(searches, start=1):
        if len(searches) > 1:
            yield Paragraph(text=draft.say("search.number", number=number), role=TextRole.LABEL)
        yield _in_one_line(_search(draft, done))
        if done.hits:
            yield Paragraph(text=_seen(draft, done), role=TextRole.LABEL)
            titles = ((replace(draft.foreign(hit.title, hit.lang), href=hit.address),) for hit in done.hits)
            yield Paragraph(text=_run_on(titles), role=TextRole.SMALL)
    if draft.memo.nodes:
        yield draft.note("asked", TextRole.LABEL)
        rows = (_node(draft, node) for node in draft.memo.nodes)
        yield _grid(draft, ("node", "freshness", "node.state"), rows, (42, 30, 28))


def _seen(draft: MemoDocument, done: SearchDone) -> Text:
    if done.found <= len(done.hits):
        return draft.say("seen")
    shown, found = draft.formats.number(len(done.hits)), draft.formats.number(done.found)
    return draft.say("seen.first", shown=shown, found=found)


def _search(draft: MemoDocument, done: SearchDone) -> Iterator[tuple[str, Text]]:
    yield draft.words("searched_at"), plain(draft.formats.moment(done.at))
    yield draft.words("searched_for"), draft.own(done.text) if done.text else draft.say("no_words")
    if done.filters:
        labels = draft.labels
        names = (
            f"{labels.filter_name(chosen.name, draft.words)}: "
            f"{chosen.label or labels.filter_value(chosen.name, chosen.value, draft.lang)}"
            for chosen in done.filters
        )
        yield draft.words("filters"), plain("; ".join(names))
    yield draft.words("found"), plain(draft.formats.number(done.found))


def _grid(
    draft: MemoDocument, columns: Iterable[str], rows: Iterable[tuple[Text, ...]], widths: tuple[int, ...]
) -> Grid:
    return Grid(columns=tuple(draft.words(code) for code in columns), widths=widths, rows=tuple(rows))


def _node(draft: MemoDocument, node: NodeAsked) -> tuple[Text, ...]:
    name = (Span(text=f"{node.name}\n"), Span(text=node.address, href=node.address))
    as_of = plain(draft.formats.moment(node.as_of)) if node.as_of else draft.say("unknown")
    return (name, as_of, draft.say(f"node.{node.state}"))


def inquiries(draft: MemoDocument) -> Iterator[Block]:
    """Yield the results of inquiries elsewhere."""
    yield draft.note("inquiries", TextRole.LABEL)
    rows = (
        (
            draft.say(f"asked.{one.asked}"),
            plain(draft.formats.partial(one.on)) if one.on else draft.say("open"),
            draft.own(one.result) if one.result else plain("–"),
        )
        for one in draft.memo.inquired
    )
    yield _grid(draft, ("inquiry.asked", "inquiry.on", "inquiry.result"), rows, _INQUIRED)


def assessment(draft: MemoDocument, section: int) -> Iterator[Block]:
    """Yield each find with decision and reason under a heading `section`.n; for a rejected one also the conditions."""
    for number, find in enumerate(draft.memo.finds, start=1):
        yield Heading(level=3, number=f"{section}.{number}", text=draft.title(find.record))
        rows = record_rows(draft, find.record)
        if find.decision is Decision.REJECTED:
            rows = _openness(draft, find.record) if draft.memo.situation.open_source_only else iter(())
        yield Facts(rows=(*rows, *_judged(draft, find)))


def _openness(draft: MemoDocument, record: PinnedRecord) -> Iterator[tuple[str, Text]]:
    if record.openness:
        yield draft.words("openness"), draft.say(f"openness.{record.openness}")


def record_rows(draft: MemoDocument, record: PinnedRecord) -> Iterator[tuple[str, Text]]:
    """Yield the facts about a record; version and address stand with the references."""
    labels, words = draft.labels, draft.words
    kind = labels.value("kind", record.kind, draft.lang)
    yield words("entry"), plain(", ".join((kind, *record.places)))
    if record.summary:
        yield words("what"), draft.of(record, record.summary)
    if record.outcome:
        line = draft.lines.outcome(record.lines)
        yield line.label if record.kind == SOLUTION else words("outcome"), plain(line.text)
    for line in draft.lines.lines(record.lines):
        if line.is_known and line.code is not LineCode.OUTCOME:
            text = f"{line.text} ({line.note})" if line.note else line.text
            yield line.label, draft.quoting(text, record.lang, *line.said)
    yield from _openness(draft, record)
    for lesson in record.lessons:
        kind = labels.value("lessons.kind", lesson.kind, draft.lang)
        yield words("lesson", kind=kind), draft.of(record, f"{lesson.statement} {lesson.recommendation}")


def _judged(draft: MemoDocument, find: Find) -> Iterator[tuple[str, Text]]:
    if find.way:
        yield draft.words("way"), way(draft, find)
    yield draft.words("decision"), draft.say(f"decision.{find.decision}")
    if find.reason or find.decision is not Decision.NOTED:
        yield draft.words("reason"), draft.own(find.reason)


def way(draft: MemoDocument, find: Find) -> Text:
    """Return how the place could obtain it, and the date of that knowledge."""
    found = find.way
    if found is None:
        if draft.memo.situation.settles_place:
            return draft.say("way.nothing")
        return draft.say("way.none") if find.is_reused else plain("–")
    verdict = draft.words(f"way.{found.step or found.verdict}")
    for step in found.others:
        verdict = draft.words("way.or", way=verdict, other=draft.words(f"way.or.{step}"))
    route = draft.labels.value("reuse_routes.route", found.route, draft.lang) if found.route else ""
    if not route:
        return draft.say("way.ask", verdict=verdict, name=found.provider) if found.provider else plain(verdict)
    known = ", ".join(filter(None, (route, found.provider)))
    day = draft.words("unknown") if found.as_of in ("", "unknown") else draft.formats.partial(found.as_of)
    said = "way.named" if found.verdict == Verdict.UNDOCUMENTED else "way.value"
    return draft.say(said, verdict=verdict, way=known, day=day)


def duties(draft: MemoDocument) -> Iterator[Block]:
    """Yield the four duties with the asker's answers."""
    yield draft.note("duties.note")
    rows = (
        (
            draft.say(f"duty.{answer.duty}"),
            draft.say(f"duty.{answer.state}"),
            draft.own(answer.text) if answer.text else plain("–"),
        )
        for answer in draft.memo.answers
    )
    yield replace(_grid(draft, ("duty", "answer", "explanation"), rows, _ANSWERED), together=True)


def goals(draft: MemoDocument) -> Iterator[Block]:
    """Yield the check of goals and leadership; nothing if it was not made."""
    rows = [
        (plain(goal.question), draft.say(f"goal.{goal.answer}"), draft.own(goal.note) if goal.note else plain("–"))
        for goal in draft.memo.goals
    ]
    if rows:
        yield _grid(draft, ("goal.question", "answer", "explanation"), rows, _ANSWERED)


def cosigning(draft: MemoDocument) -> Iterator[Block]:
    """Yield a table to be filled in by hand; nothing if nobody co-signs."""
    if draft.memo.cosigners:
        yield draft.note("cosigners", TextRole.LABEL)
        yield Grid(
            columns=(draft.words("cosigner"), draft.words("cosigned")),
            widths=(44, 56),
            rows=tuple((plain(name), ()) for name in draft.memo.cosigners),
            together=True,
        )


def references(draft: MemoDocument) -> Iterator[Block]:
    """Yield each record, by its number in the overview, as a citation; with sources in short if it is to be reused."""
    yield draft.note("references.note")
    for number, find in enumerate(draft.memo.finds, start=1):
        record = find.record
        citation = (Span(text=f"[{number}] "), *_citation(draft, record), Span(text="\n"), *link(record.address))
        yield Paragraph(text=citation, role=TextRole.CITATION)
        if not find.is_reused:
            continue
        copy = held_copy(record, draft.memo.issuer)
        if copy:
            yield Paragraph(text=(Span(text=f"{draft.words('held_copy')}: "), *link(copy)), role=TextRole.NOTE)
        if record.sources:
            yield Paragraph(text=_sources(draft, record), role=TextRole.SMALL)


def _citation(draft: MemoDocument, record: PinnedRecord) -> Text:
    home = urlsplit(record.home).netloc or record.home
    text = draft.words(
        "citation",
        title=record.title,
        home=draft.memo.site if record.home == draft.memo.issuer else home,
        version=record.ver,
        day=draft.formats.day(record.at),
        license=record.license,
    )
    return draft.quoting(text, record.lang, record.title)


def _sources(draft: MemoDocument, record: PinnedRecord) -> Text:
    """Return the sources by publisher, each once with a short title, its date, and its address as a link."""
    known: dict[str, list[Text]] = {}
    for source in dict.fromkeys(record.sources):
        title = draft.foreign(shorten(source.title, _TITLE, placeholder=" …"), source.lang or record.lang)
        date = f", {draft.formats.partial(source.date)}" if source.date not in ("", "unknown") else ""
        known.setdefault(source.publisher, []).append((replace(title, href=source.url), Span(text=date)))
    named = ((Span(text=f"{publisher}: "), *_run_on(found, "; ")) for publisher, found in known.items())
    return (Span(text=f"{draft.words('sources')}: "), *_run_on(named))
