"""Amounts and their sums in words; what a source qualifies stays qualified."""

from __future__ import annotations

from collections.abc import Sequence

from babel import Locale, numbers

from app.records.five_lines.costs import MONTHLY, TOTAL, Amount, CostSum
from app.records.schema import SchemaSet
from app.shared.wording import N_, translator

_UNKNOWN = "unknown"
_NUMBER = numbers.parse_pattern("#,##0.##")
_MILLION, _ROUND = 1_000_000, 10_000
_FEW = 2
"""So many grants are named."""
_SMALL = 10
"""Below so many euros cents tell something."""
NO_BREAK = "\u00a0"


class CostWords:
    """Puts costs into words of one language ("de", "en")."""

    def __init__(self, schemas: SchemaSet, lang: str) -> None:
        self._schemas = schemas
        self._lang = lang
        self._locale = Locale.parse(lang)
        self._say = translator(lang)

    def told(self, cost: CostSum) -> str:
        """Word what a line can say: what all of it cost, else what was planned, else named parts; "" for nothing."""
        if cost.is_several:
            return self._say(N_("several figures, see “Costs and funding”"))
        parts = "; ".join(self._part(cost, one) for one in cost.parts)
        return self._spent(cost) or (self._planned(cost.planned) if cost.planned else parts)

    def notes(self, cost: CostSum, share: float | None, place: str = "") -> str:
        """Word how much of it was granted, what it is for each inhabitant (`share`) of `place`, and as of when.

        What the record says of its amounts stands behind that in its own words: who states a price, what it hangs on.
        """
        granted = cost.granted
        funded = self._say(N_("%(share)s %% funded"), share=self.number(round(granted))) if granted else ""
        each = self.per_inhabitant(cost, share)
        each = f"{place}: {each}" if place and each else each
        said = dict.fromkeys(amount.note for amount in cost.told)
        return " · ".join(filter(None, (funded, each, self._year(cost), *said)))

    def said(self, cost: CostSum) -> tuple[str, ...]:
        """Return what `told` and `notes` take from the record as it is written there."""
        return (*(amount.note for amount in cost.told), *(part.what for part in cost.parts))

    def grants(self, cost: CostSum) -> str:
        """Word what programmes paid where nothing else is known, for parts where none paid for all; "" for nothing."""
        parts = [one for one in cost.grants if not one.covers and one.amount is not None]
        grants = [one for one in cost.told_grants if one.amount is not None] or parts
        if not grants:
            return ""
        amounts = [self.money(one.amount or 0, one.currency, one.approx) for one in grants[:_FEW]]
        rest = len(grants) - len(amounts)
        more = [self._say.ngettext("%(num)s more", "%(num)s more", rest)] if rest else []
        told = " + ".join([*amounts, *more])
        if grants is parts:
            return self._say.ngettext(
                "Funding for a part: %(amount)s", "Funding for parts: %(amount)s", len(grants), amount=told
            )
        return self._say(N_("Funding: %(amount)s"), amount=told)

    def number(self, value: float) -> str:
        """Word a number with the separators of the language."""
        return str(numbers.format_decimal(value, format=_NUMBER, locale=self._locale))

    def _spent(self, cost: CostSum) -> str:
        """Word what was or is paid, once and running apart, with what they come to in five years; "" for nothing."""
        running = self.amount(cost.running) if cost.running else ""
        spent = " + ".join(filter(None, (self._once(cost), running)))
        return ", ".join(filter(None, (spent, self.five_years(cost)))) if spent else ""

    def _planned(self, amount: Amount) -> str:
        return self._say(N_("planned: %(amount)s"), amount=self.amount(amount))

    def _once(self, cost: CostSum) -> str:
        once = cost.once
        if not once:
            return ""
        amount = self.amount(once[0]) if len(once) == 1 else self._contradicting(once)
        return self._say(N_("%(amount)s in total") if once[0].kind == TOTAL else N_("%(amount)s once"), amount=amount)

    def _contradicting(self, amounts: Sequence[Amount]) -> str:
        """Word what several sources say of the same, from the smallest to the largest, each currency by itself."""
        currencies = dict.fromkeys(one.currency for one in amounts)
        spans = [self._span([one for one in amounts if one.currency == currency]) for currency in currencies]
        return self._say(N_("%(amount)s, depending on the source,"), amount=self._say(N_(" or ")).join(spans))

    def _span(self, amounts: Sequence[Amount]) -> str:
        """Word from what to what amounts of one currency reach."""
        low = min(amounts, key=lambda one: one.value)
        high = max(amounts, key=lambda one: one.to or one.value)
        start = self.money(low.value, low.currency, low.approx)
        end = self.money(high.to or high.value, high.currency, high.approx)
        return start if start == end else self._say(N_("%(start)s to %(end)s"), start=start, end=end)

    def _part(self, cost: CostSum, amount: Amount) -> str:
        """Word what a part is for and what it costs, with its year where not all parts are of one."""
        words = self.amount(amount)
        if amount.is_planned:
            words = self._say(N_("%(amount)s planned"), amount=words)
        if self._differ(cost):
            year = self._say(N_("year not stated")) if amount.date == _UNKNOWN else amount.date[:4]
            words = f"{words} ({year})"
        return f"{amount.what}: {words}"

    def five_years(self, cost: CostSum) -> str:
        """Word what it comes to in five years; "" where nobody can say."""
        total, running = cost.five_years, cost.running
        if total is None or running is None:
            return ""
        amount = self.money(float(f"{total:.3g}"), running.currency, "about")
        return self._say(N_("%(amount)s in five years"), amount=amount)

    def per_inhabitant(self, cost: CostSum, share: float | None) -> str:
        """Word what the leading amount is for each inhabitant; "" where that is not known."""
        amount = cost.leading
        if share is None or amount is None:
            return ""
        words = self.money(round(share, 2) if share < _SMALL else round(share), amount.currency, "about")
        if amount.is_running:
            return self._say(N_("%(amount)s per inhabitant and year"), amount=words)
        return self._say(N_("%(amount)s per inhabitant"), amount=words)

    def amount(self, amount: Amount) -> str:
        """Word one amount with what its source says of it: "knapp 1 Mio. €", "400 € im Monat"."""
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
        """Word a sum of money; round millions are called so."""
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
        """Word as of when all that is told holds; where years differ, parts have theirs beside them."""
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
