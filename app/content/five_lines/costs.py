# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Costs as one honest sum: once and running apart, planned ones never among the others.

Amounts of one sort are never added up, because a record cannot tell whether they are parts or alternatives; `total` is
what says what parts come to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from app.content.record import Record

YEARS = 5
"""So long a sum of once and running costs looks ahead."""
EURO = "EUR"

TOTAL, ONE_TIME, ANNUAL, MONTHLY, BUDGET = "total", "one_time", "annual", "monthly", "budget"
_A_YEAR = {ANNUAL: 1, MONTHLY: 12}
_PLANNED = "budgeted"
_WHOLE_PRICES = frozenset({"flat", "cost_share"})
"""Models of a price that is asked of a municipality as a whole, and not for each seat or on request."""
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One amount as the record writes it; `kind`, `basis` and `approx` are codes of the schema.

    `note` is what limits it, and who states it if not the provider; of a price what it is asked for.
    """

    kind: str
    value: float
    to: float | None = None
    currency: str = EURO
    approx: str | None = None
    date: str = _UNKNOWN
    basis: str = _UNKNOWN
    what: str = ""
    paid_by: str = ""
    note: str = ""
    sources: tuple[str, ...] = ()

    @property
    def is_planned(self) -> bool:
        """Tell whether nobody has spent it yet."""
        return self.kind == BUDGET or self.basis == _PLANNED

    @property
    def is_running(self) -> bool:
        """Tell whether it comes again."""
        return self.kind in _A_YEAR

    @property
    def a_year(self) -> float:
        """What a running cost comes to in a year."""
        return self.value * _A_YEAR[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a programme paid; `share` in per cent as its source says it, `key` is that of the vocabulary, if any."""

    programme: str
    key: str = ""
    amount: float | None = None
    currency: str = EURO
    approx: str | None = None
    share: float | None = None
    date: str = _UNKNOWN
    note: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSum:
    """The costs of a record. `amounts` are all of them in its order, `model` is how a solution is priced, else "".

    `once` holds the newest total, or else each one-time amount. `running` is the newest yearly or monthly amount,
    `planned` the newest that is only budgeted; of several from one year the first in the record stands for them.
    """

    amounts: tuple[Amount, ...] = ()
    grants: tuple[Grant, ...] = ()
    model: str = ""

    @property
    def once(self) -> tuple[Amount, ...]:
        """What was or is paid once."""
        total = _newest(one for one in self._spent if one.kind == TOTAL)
        return (total,) if total else tuple(one for one in self._spent if one.kind == ONE_TIME)

    @property
    def running(self) -> Amount | None:
        """What comes again each year or month."""
        return _newest(one for one in self._spent if one.is_running)

    @property
    def planned(self) -> Amount | None:
        """What was only budgeted."""
        return _newest(one for one in self.amounts if one.is_planned)

    @property
    def is_known(self) -> bool:
        """Tell whether there is an amount to name, or a price that is none."""
        return bool(self.once or self.running or self.planned or self.model == "free")

    @property
    def is_price(self) -> bool:
        """Tell whether the amounts are what others pay, and not what a single municipality paid or planned."""
        return self.model in _WHOLE_PRICES and bool(self._spent)

    @property
    def told(self) -> tuple[Amount, ...]:
        """The amounts that a line names: what was paid once and what runs, else what was planned."""
        spent = (*self.once, *filter(None, (self.running,)))
        return spent or tuple(filter(None, (self.planned,)))

    @property
    def five_years(self) -> float | None:
        """What one set-up and its running costs come to in five years; None where that would be a guess."""
        running, once = self.running, self.once
        if running is None or running.to is not None:
            return None
        if not once:
            return running.a_year * YEARS
        (first, *more) = once
        if more or first.kind != ONE_TIME or first.to is not None or first.currency != running.currency:
            return None
        return first.value + running.a_year * YEARS

    @property
    def leading(self) -> Amount | None:
        """The amount that shares are told of: once, else running, else planned; None where several were paid once."""
        once = self.once
        if len(once) > 1:
            return None
        return once[0] if once else self.running or self.planned

    def per_inhabitant(self, population: int | None) -> float | None:
        """Return the leading amount for each inhabitant, of a running one that of a year."""
        amount = self.leading
        if not population or amount is None:
            return None
        return (amount.a_year if amount.is_running else amount.value) / population

    @property
    def granted(self) -> float | None:
        """Return the share of the costs in per cent that the only programme paid; None where it is not known."""
        if len(self.grants) != 1:
            return None
        (grant,), amount = self.grants, self.leading
        if grant.share is not None:
            return grant.share
        if grant.amount is None or amount is None or amount.is_running or amount.currency != grant.currency:
            return None
        return 100 * grant.amount / amount.value if 0 < grant.amount <= amount.value else None

    @property
    def _spent(self) -> tuple[Amount, ...]:
        return tuple(one for one in self.amounts if not one.is_planned)


def cost_sum(record: Record) -> CostSum:
    """Return the costs of a record; of a solution without any, those of its price."""
    amounts = tuple(_amount(entry) for entry in _entries(record, "costs"))
    price = record.data.get("price")
    model = str(price["model"]) if isinstance(price, Mapping) else ""
    return CostSum(
        amounts=amounts or (tuple(_of_price(price)) if isinstance(price, Mapping) else ()),
        grants=funding(record),
        model="" if model == _UNKNOWN else model,
    )


def funding(record: Record) -> tuple[Grant, ...]:
    """Return what programmes paid, as a record tells it."""
    return tuple(_grant(entry) for entry in _entries(record, "funding"))


def _entries(record: Record, key: str) -> Sequence[Mapping[str, Any]]:
    return cast("Sequence[Mapping[str, Any]]", record.data.get(key) or ())


def _amount(entry: Mapping[str, Any]) -> Amount:
    return Amount(
        kind=entry["kind"],
        value=entry["amount"],
        to=entry.get("amount_to"),
        currency=entry.get("currency", EURO),
        approx=entry.get("approx"),
        date=entry.get("date", _UNKNOWN),
        basis=entry.get("basis", _UNKNOWN),
        what=entry.get("what", ""),
        paid_by=entry.get("paid_by", ""),
        note=entry.get("note", ""),
        sources=tuple(entry.get("sources", ())),
    )


def _grant(entry: Mapping[str, Any]) -> Grant:
    return Grant(
        programme=entry["programme"],
        key=entry.get("programme_id", ""),
        amount=entry.get("amount"),
        currency=entry.get("currency", EURO),
        approx=entry.get("approx"),
        share=entry.get("share"),
        date=entry.get("date", _UNKNOWN),
        note=entry.get("note", ""),
        sources=tuple(entry.get("sources", ())),
    )


def _of_price(price: Mapping[str, Any]) -> Iterable[Amount]:
    for key, kind in (("setup", ONE_TIME), ("annual", ANNUAL)):
        if key in price:
            yield Amount(
                kind=kind,
                value=price[key],
                currency=price.get("currency", EURO),
                date=price.get("as_of", _UNKNOWN),
                note=price.get("per", ""),
                sources=tuple(price.get("sources", ())),
            )


def _newest(amounts: Iterable[Amount]) -> Amount | None:
    found = list(amounts)
    return max(found, key=lambda one: "" if one.date == _UNKNOWN else one.date[:4], default=None)
