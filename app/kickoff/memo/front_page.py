"""The first page, for those who read only one: the finds at a glance, and what contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator

from app.documents.blocks import Block, Facts, Grid, Items, Paragraph, Text, TextRole
from app.kickoff.memo.conflicts import conflicts
from app.kickoff.memo.draft import MemoDocument, plain
from app.kickoff.memo.memo import Decision, Find
from app.records.five_lines import LineCode, asks
from app.reuse.obtaining.answer import Verdict


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


def overview(draft: MemoDocument) -> Iterator[Block]:
    """Yield the finds, and what does not go together."""
    yield from finds(draft)
    found = conflicts(draft.memo)
    if found:
        yield Paragraph(text=draft.say("conflicts"), role=TextRole.LABEL)
        yield Items(items=tuple(draft.say(f"conflict.{one.code}", title=one.title) for one in found))


def finds(draft: MemoDocument) -> Iterator[Block]:
    """Yield the numbers and one line for each find."""
    memo = draft.memo
    if memo.finds:
        counts = {decision.value: len(memo.decided(decision)) for decision in Decision}
        yield Paragraph(text=draft.say("result.counts", total=len(memo.finds), **counts), role=TextRole.LEAD)
        yield _finds(draft)
    else:
        yield Paragraph(text=draft.say("result.none"))


def _finds(draft: MemoDocument) -> Grid:
    words, given = draft.words, draft.memo.situation
    budget = "" if given.budget is None else draft.formats.euros(given.budget)
    months = "" if given.months is None else draft.counted("months", given.months)
    cost, duration = _against(draft, "cost", budget), _against(draft, "duration", months)
    return Grid(
        columns=(words("number"), words("entry"), words("decision"), cost, duration, words("way")),
        widths=(5, 22, 12, 22, 17, 22),
        rows=tuple(
            (
                plain(str(number)),
                (draft.title(find.record),),
                draft.say(f"decision.{find.decision}"),
                draft.quoting(_cost(draft, find), find.record.lang, *draft.lines.cost(find.record.lines).said),
                plain(_duration(draft, find)),
                way(draft, find),
            )
            for number, find in enumerate(draft.memo.finds, start=1)
        ),
    )


def _against(draft: MemoDocument, code: str, ours: str) -> str:
    """Return the head of a column, with what the asker has of it."""
    return plain(f"{draft.words(code)} {draft.words('ours', value=ours)}")[0].text if ours else draft.words(code)


def _cost(draft: MemoDocument, find: Find) -> str:
    """Return what it cost there, with the share that was granted and the year: what money is worth depends on both."""
    cost, lines = find.record.lines.cost, draft.lines
    line = lines.cost(find.record.lines)
    if not line.is_known and not asks(find.record.lines.kind, LineCode.COST):
        return draft.words("not_applicable")
    note = lines.costs.notes(cost, None) if cost.told else line.note
    return f"{line.text} ({note})" if note else line.text


def _duration(draft: MemoDocument, find: Find) -> str:
    """Return how long it took there until it was in use, else from when to when it ran."""
    line = draft.lines.duration(find.record.lines)
    if not line.is_known and not asks(find.record.lines.kind, LineCode.DURATION):
        return draft.words("not_applicable")
    found = find.record.figures.duration
    return draft.lines.length(found) if found.months_to_use else line.text


def way(draft: MemoDocument, find: Find) -> Text:
    """Return by which way the place could obtain it, with the day as of which that is known."""
    found = find.way
    if found is None:
        if draft.memo.situation.settles_place:
            return draft.say("way.nothing")
        return draft.say("way.none") if find.decision is Decision.TAKEN else plain("–")
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
