"""Funding programmes: which cases used them, the known amounts, and what became of the cases."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from app.catalogue import CatalogueEntry
from app.records.five_lines.costs import Grant, funding
from app.records.record import Record

CASE = "case-study"
UP_TO = "up_to"


class After(StrEnum):
    """The state of a case today; UNKNOWN means that it has ended and no record says whether anybody continues it."""

    RUNS = "runs"
    UNDERWAY = "underway"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grantee:
    """A version of a record that mentions grants; `wide` if it covers a state, `end` is its period's ("": unknown)."""

    entry: CatalogueEntry
    grants: tuple[Grant, ...]
    outcome: str = ""
    phase: str = ""
    end: str = ""
    places: frozenset[str] = frozenset()
    wide: bool = False

    @classmethod
    def of(cls, entry: CatalogueEntry, record: Record) -> Self:
        """Return what a version says about grants of programmes in the vocabulary."""
        period = record.data.get("period")
        return cls(
            entry=entry,
            grants=tuple(grant for grant in funding(record) if grant.key),
            outcome=str(record.data.get("outcome") or ""),
            phase=str(record.data.get("phase") or ""),
            end=str((period.get("end") if isinstance(period, Mapping) else "") or ""),
            places=frozenset(place.name for place in record.municipalities),
            wide=any(place.kind == "state" for place in record.municipalities),
        )

    @property
    def kind(self) -> str:
        """The kind of the record."""
        return self.entry.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A sum of amounts; `rough` if a source qualifies one of them; `count` is the number of grants."""

    amount: float
    currency: str
    rough: bool
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A programme with the records that name it.

    `known` totals the grants of single towns, by currency; `limits` are amounts of which only an upper limit is known,
    and `wide` those of the programme in a whole state: neither is part of `known`. `untold` counts grants without an
    amount.
    """

    key: str
    users: tuple[Grantee, ...]
    known: tuple[Total, ...]
    limits: tuple[Total, ...]
    wide: tuple[Total, ...]
    untold: int
    after: Mapping[After, int]


def programmes(grantees: Iterable[Grantee], today: date) -> tuple[Programme, ...]:
    """Return the programmes that records name, the most used first."""
    users: defaultdict[str, list[Grantee]] = defaultdict(list)
    for each in grantees:
        for key in dict.fromkeys(grant.key for grant in each.grants):
            users[key].append(each)
    found = [_programme(key, named, today) for key, named in users.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.users), one.key)))


def after(grantee: Grantee, today: date) -> After:
    """Return the state of a case today."""
    if grantee.outcome == "stopped":
        return After.STOPPED
    if is_ahead(grantee.end, today):
        return After.UNDERWAY
    if grantee.phase in ("operation", "scaling"):
        return After.RUNS
    is_over = grantee.phase == "ended" or grantee.end[:4].isdecimal()
    return After.UNKNOWN if is_over else After.UNDERWAY


def is_ahead(end: str, today: date) -> bool:
    """Return whether a day, month or year is not over yet; False for a text that is not a date."""
    return end[:4].isdecimal() and end >= today.isoformat()[: len(end)]


def _programme(key: str, users: list[Grantee], today: date) -> Programme:
    cases = [each for each in users if each.kind == CASE]
    ordered = sorted(users, key=lambda each: (each.kind != CASE, -each.entry.seq))
    grants = _told_once(ordered, key)
    return Programme(
        key=key,
        users=tuple(ordered),
        known=_totals(grant for by, grant in grants if not by.wide and grant.approx != UP_TO),
        limits=_totals(grant for by, grant in grants if not by.wide and grant.approx == UP_TO),
        wide=_totals(grant for by, grant in grants if by.wide),
        untold=sum(1 for _by, grant in grants if grant.amount is None),
        after=Counter(after(each, today) for each in cases),
    )


def _told_once(ordered: Iterable[Grantee], key: str) -> list[tuple[Grantee, Grant]]:
    """Return all grants, counting the money of a place once even if several records mention it."""
    found: list[tuple[Grantee, Grant]] = []
    told: list[tuple[frozenset[str], Grant]] = []
    for each in ordered:
        before = [grant for there, grant in told if there & each.places or not (there and each.places)]
        for grant in grants_of(each, key):
            # A grant without an amount adds nothing to one that another record of the place mentions.
            money = grant.amount, grant.currency
            same = next((one for one in before if grant.amount is None or money == (one.amount, one.currency)), None)
            if same is None:
                found.append((each, grant))
                told.append((each.places, grant))
            else:
                before.remove(same)
    return found


def grants_of(grantee: Grantee, key: str) -> tuple[Grant, ...]:
    """Return a record's grants of one programme."""
    return tuple(grant for grant in grantee.grants if grant.key == key)


def _totals(grants: Iterable[Grant]) -> tuple[Total, ...]:
    amounts: defaultdict[str, list[Grant]] = defaultdict(list)
    for grant in grants:
        if grant.amount is not None:
            amounts[grant.currency].append(grant)
    return tuple(
        Total(
            amount=sum(grant.amount or 0 for grant in several),
            currency=currency,
            rough=any(grant.approx for grant in several),
            count=len(several),
        )
        for currency, several in sorted(amounts.items())
    )
