"""The rows of a comparison in words: on the page with links, in the file as plain text.

The first rows are the five lines, whether the asker can obtain it, and who stopped.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.catalogue import CatalogueEntry
from app.kickoff.comparison import RowCode, cost_against, differs, for_each, time_against
from app.kickoff.offers import SOLUTION, Offer, used_solutions
from app.kickoff.situation import Situation
from app.records.five_lines import FiveLines, LineCode, ShortLine, asks
from app.records.record import Record, Region
from app.reuse.obtaining.answer import Answer
from app.reuse.productisation import CRITERION_NAMES, CriterionState
from app.shared.errors import Unavailable
from app.shared.wording import N_
from app.web.kickoff.selection import entry_named, kickoff_address, selection_id
from app.web.kickoff.situation import cost_in_words, inhabitants, time_in_words
from app.web.records.blocks import openness_doubt
from app.web.records.connected import ended_with
from app.web.records.fields import FieldWriter, qualified
from app.web.records.lines import line_words
from app.web.reuse.answer import short_title
from app.web.reuse.products import MARKS, SIGNS
from app.web.reuse.ways import obtainable_brief, verdict_words
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.shown import Line, Link, Note, titled
from app.web.shell.wording import _, label, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    """One value in words; `of` names the solution it comes from, if not the record itself."""

    lines: tuple[Line, ...]
    of: str = ""
    href: str = ""
    sources: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A row; `differs` is None if that is not informative, `empty` is shown in cells without entries.

    `own` is the asker's value, "" if not given.
    """

    label: str
    differs: bool | None
    cells: tuple[tuple[ShownEntry, ...], ...]
    empty: str
    own: str = ""


def plain_row(row: ShownRow) -> list[str]:
    """Return the cells of a row as plain text, each entry on its own lines; the asker's own comes last."""

    def plain(entry: ShownEntry) -> str:
        lines = []
        for line in entry.lines:
            text = f"{line.label}: {line.text}" if line.label else line.text
            lines.append(f"{text} ({'; '.join(line.notes)})" if line.notes else text)
        return (f"{entry.of}: " if entry.of else "") + "\n".join(lines)

    cells = ("\n".join(map(plain, cell)) or row.empty for cell in row.cells)
    return [row.label, *cells, row.own]


Lines = tuple[Line, ...]

ROWS = {
    RowCode.PLACE: N_("Place"),
    RowCode.OUTCOME: N_("What came of it"),
    RowCode.EVIDENCE: N_("Evidence"),
    RowCode.PERIOD: N_("Period"),
    RowCode.COST: N_("Cost"),
    RowCode.EFFORT: N_("Effort"),
    RowCode.FUNDING: N_("Funding"),
    RowCode.PRECONDITIONS: N_("Preconditions"),
    RowCode.ROUTES: N_("Routes to obtain it"),
    RowCode.MATURITY: N_("Maturity"),
    RowCode.PRODUCT: N_("Is it a product yet?"),
    RowCode.LESSONS: N_("Lessons"),
}


TOPICS = {
    N_("Outcome and evidence"): (RowCode.OUTCOME, RowCode.EVIDENCE),
    N_("Place, time and effort"): (RowCode.PLACE, RowCode.PERIOD, RowCode.EFFORT, RowCode.PRECONDITIONS),
    N_("Money in detail"): (RowCode.COST, RowCode.FUNDING),
    N_("Routes and maturity"): (RowCode.ROUTES, RowCode.MATURITY, RowCode.PRODUCT),
    N_("Lessons"): (RowCode.LESSONS,),
}
"""The rows below the first ones, grouped by title."""


def _place(values: Mapping[str, Any], writer: FieldWriter) -> Lines:
    state = Region.of(values).words(services().schemas, writer.lang)
    kind = [writer.label("place_kind", str(values["kind"]))] if "kind" in values else []
    count = qualified(formats.number(values["population"]), values) if "population" in values else ""
    people = [_("%(count)s inhabitants", count=count)] if count else []
    name = str(values["name"])
    text = name if state in {"", name} else _("%(place)s, %(state)s", place=name, state=state)
    return (Line(text=text, notes=(*kind, *people)),)


def _outcome(values: Mapping[str, Any], writer: FieldWriter) -> Lines:
    if "text" in values:
        return (Line(text=str(values["text"]), lang=writer.record.lang),)
    reasons = writer.kind.field("stop_reason")
    why = [reasons.value_label(reason, writer.lang) for reason in values.get("stop_reason", ()) if reasons]
    return (Line(text=writer.label("outcome", str(values["outcome"])), notes=tuple(why)),)


def _listed(name: str) -> Callable[[Mapping[str, Any], FieldWriter], Lines]:
    """Word a member of a list, or an object, like the record's own page."""

    def lines(values: Mapping[str, Any], writer: FieldWriter) -> Lines:
        spec = writer.kind.field(name)
        if spec is None:
            return ()
        if spec.items is None:
            return writer.lines(spec, values)
        # The form of the list ("costs") words its members, one at a time.
        special = writer.special.get(spec.format or spec.shape or "")
        return special(writer, spec, [values]) if special else writer.item(spec.items, values)

    return lines


def _route(values: Mapping[str, Any], writer: FieldWriter) -> Lines:
    def label(part: str) -> str:
        spec = writer.kind.field(f"reuse_routes.{part}")
        return spec.value_label(values[part], writer.lang) if spec else str(values[part])

    checked = _("Checked on %(date)s", date=formats.day(str(values["last_checked"])))
    return (Line(text=label("route"), notes=(str(values["provider"]["name"]), label("status"), checked)),)


def _maturity(values: Mapping[str, Any], writer: FieldWriter) -> Lines:
    specs = ((name, writer.kind.field(name)) for name in values)
    return tuple(
        Line(
            label=spec.label(writer.lang),
            text=spec.value_label(values[name], writer.lang),
            notes=openness_doubt(writer.record) if name == "openness" else (),
        )
        for name, spec in specs
        if spec
    )


def _product(values: Mapping[str, Any], _writer: FieldWriter) -> Lines:
    states = (
        (_(CRITERION_NAMES[code]), CriterionState(state)) for code, state in values.items() if code in CRITERION_NAMES
    )
    return tuple(Line(label=label, text=f"{SIGNS[state]} {_(MARKS[state])}") for label, state in states)


def _lesson(values: Mapping[str, Any], writer: FieldWriter) -> Lines:
    kind = writer.label("lesson.kind", str(values["kind"]))
    return (Line(label=kind, text=str(values["statement"]), lang=writer.record.lang),)


WORDS: Mapping[RowCode, Callable[[Mapping[str, Any], FieldWriter], Lines]] = {
    RowCode.PLACE: _place,
    RowCode.OUTCOME: _outcome,
    RowCode.EVIDENCE: lambda values, writer: (Line(text=writer.label("evidence_level", values["evidence_level"])),),
    RowCode.PERIOD: _listed("period"),
    RowCode.COST: _listed("costs"),
    RowCode.EFFORT: _listed("effort"),
    RowCode.FUNDING: _listed("funding"),
    RowCode.PRECONDITIONS: _listed("preconditions"),
    RowCode.ROUTES: _route,
    RowCode.MATURITY: _maturity,
    RowCode.PRODUCT: _product,
    RowCode.LESSONS: _lesson,
}
"""Functions that word an entry of a row from its values and the writer of its record."""


_SMALL = 10
"""Euros per inhabitant below which cents are shown."""
_CODES = (LineCode.OUTCOME, LineCode.COST, LineCode.DURATION, LineCode.SIZE, LineCode.CONTACT)

_Offers = tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class FirstRows:
    """Records with their solutions, and the asker's situation and question to compare them with."""

    records: Sequence[Record]
    solutions: Mapping[str, CatalogueEntry]
    situation: Situation
    question: str = ""

    def rows(self) -> tuple[ShownRow, ...]:
        """Return the rows, each with the asker's own value."""
        lines = [services().five_lines(record) for record in self.records]
        find = services().kickoff.offers.ways
        entries = [entry_named(selection_id(record.id, record.origin)) for record in self.records]
        offers = [find(entry, self.situation, self.question) for entry in entries]
        return (*(self._row(code, lines, offers) for code in _CODES), self._obtainable(offers), *self._stopped(lines))

    def _row(self, code: LineCode, lines: Sequence[FiveLines], offers: Sequence[_Offers]) -> ShownRow:
        shown = [self._short(code, line) for line in lines]
        return ShownRow(
            label=" / ".join(dict.fromkeys(line.label for line in shown)),
            differs=differs(code, lines) if len(lines) > 1 else None,
            cells=tuple((self._entry(*cell),) for cell in zip(self.records, shown, lines, offers, strict=True)),
            empty="",
            own=_OWN[code](self.situation) if code in _OWN else "",
        )

    def _short(self, code: LineCode, line: FiveLines) -> ShortLine:
        words = line_words()
        read: Mapping[LineCode, Callable[[], ShortLine]] = {
            LineCode.OUTCOME: lambda: words.outcome(line),
            LineCode.COST: lambda: words.cost(line, named=True),
            LineCode.DURATION: lambda: words.duration(line),
            LineCode.SIZE: lambda: words.size(line.size),
            LineCode.CONTACT: lambda: words.contact(line.contact),
        }
        found = read[code]()
        applies = found.is_known or asks(line.kind, code) or code is LineCode.CONTACT
        return found if applies else replace(found, text=_("not applicable"))

    def _entry(self, record: Record, shown: ShortLine, line: FiveLines, offers: _Offers) -> ShownEntry:
        notes = (Note(shown.note, shown.said, line.lang),) if shown.note else ()
        own = Line(
            text=Note(shown.text, shown.said, line.lang),
            href=shown.href,
            external=shown.href.startswith("http"),
            notes=(*notes, *self._against(record, shown.code, line, offers)),
            lang=line.lang if shown.text in shown.said else "",
        )
        return ShownEntry(lines=(own,))

    def _against(self, record: Record, code: LineCode, line: FiveLines, offers: _Offers) -> Iterator[str]:
        """Yield how it compares with the asker's limits; nothing if it is within them."""
        if code is LineCode.COST and any(one.answer and one.answer.verdict.is_open for one in offers):
            yield from self._for_each(line)
        if not services().kickoff.offers.is_in_scope(record, self.question):
            return
        if code is LineCode.COST:
            cost = cost_against(line.cost, self.situation.budget)
            yield from [f"▲ {cost_in_words(cost)}"] if cost and cost.is_over else []
        if code is LineCode.DURATION:
            time = time_against(line.duration, self.situation.months)
            yield from [f"▲ {time_in_words(time)}"] if time and time.is_over else []

    def _for_each(self, line: FiveLines) -> Iterator[str]:
        place = self.situation.place
        share = for_each(line.cost, place.population if place else None)
        leading = line.cost.leading or line.cost.running
        if share is None or leading is None:
            return
        amount = line_words().costs.money(
            round(share, 2) if share < _SMALL else round(share), leading.currency, "about"
        )
        if line.cost.five_years:
            yield _("for you: %(amount)s per inhabitant in five years", amount=amount)
        else:
            yield _("for you: %(amount)s per inhabitant", amount=amount)

    def _obtainable(self, offers: Sequence[_Offers]) -> ShownRow:
        asked = self.situation.settled_place
        return ShownRow(
            label=_("Obtainable for you"),
            differs=answers_differ([[one.answer for one in found if one.answer] for found in offers]),
            cells=tuple(
                tuple(
                    ShownEntry(
                        lines=(Line(text=obtainable_brief(one.answer)),),
                        of="" if one.ref == record.ref else short_title(one.title),
                    )
                    for one in found
                    if one.answer
                )
                if asked or not found
                else (ShownEntry(lines=(Line(text=_("depends on your place")),)),)
                for record, found in zip(self.records, offers, strict=True)
            ),
            empty=_("not established for your question") if self.question else _("names no solution"),
            own=(asked.name or label("state", asked.state)) if asked else "",
        )

    def _stopped(self, lines: Sequence[FiveLines]) -> Iterator[ShownRow]:
        """Yield who stopped: a record itself, else others with its solutions; no row if that applies to no record."""
        if not any(line.is_stopped for line in lines) and not any(map(self._solutions, self.records)):
            return
        try:
            cells = tuple(tuple(self._who_stopped(*pair)) for pair in zip(self.records, lines, strict=True))
        except Unavailable:
            return
        yield ShownRow(label=_("Stopped in"), differs=None, cells=cells, empty=_("no case known"))

    def _who_stopped(self, record: Record, line: FiveLines) -> Iterator[ShownEntry]:
        if line.is_stopped:
            own = Line(text=line.size.name or short_title(titled(record).text), notes=(line_words().ending(line),))
            yield ShownEntry(lines=(own,))
            return
        if not self._solutions(record):
            yield ShownEntry(lines=(Line(text=_("not applicable")),))
        for ref in self._solutions(record):
            ended = ended_with(ref)
            told = tuple(Line(text=one.name, href=kickoff_address(one.card.href), notes=(one.words,)) for one in ended)
            if told:
                # A solution needs no name for itself in its own column.
                solution = services().catalogue.record(self.solutions[ref])
                of = "" if ref == record.ref else short_title(titled(solution).text)
                yield ShownEntry(lines=told, of=of)

    def _solutions(self, record: Record) -> tuple[str, ...]:
        """Return the readable solutions that a record is or used."""
        named = (record.ref,) if record.kind == SOLUTION else used_solutions(record)
        return tuple(ref for ref in named if ref in self.solutions)


def answers_differ(columns: Sequence[Sequence[Answer]]) -> bool | None:
    """Return whether answers differ in possibility or in way; None for fewer than two."""
    said = [
        tuple((verdict_words(one), one.best and one.best.route.code) for one in found) for found in columns if found
    ]
    return len(set(said)) > 1 if len(said) > 1 else None


def _own_size(situation: Situation) -> str:
    place = situation.place
    if place is None:
        return label("size_class", situation.size_class) if situation.size_class else ""
    kind = label("place_kind", place.kind) if place.kind else ""
    people = "" if place.population is None else inhabitants(place.population)
    return ", ".join(filter(None, (kind, people)))


_OWN: Mapping[LineCode, Callable[[Situation], str]] = {
    LineCode.COST: lambda situation: "" if situation.budget is None else formats.amount(situation.budget),
    LineCode.DURATION: lambda situation: (
        "" if situation.months is None else ngettext("%(num)s month", "%(num)s months", situation.months)
    ),
    LineCode.SIZE: _own_size,
}
