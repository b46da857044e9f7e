# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Amounts and their sums in words; what a source qualifies stays qualified."""

from __future__ import annotations

from collections.abc import Sequence

from babel import Locale, numbers

from app.content.five_lines.costs import MONTHLY, TOTAL, Amount, CostSum, Grant
from app.content.schema import SchemaSet
from app.wording import N_, NP_, translator

_UNKNOWN = "unknown"
_NUMBER = numbers.parse_pattern("#,##0.##")
_MILLION, _ROUND = 1_000_000, 10_000
_FEW = 2
"""So many one-time amounts are named; of more the smallest and the largest."""
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

    def spent(self, cost: CostSum) -> str:
        """Word what was or is paid, once and running apart, with what they come to in five years; "" for nothing."""
        spent = " + ".join(filter(None, (self._once(cost), self._running(cost.running))))
        return ", ".join(filter(None, (spent, self.five_years(cost)))) if spent else ""

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

    def planned(self, cost: CostSum) -> str:
        """Word what was only budgeted; "" for nothing."""
        return self._say(N_("planned: %(amount)s"), amount=self.amount(cost.planned)) if cost.planned else ""

    def grants(self, found: Sequence[Grant]) -> str:
        """Word what programmes paid where nothing else is known; "" for nothing."""
        grants = [one for one in found if one.amount is not None]
        if not grants:
            return ""
        amounts = [self.money(one.amount or 0, one.currency, one.approx) for one in grants[:_FEW]]
        rest = len(grants) - len(amounts)
        more = [self._say.ngettext("%(num)s more", "%(num)s more", rest)] if rest else []
        return self._say(N_("Funding: %(amount)s"), amount=" + ".join([*amounts, *more]))

    def number(self, value: float) -> str:
        """Word a number with the separators of the language."""
        return str(numbers.format_decimal(value, format=_NUMBER, locale=self._locale))

    def _once(self, cost: CostSum) -> str:
        once = cost.once
        if not once:
            return ""
        if once[0].kind == TOTAL:
            return self._say(N_("%(amount)s in total"), amount=self.amount(once[0]))
        if len(once) > _FEW:
            first, last = (pick(once, key=lambda one: one.value) for pick in (min, max))
            values = {"first": self.amount(first), "last": self.amount(last), "count": self.number(len(once))}
            return self._say(N_("once %(first)s to %(last)s (%(count)s amounts)"), **values)
        amounts = self._say(
            NP_("amounts", "%(amount)s and %(other)s"), amount=self.amount(once[0]), other=self.amount(once[-1])
        )
        return self._say(N_("%(amount)s once"), amount=amounts if len(once) > 1 else self.amount(once[0]))

    def _running(self, amount: Amount | None) -> str:
        return self.amount(amount) if amount else ""

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
        amount = cost.leading or cost.running or next(iter(cost.once), None)
        if amount is None:
            return ""
        if amount.date == _UNKNOWN:
            return self._say(N_("year not stated"))
        return self._say(N_("as of %(date)s"), date=amount.date[:4])
