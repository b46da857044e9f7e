"""Five sheets for those who decide: problem, what others did, cost, failures and risks, proposal.

Those of a memo are made here from what the asker wrote and from its finds and decisions; those of a record share the
words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.documents.blocks import Deck, Figure, Point, Slide, Span, Text
from app.kickoff.lessons import SOBERING
from app.kickoff.memo.check import conflicts
from app.kickoff.memo.memo import Decision, Find, GoalState, PinnedLesson, PinnedRecord
from app.kickoff.memo.sections import way
from app.kickoff.memo.wording import MemoDocument, Words, plain
from app.records.sentences import plain as without_marks
from app.records.sentences import whole_sentences
from app.shared.wording import NP_

_FINDS, _RISKS, _TITLE = 3, 4, 60
_SOBERING = frozenset({"stopped", "no_effect", "partial"})
"""Outcomes that belong among failures and risks, whatever was decided on the find."""


def memo_deck(draft: MemoDocument) -> Deck:
    """Return the slides of a memo."""
    words, memo = SlideWords(draft.lang), draft.memo
    finds = _in_order(memo.finds)
    address = finds[0].record.address if finds else ""
    return Deck(
        lang=draft.lang,
        title=Span(text=joined((draft.words("title"), memo.reference))),
        subtitle=joined((memo.office, memo.situation.place, f"{draft.words('as_of')} {draft.formats.day(memo.at)}")),
        address=address,
        code=words("code", address=address),
        mark=_mark(draft, finds[0].record) if finds else "",
        page=words("page"),
        of=words("of"),
        sources=words("sources"),
        slides=tuple(
            slide.fitted()
            for slide in (
                _problem(draft, words),
                _done(draft, words, finds),
                _cost(draft, words, finds),
                _risks(draft, words, finds),
                _next(draft, words),
            )
        ),
    )


def _in_order(finds: Sequence[Find]) -> tuple[Find, ...]:
    """What will be reused comes first, what does not suit last."""
    order = (Decision.TAKEN, Decision.NOTED, Decision.REJECTED)
    return tuple(sorted(finds, key=lambda find: order.index(find.decision)))


def _problem(draft: MemoDocument, words: SlideWords) -> Slide:
    memo = draft.memo
    said = ((words("occasion"), memo.occasion), (words("question"), memo.question))
    return Slide(
        leads_on=False,
        title=words("problem"),
        points=tuple(Point(label=label, text=_own(draft, text)) for label, text in said),
        is_first=True,
    )


def _own(draft: MemoDocument, text: str) -> Text:
    return draft.own(few_words(text)) if text else draft.say("open")


def _done(draft: MemoDocument, words: SlideWords, finds: Sequence[Find]) -> Slide:
    shown = finds[:_FINDS]
    counts = {decision.value: len(draft.memo.decided(decision)) for decision in Decision}
    first = draft.say("result.counts", total=len(finds), **counts) if finds else plain(words("nothing_found"))
    return Slide(
        title=words("done"),
        points=(Point(text=first), *(_find(draft, find) for find in shown)),
        sources=_sources(draft, words, finds, shown),
    )


def _find(draft: MemoDocument, find: Find) -> Point:
    record = find.record
    outcome = draft.lines.outcome(record.lines).text if record.outcome else ""
    said = joined((outcome, draft.words(f"decision.{find.decision}"), _mark(draft, record)))
    return Point(
        text=(draft.title(record), Span(text=f" – {', '.join(record.places[:2])}" if record.places else "")), note=said
    )


def _cost(draft: MemoDocument, words: SlideWords, finds: Sequence[Find]) -> Slide:
    thinkable = tuple(find for find in finds if find.decision is not Decision.REJECTED)
    shown = thinkable[:_FINDS]
    budget = draft.memo.situation.budget
    ours = plain(draft.formats.euros(budget)) if budget is not None else draft.say("open")
    return Slide(
        leads_on=False,
        title=words("cost"),
        figures=tuple(_amount(draft, words, find.record) for find in shown),
        points=(Point(label=words("ours"), text=ours),),
        sources=_sources(draft, words, thinkable, shown),
    )


def _amount(draft: MemoDocument, words: SlideWords, record: PinnedRecord) -> Figure:
    line = draft.lines.cost(record.lines)
    if not line.is_known:
        return Figure(value=words("unknown"), label=draft.title(record), note=_mark(draft, record))
    notes = draft.lines.costs.notes(record.lines.cost, None) if record.lines.cost.told else line.note
    return Figure(value=line.text, label=draft.title(record), note=joined((notes, _mark(draft, record))))


def _risks(draft: MemoDocument, words: SlideWords, finds: Sequence[Find]) -> Slide:
    rejected = draft.memo.decided(Decision.REJECTED)
    sobering = tuple(
        find for find in finds if find.decision is not Decision.REJECTED and find.record.outcome in _SOBERING
    )
    points = tuple(_risky(draft, words, rejected, sobering, finds))[:_RISKS]
    named = tuple(find for find in finds if find in (*sobering, *rejected) or _lessons(find))
    return Slide(
        leads_on=False,
        title=words("risks"),
        points=points or (Point(text=plain(words("not_told"))),),
        sources=_sources(draft, words, named, named[:_RISKS]),
    )


def _risky(
    draft: MemoDocument,
    words: SlideWords,
    rejected: Sequence[Find],
    sobering: Sequence[Find],
    finds: Sequence[Find],
) -> Iterator[Point]:
    for find in sobering:
        outcome = draft.lines.outcome(find.record.lines).text
        yield Point(label=outcome, text=(draft.title(find.record),), note=_mark(draft, find.record))
    for find in finds:
        for lesson in _lessons(find)[:1]:
            label = "" if lesson.kind == "did_not_work" else words(lesson.kind)
            said = draft.of(find.record, few_words(lesson.statement))
            yield Point(label=label, text=said, note=_mark(draft, find.record))
    for one in conflicts(draft.memo):
        yield Point(text=draft.say(f"conflict.{one.code}", title=one.title))
    for find in rejected:
        reason = (Span(text=" – "), *draft.own(few_words(find.reason))) if find.reason else ()
        yield Point(label=words("rejected"), text=(draft.title(find.record), *reason), note=_mark(draft, find.record))
    for goal in draft.memo.goals:
        if goal.answer in {GoalState.NO, GoalState.PARTLY}:
            yield Point(label=words("not_settled"), text=plain(few_words(goal.question)))


def _lessons(find: Find) -> tuple[PinnedLesson, ...]:
    """Return what of a find that is thinkable went wrong or is disputed."""
    is_thinkable = find.decision is not Decision.REJECTED
    return tuple(one for one in find.record.lessons if is_thinkable and one.kind in SOBERING)


def _next(draft: MemoDocument, words: SlideWords) -> Slide:
    memo = draft.memo
    taken = memo.decided(Decision.TAKEN)
    advice = draft.own(few_words(memo.conclusion, 260)) if memo.conclusion else plain(words("no_recommendation"))
    return Slide(
        leads_on=False,
        title=words("next"),
        points=(Point(text=advice), *(_taken(draft, words, find) for find in taken[:_FINDS])),
        sources=_sources(draft, words, taken, taken[:_FINDS]),
    )


def _taken(draft: MemoDocument, words: SlideWords, find: Find) -> Point:
    text = (draft.title(find.record), Span(text=" – "), *way(draft, find))
    return Point(label=words("to_reuse"), text=text, note=_mark(draft, find.record))


def _mark(draft: MemoDocument, record: PinnedRecord) -> str:
    """Return the number of a find as the memo counts them."""
    return f"[{[find.record.key for find in draft.memo.finds].index(record.key) + 1}]"


def _sources(draft: MemoDocument, words: SlideWords, of: Sequence[Find], shown: Sequence[Find]) -> tuple[Text, ...]:
    named = tuple(_source(draft, find.record) for find in shown[:SOURCES])
    more = len(of) - len(named)
    return (*named, *([(Span(text=words("more_finds", number=more)),)] if more > 0 and named else []))


def _source(draft: MemoDocument, record: PinnedRecord) -> Text:
    version = draft.words("version.value", version=record.ver, day=draft.formats.day(record.at))
    mark, address = _mark(draft, record), Span(text=record.address, href=record.address)
    title = draft.foreign(shortened(record.title, _TITLE), record.lang)
    return (Span(text=f"{mark} "), title, Span(text=f", {version} "), address)


TEXTS: Mapping[str, str] = {
    "problem": NP_("slides", "The problem"),
    "about": NP_("slides", "What it is about"),
    "done": NP_("slides", "What others did"),
    "cost": NP_("slides", "What it costs"),
    "risks": NP_("slides", "Failures and risks"),
    "next": NP_("slides", "Proposal and next step"),
    "page": NP_("slides", "Sheet"),
    "of": NP_("slides", "of"),
    "sources": NP_("slides", "Sources"),
    "more_sources": NP_("slides", "and %(number)s more in the record"),
    "more_finds": NP_("slides", "and %(number)s more in the memo"),
    "code": NP_("slides", "QR code that leads to %(address)s"),
    "unknown": NP_("slides", "not known"),
    "not_told": NP_("slides", "What went wrong is not known here. Those who did it can tell."),
    "date_unknown": NP_("slides", "date not known"),
    "outcome": NP_("slides", "Outcome"),
    "goal": NP_("slides", "Goal"),
    "open": NP_("slides", "Open"),
    "would_do_differently": NP_("slides", "Would be done differently"),
    "open_question": NP_("slides", "Disputed or open"),
    "surprise": NP_("slides", "Not expected"),
    "recommendation": NP_("slides", "Recommendation"),
    "adapt": NP_("slides", "To adapt"),
    "way": NP_("slides", "Way to obtain it"),
    "step": NP_("slides", "Step"),
    "occasion": NP_("slides", "Occasion"),
    "question": NP_("slides", "Question"),
    "ours": NP_("slides", "Our funds"),
    "rejected": NP_("slides", "Not suitable"),
    "not_settled": NP_("slides", "Not settled"),
    "to_reuse": NP_("slides", "To be reused"),
    "nothing_found": NP_("slides", "Nothing was found that called for a closer look."),
    "no_recommendation": NP_("slides", "No recommendation has been written yet."),
    "file_name": NP_("slides", "slides"),
}


class SlideWords(Words):
    """The texts of slides in one language."""

    texts = TEXTS


SOURCES = 4
"""Sources that a sheet names; the record has them all."""
SOURCE = 86
"""Letters of a source, which with its date fill a line."""
LONGEST = 190
"""Letters of one statement, beyond which only a first sentence goes."""
_CUT = 300


def few_words(text: str, most: int = LONGEST) -> str:
    """Return the first whole sentences of a text of a record, without marks, as many as a sheet has room for."""
    found = ""
    for sentence in whole_sentences(without_marks(text)):
        longer = f"{found} {sentence}".strip()
        if found and len(longer) > most:
            break
        found = longer
    return shortened(found, _CUT)


def shortened(text: str, most: int = SOURCE) -> str:
    """Return a text of so many letters at most, cut between words."""
    return text if len(text) <= most else f"{text[:most].rpartition(' ')[0]} …"


def joined(notes: Iterable[str]) -> str:
    """Return what limits a statement in one line."""
    return " · ".join(filter(None, notes))
