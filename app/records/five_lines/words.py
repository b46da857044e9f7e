"""The five lines in words, in German or English: the same sentence wherever they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from app.records.fields import date
from app.records.five_lines.contact import Contact
from app.records.five_lines.cost_words import CostWords
from app.records.five_lines.duration import Duration
from app.records.five_lines.lines import ASKED, SOLUTION, FiveLines
from app.records.five_lines.size import Size
from app.records.own_words import pieces
from app.records.schema import SchemaSet
from app.shared.wording import N_, NP_, translator

_UNKNOWN = "unknown"


class LineCode(StrEnum):
    """Which line it is."""

    OUTCOME = "outcome"
    COST = "cost"
    DURATION = "duration"
    SIZE = "size"
    CONTACT = "contact"


LABELS = {
    LineCode.OUTCOME: NP_("line", "Outcome"),
    LineCode.COST: NP_("line", "Cost"),
    LineCode.DURATION: NP_("line", "Duration"),
    LineCode.SIZE: NP_("line", "Size"),
    LineCode.CONTACT: NP_("line", "Whom to ask"),
}
MATURITY = NP_("line", "Maturity")
"""What the first line of a solution is called: it has no outcome, but is more or less of a product."""
NOT_KNOWN = N_("not known")
_OPEN = {
    ("operator", "maintainer"): N_("operation and upkeep not shown"),
    ("operator",): N_("operation not shown"),
    ("maintainer",): N_("upkeep not shown"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortLine:
    """One line: its label, what it says, what limits or supports that, and where it leads ("" for nowhere).

    `said` are the words in it that are the record's own, and so in its language.
    """

    code: LineCode
    label: str
    text: str
    note: str = ""
    href: str = ""
    said: tuple[str, ...] = ()
    is_known: bool = True

    @property
    def plain(self) -> str:
        """The line as mere text: "Kosten: 14.900 € (Stand 2024)"."""
        note = f" ({self.note})" if self.note and self.code is not LineCode.OUTCOME else ""
        more = f". {self.note}" if self.note and self.code is LineCode.OUTCOME else ""
        return f"{self.label}: {self.text}{note}{more}"

    def pieces(self, text: str) -> Iterator[tuple[str, bool]]:
        """Return its text or note in pieces, each with whether it is in the record's own words."""
        return pieces(text, self.said)


class LineWords:
    """Puts five lines into words of one language ("de", "en")."""

    def __init__(self, schemas: SchemaSet, lang: str) -> None:
        self._schemas = schemas
        self._lang = "de" if lang.partition("-")[0] == "de" else "en"
        self._say = translator(self._lang)
        self.costs = CostWords(schemas, self._lang)

    def lines(self, found: FiveLines) -> tuple[ShortLine, ...]:
        """Return the lines of a record; of most kinds only those that are known."""
        words: dict[LineCode, Callable[[FiveLines], ShortLine]] = {
            LineCode.OUTCOME: self.outcome,
            LineCode.COST: self.cost,
            LineCode.DURATION: self.duration,
            LineCode.SIZE: lambda one: self.size(one.size),
            LineCode.CONTACT: lambda one: self.contact(one.contact),
        }
        lines = (word(found) for word in words.values())
        return tuple(line for line in lines if line.is_known or asks(found.kind, line.code))

    # --- What came of it

    def outcome(self, found: FiveLines) -> ShortLine:
        """Word what came of a case, or how far a solution has become a product."""
        if found.kind == SOLUTION:
            stage = _capital(self._label("productisation", found.outcome)) if found.outcome else ""
            is_open = _capital(self._say(_OPEN[found.not_told])) if found.not_told else ""
            return replace(self._line(LineCode.OUTCOME, stage, is_open), label=self._say(MATURITY))
        if not found.outcome:
            return self._line(LineCode.OUTCOME)
        sentence = self.without_verdict(found)
        return self._line(LineCode.OUTCOME, self.verdict(found), sentence, said=(sentence,))

    def verdict(self, found: FiveLines) -> str:
        """Word the verdict on a case: "Eingestellt 2023"."""
        end = found.duration.end
        if found.is_stopped and end not in {"", _UNKNOWN}:
            return self.stopped(end)
        return _capital(self._label("outcome", found.outcome))

    def stopped(self, day: str) -> str:
        """Word that something stopped on a day, in a month or year, or nobody knows when."""
        if day in {"", _UNKNOWN}:
            return self._say(N_("Stopped, date not known"))
        return self._say(N_("Stopped in %(year)s"), year=day[:4])

    def ending(self, found: FiveLines) -> str:
        """Word when a case stopped and why: "Eingestellt 2023, Grund: Geld"; "" for one that did not stop."""
        if not found.is_stopped:
            return ""
        when = self.stopped(found.duration.end)
        labels = (self._label("stop_reason", reason) for reason in found.reasons)
        # German writes its nouns large wherever they stand.
        reasons = [one if self._lang == "de" else one[:1].lower() + one[1:] for one in labels]
        why = self._say.ngettext(
            "reason: %(reasons)s", "reasons: %(reasons)s", len(reasons), reasons=", ".join(reasons)
        )
        return f"{when}, {why}" if reasons else when

    def without_verdict(self, found: FiveLines) -> str:
        """Return the sentence of a case without a verdict in front of it, which stands above it already."""
        label = self._schemas.label("outcome", found.outcome, found.lang)
        head, colon, rest = found.note.partition(":")
        if not colon or head.strip().casefold() != label.casefold():
            return found.note
        return _capital(rest.strip())

    # --- What it cost

    def cost(self, found: FiveLines, *, named: bool = False) -> ShortLine:
        """Word the costs, once and running apart; what is only planned is called so.

        Where no sum is known, grants are told as grants; of amounts for something else, and of those that stand in the
        text alone, the line says that they exist, and none of them.

        `named` says whose inhabitants a share is counted for, where the municipality does not stand beside it.
        """
        cost, words = found.cost, self.costs
        if text := words.told(cost):
            notes = words.notes(cost, found.per_inhabitant, found.size.name if named else "")
            return self._line(LineCode.COST, text, notes, said=words.said(cost))
        if cost.model:
            return self._line(LineCode.COST, _capital(self._label("price.model", cost.model)))
        left = [self._say(N_("sum not known"))]
        if cost.others:
            left.append(self._say(N_("figures for something else under “Costs and funding”")))
        if grants := words.grants(cost):
            return self._line(LineCode.COST, grants, " · ".join(left))
        if cost.in_words and not cost.others:
            left.append(self._say(N_("figures under “Costs and funding”")))
        line = self._line(LineCode.COST, note=" · ".join(left[1:]))
        return replace(line, text=_capital(left[0])) if left[1:] else line

    # --- How long, how large, whom to ask

    def duration(self, lines: FiveLines) -> ShortLine:
        """Word a duration: "Juni 2022 bis April 2024, 22 Monate"."""
        found = lines.duration
        if found.text:
            return self._line(LineCode.DURATION, found.text, said=(found.text,))
        if found.days is not None:
            days = self._say(N_("obtained in %(days)s days"), days=self.costs.number(found.days))
            return self._line(LineCode.DURATION, days)
        if not found.is_known:
            return self._line(LineCode.DURATION)
        start = date(found.start, self._lang)
        if found.end in {"", _UNKNOWN} and lines.is_stopped:
            return self._line(LineCode.DURATION, self._say(N_("begun %(start)s, ended, date not known"), start=start))
        if found.end in {"", _UNKNOWN}:
            since = self._say(
                N_("being planned since %(start)s") if found.is_plan else N_("since %(start)s"), start=start
            )
            return self._line(LineCode.DURATION, since, self._say(N_("end not known")) if found.end else "")
        end = date(found.end, self._lang)
        span = start if start == end else self._say(N_("%(start)s to %(end)s"), start=start, end=end)
        planned = self._say(N_("end planned")) if found.is_planned else ""
        goes_on = self._say(N_("in use since")) if found.goes_on else ""
        return self._line(LineCode.DURATION, ", ".join(filter(None, (span, self.length(found), goes_on))), planned)

    def length(self, found: Duration) -> str:
        """Word how long it lasted: "22 Monate", "rund 4 Jahre"; "" where it is not known, or nothing or less."""
        months = found.months
        if months is None or months <= 0:
            return ""
        if found.is_exact:
            return self._say.ngettext("%(num)s month", "%(num)s months", months)
        return self._say.ngettext("about %(num)s year", "about %(num)s years", round(months / 12))

    def size(self, found: Size) -> ShortLine:
        """Word who did it, or who uses it: "Landkreis, 225.000 Einw."."""
        qualifier = f"{self._label('approx', found.approx)} " if found.approx else ""
        if found.users is not None:
            users = f"{qualifier}{self.costs.number(found.users)} {found.unit}"
            return self._line(LineCode.SIZE, users, self._dated(found.as_of), said=(found.unit,))
        if not found.kind:
            return self._line(LineCode.SIZE)
        kind = self._label("place_kind", found.kind)
        people = self._say(N_("number of inhabitants not known"))
        note = ""
        if found.population is not None:
            people = self._say(N_("%(count)s inhab."), count=f"{qualifier}{self.costs.number(found.population)}")
            note = self._listed(found) if found.listed else self._dated(found.as_of)
        text = ", ".join([kind, people, *([self._more(found.others)] if found.others else [])])
        return self._line(LineCode.SIZE, text, note)

    def contact(self, found: Contact) -> ShortLine:
        """Word whom to ask and how."""
        if not found.is_known:
            return self._line(LineCode.CONTACT)
        ways = [found.mailbox, found.phone, "" if found.mailbox or found.phone else short_site(found.url)]
        how = " · ".join(filter(None, ways))
        href = f"mailto:{found.mailbox}" if found.mailbox else found.url
        return self._line(LineCode.CONTACT, found.name or how, how if found.name else "", href=href, said=(found.name,))

    # --- Parts

    def _listed(self, found: Size) -> str:
        if not found.as_of:
            return self._say(N_("inhabitants from the list of places, year not stated"))
        return self._say(N_("inhabitants from the list of places, %(year)s"), year=found.as_of[:4])

    def _dated(self, day: str | None) -> str:
        return self._say(N_("as of %(date)s"), date=date(day, self._lang)) if day and day != _UNKNOWN else ""

    def _more(self, count: int) -> str:
        return self._say.ngettext("%(num)s more", "%(num)s more", count)

    def _line(
        self, code: LineCode, text: str = "", note: str = "", *, href: str = "", said: Sequence[str] = ()
    ) -> ShortLine:
        return ShortLine(
            code=code,
            label=self._say(LABELS[code]),
            text=text or self._say(NOT_KNOWN),
            note=note,
            href=href,
            said=tuple(filter(None, said)),
            is_known=bool(text),
        )

    def _label(self, name: str, value: str) -> str:
        return self._schemas.label(name, value, self._lang)


def asks(kind: str, code: LineCode) -> bool:
    """Tell whether readers want to know this of a kind even where it is not known: a product does not last."""
    return kind in ASKED and (kind, code) != (SOLUTION, LineCode.DURATION)


def short_site(url: str) -> str:
    """Return the host of an address as people say it."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
