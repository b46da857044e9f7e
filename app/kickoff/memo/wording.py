"""The texts of a memo's document: its own texts, values of records in words, numbers and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from babel import dates, numbers

from app.documents.blocks import Paragraph, Span, Text, TextRole
from app.kickoff.memo.memo import PinnedRecord, ReuseMemo
from app.records.five_lines import LineWords
from app.records.schema import SchemaSet
from app.records.sentences import pieces
from app.records.vocabulary import TOPICS, Vocabulary
from app.reuse.facets import ANSWERS, BUILDS_ON, PRODUCT, WAY
from app.search.document import COLLECTED, ORIGIN, PLACE, REFERS_TO
from app.shared.wording import NP_, translator

TEXTS: Mapping[str, str] = {
    "title": NP_("memo", "Reuse memo"),
    "subtitle": NP_("memo", "Check before the start of a project: can an existing solution be reused?"),
    "page": NP_("memo", "Page"),
    "of": NP_("memo", "of"),
    "reference": NP_("memo", "File reference"),
    "office": NP_("memo", "Office"),
    "as_of": NP_("memo", "As of"),
    "made_with": NP_("memo", "Made with"),
    "open": NP_("memo", "(open)"),
    "file_name": NP_("memo", "reuse-memo"),
    # Sections
    "occasion": NP_("memo", "Occasion"),
    "question": NP_("memo", "Question"),
    "situation": NP_("memo", "Situation"),
    "search": NP_("memo", "Search"),
    "overview": NP_("memo", "The finds at a glance"),
    "assessment": NP_("memo", "Assessment of each find"),
    "duties": NP_("memo", "Reuse before development: four duties (DIN SPEC 66336, section 5.5)"),
    "goals": NP_("memo", "Goals and leadership"),
    "conclusion": NP_("memo", "Recommendation"),
    "references": NP_("memo", "References"),
    "signature": NP_("memo", "Signature"),
    "place_and_date": NP_("memo", "Place, date"),
    "cosigners": NP_("memo", "Co-signing"),
    "cosigner": NP_("memo", "Office"),
    "cosigned": NP_("memo", "Date, initials"),
    # Situation
    "place": NP_("memo", "Place"),
    "state": NP_("memo", "State"),
    "place_kind": NP_("memo", "Kind"),
    "population": NP_("memo", "Inhabitants"),
    "size_class": NP_("memo", "Size class"),
    "cooperation": NP_("memo", "Cooperation"),
    "memberships": NP_("memo", "Member of"),
    "topic": NP_("memo", "Field of action"),
    "phase": NP_("memo", "Phase"),
    "months": NP_("memo", "Time"),
    "months.value": NP_("memo", "%(number)s months"),
    "months.one": NP_("memo", "1 month"),
    "budget": NP_("memo", "Funds"),
    "staff": NP_("memo", "Staff"),
    "staff.value": NP_("memo", "%(number)s full-time posts"),
    "staff.one": NP_("memo", "1 full-time post"),
    "constraints": NP_("memo", "Constraints"),
    "open_source_only": NP_("memo", "open source only"),
    "obtainable_only": NP_("memo", "only what we can obtain"),
    # Search
    "searched_at": NP_("memo", "When"),
    "searched_for": NP_("memo", "Words"),
    "filters": NP_("memo", "Filters"),
    "found": NP_("memo", "Hits"),
    "no_words": NP_("memo", "none, all entries"),
    "search.number": NP_("memo", "Search %(number)s"),
    "seen": NP_("memo", "Hits shown"),
    "seen.first": NP_("memo", "Hits shown (page 1: %(shown)s of %(found)s)"),
    "asked": NP_("memo", "Sites asked"),
    "node": NP_("memo", "Site"),
    "freshness": NP_("memo", "Data as of"),
    "node.state": NP_("memo", "Answer"),
    "node.answered": NP_("memo", "searched"),
    "node.cached": NP_("memo", "not reachable, a stored copy was searched"),
    "node.unreachable": NP_("memo", "not reachable, not searched"),
    "unknown": NP_("memo", "unknown"),
    "not_applicable": NP_("memo", "not applicable"),
    "filter.art": NP_("memo", "Kind of entry"),
    "filter.land": NP_("memo", "State"),
    "filter.gemeinde": NP_("memo", "Place"),
    "filter.groesse": NP_("memo", "Size of the municipality"),
    "filter.gemeindetyp": NP_("memo", "Kind of municipality"),
    "filter.produkt": NP_("memo", "Documented as a product"),
    "filter.weg": NP_("memo", "Way to obtain it"),
    "filter.nutzt": NP_("memo", "Uses or applies"),
    "filter.antwort": NP_("memo", "Answers the question"),
    "filter.bezug": NP_("memo", "Refers to"),
    "filter.sammlung": NP_("memo", "Collection"),
    "filter.herkunft": NP_("memo", "Origin"),
    "inquiries": NP_("memo", "Further places asked"),
    "inquiry.asked": NP_("memo", "Place asked"),
    "inquiry.on": NP_("memo", "Asked on"),
    "inquiry.result": NP_("memo", "Result there"),
    "asked.opencode": NP_("memo", "openCode"),
    "asked.fit_store": NP_("memo", "FIT-Store"),
    "asked.efa_marketplace": NP_("memo", "EfA marketplace"),
    "asked.other_sites": NP_("memo", "Other sites and directories"),
    "asked.market": NP_("memo", "Market enquiry"),
    # Finds and contradictions
    "result.none": NP_("memo", "No entry was found that called for a closer look."),
    "result.counts": NP_(
        "memo", "Checked: %(total)s. To be reused: %(taken)s. Not suitable: %(rejected)s. Noted: %(noted)s."
    ),
    "number": NP_("memo", "No."),
    "entry": NP_("memo", "Entry"),
    "decision": NP_("memo", "Decision"),
    "decision.noted": NP_("memo", "noted, not yet decided"),
    "decision.taken": NP_("memo", "will be reused"),
    "decision.adapted": NP_("memo", "will be reused with changes"),
    "decision.rejected": NP_("memo", "not suitable"),
    "reason": NP_("memo", "Reason"),
    "what": NP_("memo", "What it is about"),
    "outcome": NP_("memo", "Outcome there"),
    "lesson": NP_("memo", "Lesson: %(kind)s"),
    "openness": NP_("memo", "Source code"),
    "openness.open": NP_("memo", "open"),
    "openness.claimed": NP_("memo", "called open; licence or place of the code not documented"),
    "openness.partly": NP_("memo", "open in part"),
    "openness.closed": NP_("memo", "not open"),
    "openness.unknown": NP_("memo", "not known here whether it is open"),
    "version.value": NP_("memo", "version %(version)s of %(day)s"),
    "held_copy": NP_("memo", "Copy on this site"),
    "cost": NP_("memo", "Cost there, once and running"),
    "duration": NP_("memo", "Duration there"),
    "ours": NP_("memo", "(ours: %(value)s)"),
    "way": NP_("memo", "Way to obtain it"),
    "way.value": NP_("memo", "%(verdict)s: %(way)s, as of %(day)s"),
    "way.named": NP_("memo", "%(verdict)s; as a way, this is named: %(way)s, as of %(day)s"),
    "way.none": NP_("memo way", "way not known"),
    "way.nothing": NP_("memo way", "not established for this question"),
    "way.ask": NP_("memo", "%(verdict)s; to be asked: %(name)s"),
    "way.yes": NP_("memo way", "yes"),
    "way.join": NP_("memo way", "possible by joining"),
    "way.award": NP_("memo way", "possible by purchase"),
    "way.operate": NP_("memo way", "possible with a service provider"),
    "way.code_published": NP_("memo way", "possible, the present source code is to be asked for"),
    "way.or": NP_("memo way", "%(way)s or %(other)s"),
    "way.or.code_published": NP_("memo way", "with the present source code"),
    "way.or.join": NP_("memo way", "by joining"),
    "way.or.award": NP_("memo way", "by purchase"),
    "way.or.operate": NP_("memo way", "with a service provider that runs the open code"),
    "way.possible": NP_("memo way", "possible"),
    "way.unknown": NP_("memo way", "open"),
    "way.undocumented": NP_("memo way", "no offer documented"),
    "way.no": NP_("memo way", "no"),
    "conflicts": NP_("memo", "This does not go together"),
    "conflict.not_open": NP_(
        "memo",
        "The condition is “open source only”. “%(title)s” is to be reused, although its source code is not known to "
        "be open.",
    ),
    "conflict.not_obtainable": NP_(
        "memo",
        "The condition is “only what we can obtain”. “%(title)s” is to be reused, although no way to it is documented.",
    ),
    "conflict.over_budget": NP_(
        "memo", "“%(title)s” is to be reused, although it cost more there than the funds that there are."
    ),
    "conflict.too_long": NP_(
        "memo", "“%(title)s” is to be reused, although it took longer there than the time that there is."
    ),
    "conflict.nothing_taken": NP_(
        "memo", "The use of a fitting public solution is called met, although no find is to be reused."
    ),
    "conflict.not_preferred": NP_(
        "memo",
        "The preference for open source is called met, although something is to be reused whose source code is not "
        "known to be open.",
    ),
    "conflict.not_searched": NP_("memo", "The check is called met, although the memo shows no search."),
    # Duties
    "duties.note": NP_("memo", "The duties are given here in our own words; only the text of the standard is binding."),
    "duty": NP_("memo", "Duty"),
    "answer": NP_("memo", "Answer"),
    "explanation": NP_("memo", "Explanation"),
    "duty.checked": NP_("memo", "Before development, somebody checks whether an existing solution can be reused."),
    "duty.used": NP_("memo", "A fitting public solution is used."),
    "duty.open_source": NP_("memo", "Where solutions fit equally well, open source is preferred."),
    "duty.shown": NP_("memo", "The check is shown."),
    "duty.met": NP_("memo", "met"),
    "duty.not_met": NP_("memo", "not met"),
    "duty.not_applicable": NP_("memo", "does not apply"),
    "duty.open": NP_("memo", "open"),
    # Goals
    "goal.question": NP_("memo goal", "Question"),
    "goal.yes": NP_("memo", "yes"),
    "goal.partly": NP_("memo", "in part"),
    "goal.no": NP_("memo", "no"),
    "goal.unknown": NP_("memo", "not known"),
    # References
    "citation": NP_("memo", "%(title)s. In: %(home)s, version %(version)s of %(day)s. Licence: %(license)s."),
    "sources": NP_("memo", "Sources of the entry"),
    "references.note": NP_(
        "memo",
        "The addresses lead permanently to the versions that were checked, even where an entry has changed since. "
        "What is to be reused stands with its sources in short; all of them stand at its permanent address.",
    ),
    "closing": NP_("memo", "This memo records what was searched, found and decided. It is no legal advice."),
}


class Words:
    """The texts of one language; German for any language other than English."""

    texts: Mapping[str, str] = TEXTS

    def __init__(self, lang: str) -> None:
        self.lang = "en" if lang == "en" else "de"
        self._say = translator(self.lang)

    def __call__(self, code: str, **values: object) -> str:
        """Return the text for a code with its placeholders filled; raises KeyError for an unknown code."""
        return self._say(self.texts[code], **values)


_SHARED = {"art": "kind", "land": "state", "groesse": "size_class", "gemeindetyp": "place_kind"}
_NAMED = frozenset({*_SHARED, PLACE, PRODUCT, WAY, BUILDS_ON, ANSWERS, REFERS_TO, COLLECTED, ORIGIN})


class MemoLabels:
    """Labels from schemas and vocabularies; unknown values come back unchanged."""

    def __init__(self, schemas: SchemaSet, vocabularies: Mapping[str, Vocabulary]) -> None:
        self._schemas = schemas
        self._vocabularies = vocabularies
        self._fields = {spec.facet: spec for kind in schemas.kinds for _path, spec in kind.facets()}

    def value(self, name: str, value: str, lang: str) -> str:
        """Return a value of a shared type or schema field ("state", "outcome") in words."""
        return self._schemas.label(name, value, lang)

    def lines(self, lang: str) -> LineWords:
        """Return the wording of cost, duration, size and contact used by all pages."""
        return LineWords(self._schemas, lang)

    def topic(self, topic: str, lang: str) -> str:
        vocabulary = self._vocabularies.get(TOPICS)
        return vocabulary.label(topic, lang) if vocabulary else topic

    def filter_name(self, key: str, words: Words) -> str:
        if key in _NAMED:
            return words(f"filter.{key}")
        spec = self._fields.get(key)
        return spec.label(words.lang) if spec else key

    def filter_value(self, key: str, value: str, lang: str) -> str:
        spec = self._fields.get(key)
        if key in _SHARED or spec is None:
            return self.value(_SHARED.get(key, key), value, lang)
        vocabulary = self._vocabularies.get(spec.vocabulary or "")
        if vocabulary:
            return vocabulary.label(value, lang)
        # Numbers are text in URLs.
        return spec.value_label(int(value) if value.isdecimal() and len(value) < 10 else value, lang)


_DAY = {"de": "d.\u00a0MMMM\u00a0y", "en": "d\u00a0MMMM\u00a0y"}
_CLOCK = {"de": "HH:mm'\u00a0Uhr'", "en": "HH:mm"}
_EUROS = {"de": "#,##0\u00a0¤", "en": "¤#,##0"}


class Formats:
    """Writes values in one language ("de", "en") and time zone."""

    def __init__(self, lang: str, zone: tzinfo) -> None:
        self._lang = lang
        self._zone = zone

    def day(self, moment: datetime) -> str:
        return dates.format_date(moment.astimezone(self._zone).date(), _DAY[self._lang], locale=self._lang)

    def moment(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        return f"{self.day(moment)}, {dates.format_datetime(local, _CLOCK[self._lang], locale=self._lang)}"

    def partial(self, text: str) -> str:
        """Return a day, month or year of a source ("2024-09-01", "2024-09", "2024") in words, others as they are."""
        try:
            found = date.fromisoformat({10: text, 7: f"{text}-01"}.get(len(text), ""))
        except ValueError:
            return text
        return dates.format_date(found, _DAY[self._lang] if len(text) == 10 else "MMMM\u00a0y", locale=self._lang)

    def number(self, value: float) -> str:
        """Return a number with at most two decimals."""
        return numbers.format_decimal(value, "#,##0.##", locale=self._lang)

    def euros(self, value: int) -> str:
        """Return a full amount of euros."""
        return numbers.format_currency(value, "EUR", _EUROS[self._lang], locale=self._lang, currency_digits=False)


_BETWEEN_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoDocument:
    """A memo, and how its document words and formats it."""

    memo: ReuseMemo
    words: Words
    formats: Formats
    labels: MemoLabels

    @property
    def lines(self) -> LineWords:
        """The words for cost, duration, size and contact."""
        return self.labels.lines(self.lang)

    def counted(self, code: str, number: float | None) -> str:
        """Return a number of months or posts with its unit, "" for none."""
        if number == 1:
            return self.words(f"{code}.one")
        return "" if number is None else self.words(f"{code}.value", number=self.formats.number(number))

    @property
    def lang(self) -> str:
        return self.words.lang

    def own(self, text: str) -> Text:
        """Return the asker's text, or a note that it is open."""
        return (Span(text=text, lang=self._other(self.memo.lang)),) if text else self.say("open")

    def say(self, code: str, **values: object) -> Text:
        return (Span(text=self.words(code, **values)),)

    def note(self, code: str, role: TextRole = TextRole.NOTE) -> Paragraph:
        return Paragraph(text=self.say(code), role=role)

    def paragraphs(self, text: str) -> Iterator[Paragraph]:
        """Yield the paragraphs that the asker wrote, or one that says that they are open."""
        for part in _BETWEEN_PARAGRAPHS.split(text):
            yield Paragraph(text=self.own(part))

    def title(self, record: PinnedRecord) -> Span:
        """Return a record's title in the language of the record."""
        return self.foreign(record.title, record.lang)

    def of(self, record: PinnedRecord, text: str) -> Text:
        """Return a text of a record in the language of the record."""
        return (self.foreign(text, record.lang),)

    def foreign(self, text: str, lang: str) -> Span:
        """Return a text in the language `lang`, marked if it is not the document's."""
        return Span(text=text, lang=self._other(lang))

    def quoting(self, text: str, lang: str, *said: str) -> Text:
        """Return a text of the document in which `said` are in the language `lang`."""
        if not self._other(lang):
            return plain(text)
        return tuple(self.foreign(words, lang if own else self.lang) for words, own in pieces(text, said))

    def _other(self, lang: str) -> str:
        return "" if lang == self.lang else lang


def link(address: str) -> Text:
    """Return an address as a link that shows it."""
    return (Span(text=address, href=address),)


def plain(text: str) -> Text:
    """Return a text without formatting."""
    return (Span(text=text),)
