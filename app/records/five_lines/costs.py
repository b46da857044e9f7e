"""The costs of a record, with one-time and running costs apart and planned ones always separate.

An amount is shown as the cost of the whole only if its author says that it covers everything that the record
describes; one for something else is never shown, and any other only with what it is for. Amounts are not added up,
because a record cannot tell whether they are parts or alternatives; the sum of parts is entered as `total`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from app.records.json_value import LIST
from app.records.record import Record

YEARS_AHEAD = 5
"""Years of running costs that are added to the one-time costs."""
EURO = "EUR"

TOTAL, ONE_TIME, ANNUAL, MONTHLY, BUDGET = "total", "one_time", "annual", "monthly", "budget"
_A_YEAR = {ANNUAL: 1, MONTHLY: 12}
_TELLING = frozenset({TOTAL, ONE_TIME, ANNUAL, MONTHLY, BUDGET})
"""Kinds of cost that a municipality pays, as opposed to the cost of one use and other kinds."""
_PLANNED = "budgeted"
_WHOLE_PRICES = frozenset({"flat", "cost_share"})
"""Price models that charge a municipality as a whole, not per seat or on request."""
_UNKNOWN = "unknown"
ALL, SOMETHING_ELSE = "all", "something_else"
"""What an amount covers: all that its record describes at its places, or something else; a part has no code."""
MAX_PARTS = 3
"""Maximum parts named in one line."""
MAX_NAME_LENGTH = 60
"""Maximum characters of a part's name that fit into a line."""
_MONEY = re.compile(r"\d\s*(?:Mio\.?|Mrd\.?|Millionen|Milliarden|million)?\s*(?:(?:Euro|EUR|CHF|Franken)\b|€)|€\d")
_EXACT_ENOUGH = frozenset({None, "about", "nearly"})
"""Precisions for which a multiple or a share makes sense, unlike those of a bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One amount as in the record. `note` has its limits and who states it; `kind` … `covers` are schema codes."""

    kind: str
    value: float
    to: float | None = None
    currency: str = EURO
    approx: str | None = None
    date: str = _UNKNOWN
    basis: str = _UNKNOWN
    what: str = ""
    covers: str = ""
    paid_by: str = ""
    note: str = ""
    sources: tuple[str, ...] = ()

    @property
    def is_one_value(self) -> bool:
        """Return whether it is a single value from which shares and multiples can be computed, not a range or bound."""
        return self.to is None and self.approx in _EXACT_ENOUGH

    @property
    def is_whole(self) -> bool:
        """Return whether it covers everything that its record describes, and is not the price of one use."""
        return self.covers == ALL and self.kind in _TELLING

    @property
    def is_planned(self) -> bool:
        """Return whether it is planned and not yet spent."""
        return self.kind == BUDGET or self.basis == _PLANNED

    @property
    def is_running(self) -> bool:
        """Return whether it is a recurring cost."""
        return self.kind in _A_YEAR

    @property
    def a_year(self) -> float:
        """The amount of a running cost per year."""
        return self.value * _A_YEAR[self.kind]

    @property
    def yearly(self) -> Amount:
        """The same amount per year if it is given per month."""
        if self.kind != MONTHLY:
            return self
        return replace(self, kind=ANNUAL, value=self.a_year, to=None if self.to is None else self.to * _A_YEAR[MONTHLY])


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A programme's payment; `share` is in per cent, `key` that of the vocabulary, if any."""

    programme: str
    key: str = ""
    amount: float | None = None
    currency: str = EURO
    approx: str | None = None
    share: float | None = None
    covers: str = ""
    date: str = _UNKNOWN
    note: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSum:
    """The costs of a record. `amounts` are all of them in order, `model` is the price model of a solution or "".

    `once`, `running` and `planned` cover everything that the record describes; if several amounts contradict each
    other, `once` has all of them, `running` and `planned` none. `parts` are used if none of the three exists.
    `in_words`: the text on costs mentions money.
    """

    amounts: tuple[Amount, ...] = ()
    grants: tuple[Grant, ...] = ()
    model: str = ""
    in_words: bool = False

    @property
    def once(self) -> tuple[Amount, ...]:
        """One-time costs, paid or due; several if sources disagree on the same cost."""
        return self._spent(TOTAL) or self._spent(ONE_TIME)

    @property
    def running(self) -> Amount | None:
        """The recurring cost per year or month."""
        return _only(self._spent(ANNUAL, MONTHLY))

    @property
    def planned(self) -> Amount | None:
        """The amount that was only budgeted."""
        return _only(one for one in self._whole if one.is_planned)

    @property
    def yearly(self) -> CostSum:
        """The same costs with all running ones per year, so that amounts can be compared."""
        return replace(self, amounts=tuple(one.yearly for one in self.amounts))

    @property
    def parts(self) -> tuple[Amount, ...]:
        """The (possible) costs of parts, if no amount covers the whole."""
        return () if self._whole else tuple(one for one in self.amounts if one.kind in _TELLING and not one.covers)

    @property
    def is_several(self) -> bool:
        """Return whether there are amounts that fit in no line: too many parts, or parts without a short name."""
        parts = self.parts
        unnamed = any(not one.what or len(one.what) > MAX_NAME_LENGTH for one in parts)
        return not self._all_told and bool(len(parts) > MAX_PARTS or unnamed or self._whole)

    @property
    def is_known(self) -> bool:
        """Return whether there is an amount to show, or a price model that is free of charge."""
        return bool(self.told or self.is_several or self.model == "free")

    @property
    def is_price(self) -> bool:
        """Return whether the amounts are a price for everybody, not what one municipality paid or planned."""
        return self.model in _WHOLE_PRICES and bool(self.once or self.running)

    @property
    def told(self) -> tuple[Amount, ...]:
        """The amounts that a line shows: one-time and running costs, otherwise planned ones, otherwise parts."""
        return self._all_told or (() if self.is_several else self.parts)

    @property
    def five_years(self) -> float | None:
        """The one-time cost plus running costs for five years; None if that would be a guess."""
        running, once = self.running, self.once
        if running is None or not running.is_one_value:
            return None
        if not once:
            return running.a_year * YEARS_AHEAD
        (first, *more) = once
        if more or first.kind != ONE_TIME or not first.is_one_value or first.currency != running.currency:
            return None
        return first.value + running.a_year * YEARS_AHEAD

    @property
    def leading(self) -> Amount | None:
        """The amount for computing shares: one-time, else running, else planned; None if sources contradict."""
        once = self.once
        if len(once) > 1:
            return None
        return once[0] if once else self.running or self.planned

    @property
    def lump_sum(self) -> Amount | None:
        """The leading amount if it is comparable with grants: a single value that does not recur."""
        amount = self.leading
        return amount if amount and amount.is_one_value and not amount.is_running else None

    def per_inhabitant(self, population: int | None) -> float | None:
        """Return the leading amount per inhabitant; of a running cost, the amount per year."""
        amount = self.leading
        if not population or amount is None or not amount.is_one_value:
            return None
        return (amount.a_year if amount.is_running else amount.value) / population

    @property
    def told_grants(self) -> tuple[Grant, ...]:
        """The grants for everything that the record describes, and nothing else."""
        return tuple(one for one in self.grants if one.covers == ALL)

    @property
    def others(self) -> bool:
        """Return whether there are amounts or grants for something else."""
        return bool(self.amounts) or any(one.covers == SOMETHING_ELSE and one.amount is not None for one in self.grants)

    @property
    def granted(self) -> float | None:
        """Return the share of the costs in per cent paid by the only programme; None if unknown."""
        if len(self.grants) != 1 or not self.told_grants or self.leading is None:
            return None
        (grant,), amount = self.grants, self.lump_sum
        if grant.share is not None:
            return grant.share
        if grant.amount is None or amount is None or amount.currency != grant.currency:
            return None
        return 100 * grant.amount / amount.value if 0 < grant.amount <= amount.value else None

    @property
    def _whole(self) -> tuple[Amount, ...]:
        return tuple(one for one in self.amounts if one.is_whole)

    @property
    def _all_told(self) -> tuple[Amount, ...]:
        spent = (*self.once, *filter(None, (self.running,)))
        return spent or tuple(filter(None, (self.planned,)))

    def _spent(self, *kinds: str) -> tuple[Amount, ...]:
        return tuple(one for one in self._whole if one.kind in kinds and not one.is_planned)


def cost_sum(record: Record) -> CostSum:
    """Return the costs of a record; for a solution without any, those of its price."""
    amounts = tuple(amount_of(entry) for entry in _entries(record, "costs"))
    price, section = record.data.get("price"), record.section("cost")
    model = str(price["model"]) if isinstance(price, Mapping) else ""
    return CostSum(
        amounts=amounts or (tuple(_of_price(price)) if isinstance(price, Mapping) else ()),
        grants=funding(record),
        model="" if model == _UNKNOWN else model,
        in_words=bool(section and _MONEY.search(section.markdown)),
    )


def funding(record: Record) -> tuple[Grant, ...]:
    """Return the payments of programmes in a record."""
    return tuple(_value(Grant, entry, programme_id="key") for entry in _entries(record, "funding"))


def _entries(record: Record, key: str) -> Sequence[Mapping[str, Any]]:
    return cast("Sequence[Mapping[str, Any]]", record.data.get(key) or ())


def amount_of(entry: Mapping[str, Any]) -> Amount:
    """Return the amount in an entry of `costs`."""
    return cast("Amount", _value(Amount, entry, amount="value", amount_to="to"))


def _value(kind: type[Any], entry: Mapping[str, Any], **names: str) -> Any:
    """Build a value from an entry; `names` maps keys to attributes with another name. Lists become tuples."""
    return kind(**{names.get(key, key): tuple(item) if isinstance(item, LIST) else item for key, item in entry.items()})


def _of_price(price: Mapping[str, Any]) -> Iterable[Amount]:
    for key, kind in (("setup", ONE_TIME), ("annual", ANNUAL)):
        if key in price:
            yield Amount(
                kind=kind,
                value=price[key],
                currency=price.get("currency", EURO),
                covers=ALL,
                date=price.get("as_of", _UNKNOWN),
                note=price.get("per", ""),
                sources=tuple(price.get("sources", ())),
            )


def _only(amounts: Iterable[Amount]) -> Amount | None:
    found = tuple(amounts)
    return found[0] if len(found) == 1 else None
