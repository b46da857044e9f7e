# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was found, what the asker made of it, and what follows."""

from __future__ import annotations

from collections.abc import Iterator

from app.kickoff.memo.duties import Duty
from app.kickoff.memo.find import Decision, Find, PinnedRecord
from app.kickoff.memo.page.blocks import Block, Facts, Grid, Heading, Paragraph, Text
from app.kickoff.memo.page.draft import Draft, link, plain
from app.kickoff.memo.pinning import held_copy


def result(draft: Draft) -> Iterator[Block]:
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


def assessment(draft: Draft, section: int) -> Iterator[Block]:
    """Yield each find with decision and reason under a heading `section`.n."""
    for number, find in enumerate(draft.memo.finds, start=1):
        yield Heading(level=3, number=f"{section}.{number}", text=draft.title(find.record))
        yield Facts(rows=(*record_rows(draft, find.record), *_judged(draft, find)))


def record_rows(draft: Draft, record: PinnedRecord) -> Iterator[tuple[str, Text]]:
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


def _judged(draft: Draft, find: Find) -> Iterator[tuple[str, Text]]:
    yield draft.words("decision"), draft.say(f"decision.{find.decision}")
    if find.reason or find.decision is not Decision.NOTED:
        yield draft.words("reason"), draft.own(find.reason)


def duties(draft: Draft) -> Iterator[Block]:
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


def goals(draft: Draft) -> Iterator[Block]:
    """Yield the check of goals and leadership; nothing when it was not made."""
    columns = ("goal.question", "answer", "explanation")
    rows = tuple(
        (plain(goal.question), draft.say(f"goal.{goal.answer}"), draft.own(goal.note) if goal.note else plain("–"))
        for goal in draft.memo.goals
    )
    if rows:
        yield Grid(columns=tuple(draft.words(code) for code in columns), widths=(38, 18, 44), rows=rows)


def conclusion(draft: Draft) -> Iterator[Block]:
    """Yield what follows from it all."""
    yield from draft.paragraphs(draft.memo.conclusion)
