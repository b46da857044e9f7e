# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The sections of the document, from what gave rise to the memo to where to read again what was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from app.kickoff.memo.blocks import Block, Facts, Grid, Heading, Items, Paragraph, Span, Text, TextRole
from app.kickoff.memo.draft import MemoDocument, link, plain
from app.kickoff.memo.memo import CitedSource, Decision, Duty, Find, NodeAsked, PinnedRecord, SearchDone
from app.kickoff.memo.pinning import held_copy


def head(draft: MemoDocument) -> Facts:
    """Return what a file is found by; file reference and office stay empty to be filled in by hand."""
    memo, words = draft.memo, draft.words
    return Facts(
        rows=(
            (words("reference"), draft.own(memo.reference) if memo.reference else ()),
            (words("office"), draft.own(memo.office) if memo.office else ()),
            (words("as_of"), plain(draft.formats.moment(memo.at))),
            (words("made_with"), plain(f"{memo.site}, {memo.issuer}")),
        )
    )


def situation(draft: MemoDocument) -> Iterator[Block]:
    """Yield what is known of the asker's situation; nothing when nothing is."""
    rows = tuple(_situation(draft))
    if rows:
        yield Facts(rows=rows)


def _situation(draft: MemoDocument) -> Iterator[tuple[str, Text]]:
    given = draft.memo.situation
    rows = {
        "place": given.place,
        "state": _worded(draft, "state", given.state),
        "place_kind": _worded(draft, "place_kind", given.place_kind),
        "population": "" if given.population is None else draft.formats.number(given.population),
        "size_class": _worded(draft, "size_class", given.size_class),
        "cooperation": _worded(draft, "cooperation", given.cooperation),
        "memberships": ", ".join(given.memberships),
        "topic": given.topic and draft.labels.topic(given.topic, draft.lang),
        "phase": _worded(draft, "phase", given.phase),
        "months": _counted(draft, "months", given.months),
        "budget": "" if given.budget is None else draft.formats.euros(given.budget),
        "staff": _counted(draft, "staff", given.staff),
        "constraints": ", ".join(_constraints(draft)),
    }
    yield from ((draft.words(code), plain(value)) for code, value in rows.items() if value)


def _worded(draft: MemoDocument, name: str, value: str) -> str:
    return draft.labels.value(name, value, draft.lang) if value else ""


def _constraints(draft: MemoDocument) -> Iterator[str]:
    if draft.memo.situation.open_source_only:
        yield draft.words("open_source_only")
    if draft.memo.situation.obtainable_only:
        yield draft.words("obtainable_only")


def _counted(draft: MemoDocument, code: str, number: float | None) -> str:
    if number is None:
        return ""
    if number == 1:
        return draft.words(f"{code}.one")
    return draft.words(f"{code}.value", number=draft.formats.number(number))


def search(draft: MemoDocument) -> Iterator[Block]:
    """Yield each search and the table of the nodes asked."""
    searches = draft.memo.searches
    if not searches:
        yield Paragraph(text=draft.say("open"))
    for number, done in enumerate(searches, start=1):
        if len(searches) > 1:
            yield Paragraph(text=draft.say("search.number", number=number), role=TextRole.LABEL)
        yield Facts(rows=tuple(_search(draft, done)))
        if done.hits:
            yield Paragraph(text=draft.say("seen"), role=TextRole.LABEL)
            titles = ((hit, draft.foreign(hit.title, hit.lang)) for hit in done.hits)
            yield Items(items=tuple((replace(title, href=hit.address),) for hit, title in titles))
    if draft.memo.nodes:
        yield Paragraph(text=draft.say("asked"), role=TextRole.LABEL)
        yield _nodes(draft)


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


def _nodes(draft: MemoDocument) -> Grid:
    columns = ("node", "freshness", "node.state")
    return Grid(
        columns=tuple(draft.words(code) for code in columns),
        widths=(42, 30, 28),
        rows=tuple(_node(draft, node) for node in draft.memo.nodes),
    )


def _node(draft: MemoDocument, node: NodeAsked) -> tuple[Text, ...]:
    name = (Span(text=f"{node.name}\n"), Span(text=node.address, href=node.address))
    as_of = plain(draft.formats.moment(node.as_of)) if node.as_of else draft.say("unknown")
    return (name, as_of, draft.say(f"node.{node.state}"))


def result(draft: MemoDocument) -> Iterator[Block]:
    """Yield the numbers and one line for each find."""
    memo = draft.memo
    if not memo.finds:
        yield Paragraph(text=draft.say("result.none"))
        return
    counts = {decision.value: len(memo.decided(decision)) for decision in Decision}
    yield Paragraph(text=draft.say("result.counts", total=len(memo.finds), **counts))
    columns = ("number", "entry", "decision")
    yield Grid(
        columns=tuple(draft.words(code) for code in columns),
        widths=(8, 62, 30),
        rows=tuple(
            (plain(str(number)), (draft.title(find.record),), draft.say(f"decision.{find.decision}"))
            for number, find in enumerate(memo.finds, start=1)
        ),
    )


def assessment(draft: MemoDocument, section: int) -> Iterator[Block]:
    """Yield each find with decision and reason under a heading `section`.n."""
    for number, find in enumerate(draft.memo.finds, start=1):
        yield Heading(level=3, number=f"{section}.{number}", text=draft.title(find.record))
        yield Facts(rows=(*record_rows(draft, find.record), *_judged(draft, find)))


def record_rows(draft: MemoDocument, record: PinnedRecord) -> Iterator[tuple[str, Text]]:
    """Yield what is said about a record and which version of it was read."""
    labels, words = draft.labels, draft.words
    kind = labels.value("kind", record.kind, draft.lang)
    yield words("entry"), plain(", ".join((kind, *record.places)))
    if record.summary:
        yield words("what"), draft.of(record, record.summary)
    if record.outcome:
        yield words("outcome"), plain(labels.value("outcome", record.outcome, draft.lang))
    if record.openness:
        yield words("openness"), draft.say(f"openness.{record.openness}")
    yield words("version"), draft.version(record)
    yield words("address"), link(record.address)
    copy = held_copy(record, draft.memo.issuer)
    if copy:
        yield words("held_copy"), link(copy)


def _judged(draft: MemoDocument, find: Find) -> Iterator[tuple[str, Text]]:
    yield draft.words("decision"), draft.say(f"decision.{find.decision}")
    if find.reason or find.decision is not Decision.NOTED:
        yield draft.words("reason"), draft.own(find.reason)


def duties(draft: MemoDocument) -> Iterator[Block]:
    """Yield the four duties with the asker's answers."""
    yield draft.note("duties.note")
    columns = ("duty", "answer", "explanation")
    answers = [draft.memo.answer(duty) for duty in Duty]
    yield Grid(
        columns=tuple(draft.words(code) for code in columns),
        widths=(38, 18, 44),
        rows=tuple(
            (
                draft.say(f"duty.{answer.duty}"),
                draft.say(f"duty.{answer.state}"),
                draft.own(answer.text) if answer.text else plain("–"),
            )
            for answer in answers
        ),
    )


def goals(draft: MemoDocument) -> Iterator[Block]:
    """Yield the check of goals and leadership; nothing when it was not made."""
    columns = ("goal.question", "answer", "explanation")
    rows = tuple(
        (plain(goal.question), draft.say(f"goal.{goal.answer}"), draft.own(goal.note) if goal.note else plain("–"))
        for goal in draft.memo.goals
    )
    if rows:
        yield Grid(columns=tuple(draft.words(code) for code in columns), widths=(38, 18, 44), rows=rows)


def references(draft: MemoDocument) -> Iterator[Block]:
    """Yield each record, by its number in the result, as a citation with its permanent address and its sources."""
    yield draft.note("references.note")
    for number, find in enumerate(draft.memo.finds, start=1):
        record = find.record
        citation = (Span(text=f"[{number}] "), *_citation(draft, record), Span(text="\n"), *link(record.address))
        yield Paragraph(text=citation, role=TextRole.CITATION)
        yield Paragraph(text=(Span(text=f"{draft.words('checksum')}: {record.digest}"),), role=TextRole.NOTE)
        copy = held_copy(record, draft.memo.issuer)
        if copy:
            yield Paragraph(text=(Span(text=f"{draft.words('held_copy')}: "), *link(copy)), role=TextRole.NOTE)
        if record.sources:
            yield Paragraph(text=draft.say("sources"), role=TextRole.LABEL)
            yield Items(items=tuple(_source(draft, record, source) for source in record.sources))


def _citation(draft: MemoDocument, record: PinnedRecord) -> Text:
    home = urlsplit(record.home).netloc or record.home
    return draft.say(
        "citation",
        title=record.title,
        home=draft.memo.site if record.home == draft.memo.issuer else home,
        version=record.ver,
        day=draft.formats.day(record.at),
        license=record.license,
    )


def _source(draft: MemoDocument, record: PinnedRecord, source: CitedSource) -> Text:
    known = source.date and source.date != "unknown"
    text = draft.words(
        "source.dated" if known else "source",
        publisher=source.publisher,
        title=source.title,
        date=draft.formats.partial(source.date),
    )
    address = (Span(text="\n"), *link(source.url)) if source.url else ()
    return (*draft.of(record, text), *address)
