"""Five slides for decision-makers, from the texts of a memo or of a record: problem, others, cost, risks, proposal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.documents.blocks import Deck, Figure, Point, Slide, Span, Text
from app.kickoff.lessons import SOBERING
from app.kickoff.memo.check import conflicts
from app.kickoff.memo.memo import Decision, Find, GoalState, PinnedLesson
from app.kickoff.memo.sections import way
from app.kickoff.memo.wording import MemoDocument, Words, plain
from app.records.sentences import plain as without_marks
from app.records.sentences import whole_sentences
from app.shared.wording import NP_

_MAX_FINDS, _MAX_RISKS, _TITLE_LENGTH = 3, 4, 60
_SOBERING = frozenset({"stopped", "no_effect", "partial"})
"""Outcomes shown among failures and risks, whatever the decision on the find."""


def memo_deck(draft: MemoDocument) -> Deck:
    """Return the slides of a memo."""
    return _MemoSlides(draft).deck()


class _MemoSlides:
    def __init__(self, draft: MemoDocument) -> None:
        self.draft = draft
        self.memo = draft.memo
        self.words = SlideWords(draft.lang)
        # Records to be reused come first, unsuitable ones last.
        order = (Decision.TAKEN, Decision.ADAPTED, Decision.NOTED, Decision.REJECTED)
        self.finds = tuple(sorted(draft.memo.finds, key=lambda find: order.index(find.decision)))
        self.thinkable = tuple(find for find in self.finds if find.decision is not Decision.REJECTED)

    def deck(self) -> Deck:
        words, memo, draft = self.words, self.memo, self.draft
        address = self.finds[0].record.address if self.finds else ""
        as_of = f"{draft.words('as_of')} {draft.formats.day(memo.at)}"
        slides = (self._problem(), self._done(), self._cost(), self._failures(), self._next())
        return Deck(
            lang=draft.lang,
            title=Span(text=joined((draft.words("title"), memo.reference))),
            subtitle=joined((memo.office, memo.situation.place, as_of)),
            address=address,
            code=words("code", address=address),
            mark=self._mark(self.finds[0]) if self.finds else "",
            page=words("page"),
            of=words("of"),
            sources=words("sources"),
            slides=tuple(slide.fitted() for slide in slides),
        )

    def _problem(self) -> Slide:
        said = (("occasion", self.memo.occasion), ("question", self.memo.question))
        points = tuple(Point(label=self.words(code), text=self.draft.own(few_words(text))) for code, text in said)
        return Slide(leads_on=False, title=self.words("problem"), points=points, is_first=True)

    def _done(self) -> Slide:
        draft, shown = self.draft, self.finds[:_MAX_FINDS]
        counts = {decision.value: len(self.memo.decided(decision)) for decision in Decision}
        counts["taken"] = len(self.memo.reused)
        first = draft.say("result.counts", total=len(self.finds), **counts)
        points = (Point(text=first if self.finds else plain(self.words("nothing_found"))), *map(self._find, shown))
        return Slide(title=self.words("done"), points=points, sources=self._sources(self.finds, shown))

    def _find(self, find: Find) -> Point:
        record, draft = find.record, self.draft
        outcome = draft.lines.outcome(record.lines).text if record.outcome else ""
        places = Span(text=f" – {', '.join(record.places[:2])}" if record.places else "")
        note = joined((outcome, draft.words(f"decision.{find.decision}"), self._mark(find)))
        return Point(text=(draft.title(record), places), note=note)

    def _cost(self) -> Slide:
        shown, budget = self.thinkable[:_MAX_FINDS], self.memo.situation.budget
        ours = plain(self.draft.formats.euros(budget)) if budget is not None else self.draft.say("open")
        return Slide(
            leads_on=False,
            title=self.words("cost"),
            figures=tuple(map(self._amount, shown)),
            points=(Point(label=self.words("ours"), text=ours),),
            sources=self._sources(self.thinkable, shown),
        )

    def _amount(self, find: Find) -> Figure:
        lines, told = self.draft.lines, find.record.lines
        line = lines.cost(told)
        notes = lines.costs.notes(told.cost, None) if told.cost.told else line.note
        return Figure(
            value=line.text if line.is_known else self.words("unknown"),
            label=self.draft.title(find.record),
            note=joined((notes if line.is_known else "", self._mark(find))),
        )

    def _failures(self) -> Slide:
        rejected = self.memo.decided(Decision.REJECTED)
        sobering = tuple(find for find in self.thinkable if find.record.outcome in _SOBERING)
        points = tuple(self._failed(rejected, sobering))[:_MAX_RISKS]
        named = tuple(find for find in self.finds if find in (*sobering, *rejected) or self._lessons(find))
        return Slide(
            leads_on=False,
            title=self.words("risks"),
            points=points or (Point(text=plain(self.words("not_told"))),),
            sources=self._sources(named, named[:_MAX_RISKS]),
        )

    def _failed(self, rejected: Sequence[Find], sobering: Sequence[Find]) -> Iterator[Point]:
        draft, words = self.draft, self.words
        for find in sobering:
            outcome = draft.lines.outcome(find.record.lines).text
            yield Point(label=outcome, text=(draft.title(find.record),), note=self._mark(find))
        for find in self.finds:
            for lesson in self._lessons(find)[:1]:
                label = "" if lesson.kind == "did_not_work" else words(lesson.kind)
                said = draft.of(find.record, few_words(lesson.statement))
                yield Point(label=label, text=said, note=self._mark(find))
        for one in conflicts(self.memo):
            yield Point(text=draft.say(f"conflict.{one.code}", title=one.title))
        for find in rejected:
            reason = (Span(text=" – "), *draft.own(few_words(find.reason))) if find.reason else ()
            yield Point(label=words("rejected"), text=(draft.title(find.record), *reason), note=self._mark(find))
        for goal in self.memo.goals:
            if goal.answer in {GoalState.NO, GoalState.PARTLY}:
                yield Point(label=words("not_settled"), text=plain(few_words(goal.question)))

    def _lessons(self, find: Find) -> tuple[PinnedLesson, ...]:
        """Return the lessons on failures and disputes of a find that is not rejected."""
        return tuple(one for one in find.record.lessons if find in self.thinkable and one.kind in SOBERING)

    def _next(self) -> Slide:
        draft, taken = self.draft, self.memo.reused
        said = few_words(self.memo.conclusion, 260)
        advice = Point(text=draft.own(said) if said else plain(self.words("no_recommendation")))
        reused = (
            Point(
                label=self.words("to_reuse"),
                text=(draft.title(find.record), Span(text=" – "), *way(draft, find)),
                note=self._mark(find),
            )
            for find in taken[:_MAX_FINDS]
        )
        sources = self._sources(taken, taken[:_MAX_FINDS])
        return Slide(leads_on=False, title=self.words("next"), points=(advice, *reused), sources=sources)

    def _mark(self, find: Find) -> str:
        """Return the number of a find in the memo."""
        return f"[{[one.record.key for one in self.memo.finds].index(find.record.key) + 1}]"

    def _sources(self, of: Sequence[Find], shown: Sequence[Find]) -> tuple[Text, ...]:
        named = tuple(map(self._source, shown[:SOURCES]))
        more = len(of) - len(named)
        return (*named, plain(self.words("more_finds", number=more))) if more > 0 and named else named

    def _source(self, find: Find) -> Text:
        draft, record = self.draft, find.record
        version = draft.words("version.value", version=record.ver, day=draft.formats.day(record.at))
        title = draft.foreign(shortened(record.title, _TITLE_LENGTH), record.lang)
        address = Span(text=record.address, href=record.address)
        return (Span(text=f"{self._mark(find)} "), title, Span(text=f", {version} "), address)


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
"""Sources shown on a slide; the record has them all."""
SOURCE = 86
"""Letters of a source, which with its date fill a line."""
LONGEST = 190
"""Letters of a statement; of longer ones only the first sentences are shown."""
_CUT = 300


def few_words(text: str, most: int = LONGEST) -> str:
    """Return the first whole sentences of a record's text that fit on a slide, without Markdown."""
    found = ""
    for sentence in whole_sentences(without_marks(text)):
        longer = f"{found} {sentence}".strip()
        if found and len(longer) > most:
            break
        found = longer
    return shortened(found, _CUT)


def shortened(text: str, most: int = SOURCE) -> str:
    """Return a text of at most `most` letters, cut between words."""
    return text if len(text) <= most else f"{text[:most].rpartition(' ')[0]} …"


def joined(notes: Iterable[str]) -> str:
    """Return the limitations of a statement in one line."""
    return " · ".join(filter(None, notes))
