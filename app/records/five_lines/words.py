"""The five lines in words, in German or English, with the qualifications of their sources."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from babel import Locale, numbers

from app.records.fields import date
from app.records.five_lines.costs import MONTHLY, TOTAL, Amount, CostSum
from app.records.five_lines.lines import ASKED, SOLUTION, Contact, Duration, FiveLines, Size
from app.records.schema import SchemaSet
from app.records.sentences import pieces
from app.shared.wording import N_, NP_, translator

_UNKNOWN = "unknown"
_NUMBER = numbers.parse_pattern("#,##0.##")
_MILLION, _ROUND = 1_000_000, 10_000
_MAX_GRANTS = 2
"""Maximum grants named in a line; the others are counted."""
_CENTS_BELOW = 10
"""Euros per inhabitant below which cents are shown."""
NO_BREAK = "\u00a0"


class CostWords:
    """Words costs in one language ("de", "en")."""

    def __init__(self, schemas: SchemaSet, lang: str) -> None:
        self._schemas = schemas
        self._lang = lang
        self._locale = Locale.parse(lang)
        self._say = translator(lang)

    def told(self, cost: CostSum) -> str:
        """Word the costs for a line: of the whole, otherwise planned, otherwise of named parts; "" if none."""
        if cost.is_several:
            return self._say(N_("several figures, see “Costs and funding”"))
        parts = "; ".join(self._part(cost, one) for one in cost.parts)
        if spent := self._spent(cost):
            return spent
        return self._say(N_("planned: %(amount)s"), amount=self.amount(cost.planned)) if cost.planned else parts

    def notes(self, cost: CostSum, share: float | None, place: str = "") -> str:
        """Word the granted share, the amount per inhabitant, the date of the amounts, and the record's own notes."""
        granted = cost.granted
        funded = self._say(N_("%(share)s %% funded"), share=self.number(round(granted))) if granted else ""
        each = self.per_inhabitant(cost, share)
        each = f"{place}: {each}" if place and each else each
        said = dict.fromkeys(amount.note for amount in cost.told)
        return " · ".join(filter(None, (funded, each, self._year(cost), *said)))

    def said(self, cost: CostSum) -> tuple[str, ...]:
        """Return the texts in `told` and `notes` that are quoted from the record."""
        return (*(amount.note for amount in cost.told), *(part.what for part in cost.parts))

    def grants(self, cost: CostSum) -> str:
        """Word programmes' payments if no cost is known: for the whole, otherwise for parts; "" if there are none."""
        parts = [one for one in cost.grants if not one.covers and one.amount is not None]
        grants = [one for one in cost.told_grants if one.amount is not None] or parts
        if not grants:
            return ""
        amounts = [self.money(one.amount or 0, one.currency, one.approx) for one in grants[:_MAX_GRANTS]]
        rest = len(grants) - len(amounts)
        more = [self._say.ngettext("%(num)s more", "%(num)s more", rest)] if rest else []
        told = " + ".join([*amounts, *more])
        if grants is parts:
            return self._say.ngettext(
                "Funding for a part: %(amount)s", "Funding for parts: %(amount)s", len(grants), amount=told
            )
        return self._say(N_("Funding: %(amount)s"), amount=told)

    def number(self, value: float) -> str:
        """Return a number with the separators of the language."""
        return str(numbers.format_decimal(value, format=_NUMBER, locale=self._locale))

    def _spent(self, cost: CostSum) -> str:
        """Word what was or is paid, one-time and running costs apart, and the sum for five years; "" if nothing."""
        running = self.amount(cost.running) if cost.running else ""
        spent = " + ".join(filter(None, (self._once(cost), running)))
        return ", ".join(filter(None, (spent, self.five_years(cost)))) if spent else ""

    def _once(self, cost: CostSum) -> str:
        once = cost.once
        if not once:
            return ""
        amount = self.amount(once[0]) if len(once) == 1 else self._contradicting(once)
        return self._say(N_("%(amount)s in total") if once[0].kind == TOTAL else N_("%(amount)s once"), amount=amount)

    def _contradicting(self, amounts: Sequence[Amount]) -> str:
        """Word the different amounts that sources give for the same cost, from smallest to largest, by currency."""
        currencies = dict.fromkeys(one.currency for one in amounts)
        spans = [self._span([one for one in amounts if one.currency == currency]) for currency in currencies]
        return self._say(N_("%(amount)s, depending on the source,"), amount=self._say(N_(" or ")).join(spans))

    def _span(self, amounts: Sequence[Amount]) -> str:
        low = min(amounts, key=lambda one: one.value)
        high = max(amounts, key=lambda one: one.to or one.value)
        start = self.money(low.value, low.currency, low.approx)
        end = self.money(high.to or high.value, high.currency, high.approx)
        return start if start == end else self._say(N_("%(start)s to %(end)s"), start=start, end=end)

    def _part(self, cost: CostSum, amount: Amount) -> str:
        """Word the name and cost of a part, with its year if the parts are from different years."""
        words = self.amount(amount)
        if amount.is_planned:
            words = self._say(N_("%(amount)s planned"), amount=words)
        if self._differ(cost):
            year = self._say(N_("year not stated")) if amount.date == _UNKNOWN else amount.date[:4]
            words = f"{words} ({year})"
        return f"{amount.what}: {words}"

    def five_years(self, cost: CostSum) -> str:
        """Word the cost over five years; "" if unknown."""
        total, running = cost.five_years, cost.running
        if total is None or running is None:
            return ""
        amount = self.money(float(f"{total:.3g}"), running.currency, "about")
        return self._say(N_("%(amount)s in five years"), amount=amount)

    def per_inhabitant(self, cost: CostSum, share: float | None) -> str:
        """Word the leading amount per inhabitant; "" if unknown."""
        amount = cost.leading
        if share is None or amount is None:
            return ""
        words = self.money(round(share, 2) if share < _CENTS_BELOW else round(share), amount.currency, "about")
        if amount.is_running:
            return self._say(N_("%(amount)s per inhabitant and year"), amount=words)
        return self._say(N_("%(amount)s per inhabitant"), amount=words)

    def amount(self, amount: Amount) -> str:
        """Word one amount with its source's qualification: "knapp 1 Mio. €", "400 € im Monat"."""
        words = self.money(amount.value, amount.currency, amount.approx)
        if amount.to is not None:
            words = self._say(N_("%(start)s to %(end)s"), start=words, end=self.money(amount.to, amount.currency))
        if amount.basis == "estimated":
            words = self._say(N_("%(amount)s (estimated)"), amount=words)
        if not amount.is_running:
            return words
        sort = N_("%(amount)s a month") if amount.kind == MONTHLY else N_("%(amount)s a year")
        return self._say(sort, amount=words)

    def money(self, value: float, currency: str, approx: str | None = None) -> str:
        """Word a sum of money; round millions are written as such."""
        qualifier = f"{self._schemas.label('approx', approx, self._lang)}{NO_BREAK}" if approx else ""
        if value >= _MILLION and value % _ROUND == 0:
            symbol = numbers.get_currency_symbol(currency, self._lang)
            millions = self.number(value / _MILLION)
            return qualifier + (
                f"{millions}{NO_BREAK}Mio.{NO_BREAK}{symbol}"
                if self._lang == "de"
                else f"{symbol}{millions}{NO_BREAK}million"
            )
        whole = float(value).is_integer()
        pattern = None if not whole else ("#,##0\u00a0¤" if self._lang == "de" else "¤#,##0")
        words = numbers.format_currency(value, currency, format=pattern, locale=self._lang, currency_digits=not whole)
        return f"{qualifier}{words}"

    def _year(self, cost: CostSum) -> str:
        """Word the year of all amounts shown; "" if parts have different years, which are then beside each."""
        years = sorted({one.date[:4] for one in cost.told if one.date != _UNKNOWN})
        if not cost.told or (cost.parts and self._differ(cost)):
            return ""
        if not years:
            return self._say(N_("year not stated"))
        said = self._say(N_("as of %(date)s"), date="–".join(dict.fromkeys((years[0], years[-1]))))
        undated = any(one.date == _UNKNOWN for one in cost.told)
        return self._say(N_("%(as_of)s, partly without a year"), as_of=said) if undated else said

    @staticmethod
    def _differ(cost: CostSum) -> bool:
        return len({one.date[:4] for one in cost.told}) > 1


class LineCode(StrEnum):
    """The five lines."""

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
"""Label of the first line of a solution, which has no outcome but a degree of maturity as a product."""
NOT_KNOWN = N_("not known")
_OPEN = {
    ("operator", "maintainer"): N_("operation and upkeep not shown"),
    ("operator",): N_("operation not shown"),
    ("maintainer",): N_("upkeep not shown"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortLine:
    """One line: label, text, a note that limits or supports it, and link. `said` are its quotes from the record."""

    code: LineCode
    label: str
    text: str
    note: str = ""
    href: str = ""
    said: tuple[str, ...] = ()
    is_known: bool = True

    @property
    def plain(self) -> str:
        """The line as plain text: "Kosten: 14.900 € (Stand 2024)"."""
        note = f" ({self.note})" if self.note and self.code is not LineCode.OUTCOME else ""
        more = f". {self.note}" if self.note and self.code is LineCode.OUTCOME else ""
        return f"{self.label}: {self.text}{note}{more}"

    def pieces(self, text: str) -> Iterator[tuple[str, bool]]:
        """Yield its text or note in pieces, each with whether it is quoted from the record."""
        return pieces(text, self.said)


class LineWords:
    """Words the five lines in one language ("de", "en")."""

    def __init__(self, schemas: SchemaSet, lang: str) -> None:
        self._schemas = schemas
        self._lang = "de" if lang.partition("-")[0] == "de" else "en"
        self._say = translator(self._lang)
        self.costs = CostWords(schemas, self._lang)

    def lines(self, found: FiveLines) -> tuple[ShortLine, ...]:
        """Return the lines of a record; for most kinds only those that are known."""
        lines = (
            self.outcome(found),
            self.cost(found),
            self.duration(found),
            self.size(found.size),
            self.contact(found.contact),
        )
        return tuple(line for line in lines if line.is_known or asks(found.kind, line.code))

    # --- Outcome

    def outcome(self, found: FiveLines) -> ShortLine:
        """Word the outcome of a case, or how far a solution has become a product."""
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
        """Word that something stopped, with the day, month or year, or that the date is unknown."""
        if day in {"", _UNKNOWN}:
            return self._say(N_("Stopped, date not known"))
        return self._say(N_("Stopped in %(year)s"), year=day[:4])

    def ending(self, found: FiveLines) -> str:
        """Word when and why a case stopped: "Eingestellt 2023, Grund: Geld"; "" if it did not stop."""
        if not found.is_stopped:
            return ""
        when = self.stopped(found.duration.end)
        labels = (self._label("stop_reason", reason) for reason in found.reasons)
        # German capitalises nouns everywhere.
        reasons = [one if self._lang == "de" else one[:1].lower() + one[1:] for one in labels]
        why = self._say.ngettext(
            "reason: %(reasons)s", "reasons: %(reasons)s", len(reasons), reasons=", ".join(reasons)
        )
        return f"{when}, {why}" if reasons else when

    def without_verdict(self, found: FiveLines) -> str:
        """Return the sentence on a case without a leading verdict, which is already shown above it."""
        label = self._schemas.label("outcome", found.outcome, found.lang)
        head, colon, rest = found.note.partition(":")
        if not colon or head.strip().casefold() != label.casefold():
            return found.note
        return _capital(rest.strip())

    # --- Cost

    def cost(self, found: FiveLines, *, named: bool = False) -> ShortLine:
        """Word the costs, one-time and running ones apart; planned ones are called so.

        If no cost is known, grants are shown as grants; amounts for something else, and those only in the text, are
        mentioned without a number.

        `named` adds whose inhabitants a share is computed for, if the municipality is not shown beside it.
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
        """Word the duration: "22 Monate", "rund 4 Jahre"; "" if it is unknown or not positive."""
        months = found.months
        if months is None or months <= 0:
            return ""
        if found.is_exact:
            return self._say.ngettext("%(num)s month", "%(num)s months", months)
        return self._say.ngettext("about %(num)s year", "about %(num)s years", round(months / 12))

    def size(self, found: Size) -> ShortLine:
        """Word who did it or uses it: "Landkreis, 225.000 Einw."."""
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
            note = self._dated(found.as_of)
            if found.listed and found.as_of:
                note = self._say(N_("inhabitants from the list of places, %(year)s"), year=found.as_of[:4])
            elif found.listed:
                note = self._say(N_("inhabitants from the list of places, year not stated"))
        more = self._say.ngettext("%(num)s more", "%(num)s more", found.others)
        text = ", ".join([kind, people, *([more] if found.others else [])])
        return self._line(LineCode.SIZE, text, note)

    def contact(self, found: Contact) -> ShortLine:
        """Word whom to ask and how to reach them."""
        if not found.is_known:
            return self._line(LineCode.CONTACT)
        ways = [found.mailbox, found.phone, "" if found.mailbox or found.phone else short_site(found.url)]
        how = " · ".join(filter(None, ways))
        href = f"mailto:{found.mailbox}" if found.mailbox else found.url
        return self._line(LineCode.CONTACT, found.name or how, how if found.name else "", href=href, said=(found.name,))

    # --- Parts

    def _dated(self, day: str | None) -> str:
        return self._say(N_("as of %(date)s"), date=date(day, self._lang)) if day and day != _UNKNOWN else ""

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
    """Return whether to show this line for a kind even if it is unknown; a product, for example, has no duration."""
    return kind in ASKED and (kind, code) != (SOLUTION, LineCode.DURATION)


def short_site(url: str) -> str:
    """Return the host of an address as people write it."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
