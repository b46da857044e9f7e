"""Cards of found records, the same on every page that lists records; cached by version and language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import shorten

from flask import current_app, g, request
from markupsafe import Markup

from app.catalogue import CatalogueEntry, RecordNotFound
from app.catalogue.queries import Heads
from app.kickoff.lessons import by_consequence
from app.records.five_lines import LineCode, ShortLine
from app.records.five_lines.lines import SOLUTION
from app.records.problem import InvalidRecord
from app.search.meaning.passages import passages
from app.search.query import MatchedBy, ReasonCode, SearchHit
from app.shared.kept import Recent
from app.web.records.lines import entry_five_lines, in_short, line_words, place
from app.web.records.writer import writer_for
from app.web.search.facets import TOPIC, facet_value
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import node_name
from app.web.shell.routing import page_address
from app.web.shell.shown import Titled, in_english
from app.web.shell.wording import _

Params = Mapping[str, str]

WORDS: dict[str, Callable[[Params], str]] = {
    ReasonCode.WORD_IN_TITLE: lambda p: _("“%(word)s” in the title", word=p["word"]),
    ReasonCode.SYNONYM: lambda p: (
        _("“%(word)s”, there called “%(label)s”", word=p["word"], label=p["label"])
        if "lang" in p
        else _("synonym: %(word)s", word=p.get("label", p["word"]))
    ),
    ReasonCode.WORD_IN_TOPIC: lambda p: _("field of action: %(word)s", word=p.get("label", p["word"])),
    ReasonCode.WORD_IN_KEYWORD: lambda p: _("“%(word)s” among the keywords", word=p["word"]),
    ReasonCode.WORD_IN_LESSON: lambda p: _("“%(word)s” in a lesson", word=p["word"]),
    ReasonCode.WORD_IN_QUESTION: lambda p: _("“%(word)s” in a question that it answers", word=p["word"]),
    ReasonCode.WORD_IN_SUMMARY: lambda p: _("“%(word)s” in the summary", word=p["word"]),
    ReasonCode.WORD_IN_PLACE: lambda p: _("place: %(word)s", word=p["word"]),
    ReasonCode.RELATED: lambda p: _("related: %(word)s", word=p.get("label", p["word"])),
    ReasonCode.WORD_IN_TEXT: lambda p: _("“%(word)s” in the text", word=p["word"]),
    ReasonCode.TYPO: lambda p: _("spelled similarly: %(word)s", word=p.get("label", p["word"])),
    ReasonCode.SIMILAR_TOPIC: lambda p: _("same field of action: %(word)s", word=facet_value(TOPIC, p["topic"])),
    ReasonCode.MEANING: lambda _p: _("also fits by its meaning"),
    ReasonCode.COMPOUND_PART: lambda p: _("fits “%(word)s” in part", word=p["word"]),
    ReasonCode.WORD_MISSING: lambda p: _("without “%(word)s”", word=p["word"]),
}
"""The words of each reason, the most telling first."""
_TELLING = list(WORDS)


MAX_PASSAGE = 200
"""Letters of a passage under a hit."""
CACHE_SIZE = 2048
"""Cards kept per process; about 2 KB each."""
_KEY = "enet.cards"

_Key = tuple[str, str, str, str, str, str]
_Cards = Recent[_Key, "Card"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The part of a hit that does not depend on the query; `lessons` are statements by id, the weightiest first.

    Title and summary are in `title_lang`: English if the site is read in English and the record has them. `said` is the
    sentence on the outcome in English, "" without one. `place` ends with the name of the home node if that is another.

    Everything except `lines` is cached by version, language and address of the site, so it must not depend on
    vocabularies, other records, the reader or the date.
    """

    href: str
    lang: str
    title: str
    place: str
    summary: str
    said: str
    lessons: Mapping[str, Titled]
    age: str
    title_lang: str
    kind: str
    lines: tuple[ShortLine, ...] = ()

    @property
    def became(self) -> Titled | None:
        """Return the sentence on what became of a case; None for other records."""
        line = next(iter(self.lines), None)
        if line is None or line.code is not LineCode.OUTCOME or self.kind == SOLUTION:
            return None
        return Titled(self.said, "en") if self.said else Titled(line.note, self.lang)

    @property
    def facts(self) -> tuple[ShortLine, ...]:
        """Return the lines on cost and duration, and on how far a solution is."""
        codes = {LineCode.COST, LineCode.DURATION} | ({LineCode.OUTCOME} if self.kind == SOLUTION else set())
        return tuple(line for line in self.lines if line.code in codes)

    def lesson(self, hit: SearchHit) -> Titled | None:
        """Return the lesson that matches the query best, else the weightiest one."""
        return next((self.lessons[one] for one in (*hit.lessons, *self.lessons) if one in self.lessons), None)


def readable(hits: Sequence[SearchHit]) -> list[tuple[SearchHit, Card]]:
    """Return hits with their cards, without hits that have left the catalogue since the search."""
    visible, kept = _visible(), _cards()
    entries = [(hit, entry, _key(entry)) for hit in hits if (entry := visible.get(hit.id, hit.origin))]
    services().catalogue.read_ahead([entry for _hit, entry, key in entries if key not in kept])
    found = ((hit, _card(entry, key)) for hit, entry, key in entries)
    return [(hit, card) for hit, card in found if card is not None]


def card_of(entry: CatalogueEntry) -> Card | None:
    """Return the card of a version outside a search; None if it cannot be read."""
    return _card(entry, _key(entry))


def _card(entry: CatalogueEntry, key: _Key) -> Card | None:
    try:
        card = _cards().get(key, lambda: _made(entry))
        place = card.place
        if entry.origin:
            place = _("%(place)s · Origin: %(site)s", place=place, site=node_name(entry.origin))
        return replace(card, place=place, lines=line_words().lines(entry_five_lines(entry)))
    except (InvalidRecord, RecordNotFound):
        # Show the page without a damaged record; `erfahrungsnetz doctor` names it.
        return None


def marked(text: str, hit: SearchHit) -> Markup:
    """Return a text of a hit with the words of the query marked."""
    pieces = services().search.highlighter.mark(text, hit.terms)
    return Markup("").join(Markup("<mark>{}</mark>").format(words) if match else words for words, match in pieces)


def why(hit: SearchHit) -> tuple[str, ...]:
    """Return the phrase that best explains why a hit is listed, of the reason codes that this release knows.

    Empty for a hit that was found by meaning alone: `meant` shows the passage instead.
    """
    if hit.matched_by is MatchedBy.MEANING:
        return ()
    known = (one for one in hit.reasons if one.code in WORDS)
    best = min(known, key=lambda one: _TELLING.index(one.code), default=None)
    return (WORDS[best.code](best.params),) if best else ()


def meant(hit: SearchHit) -> str:
    """Return the passage by which a hit was found by meaning; "" for a hit that was found by words."""
    entry = _visible().get(hit.id, hit.origin) if hit.matched_by is MatchedBy.MEANING else None
    if entry is None:
        return ""
    part = next((reason.params["part"] for reason in hit.reasons if reason.code == ReasonCode.MEANING), "")
    found = next((one.shown for one in passages(services().catalogue.record(entry)) if one.part == part), "")
    return shorten(found, MAX_PASSAGE, placeholder=" …")


def _key(entry: CatalogueEntry) -> _Key:
    return entry.digest, entry.origin, entry.kind, entry.slug, current_language(), request.root_path


def _made(entry: CatalogueEntry) -> Card:
    record = services().catalogue.record(entry)
    writer, english = writer_for(record), in_english(record)
    translated = {one.id: one.statement for one in english.lessons} if english else {}
    return Card(
        href=page_address(entry),
        lang=record.lang,
        title=english.title if english else record.title,
        place=place(writer),
        summary=english.summary if english else record.summary,
        title_lang=english.lang if english else record.lang,
        said=english.outcome if english else "",
        lessons={
            one.id: Titled(translated[one.id], "en") if one.id in translated else Titled(one.statement, record.lang)
            for one in by_consequence(record.lessons)
        },
        age=in_short(record),
        kind=record.kind,
    )


def _visible() -> Heads:
    """Return what was visible when this request first asked, so that all hits of a page show one moment."""
    if "visible" not in g:
        g.visible = services().catalogue.visible()
    found: Heads = g.visible
    return found


def _cards() -> _Cards:
    kept: _Cards = current_app.extensions.setdefault(_KEY, Recent(CACHE_SIZE))
    return kept
