"""Who used which funding programme, how much is known of the money, and what became of it."""

from __future__ import annotations

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
    """Where a case stands today; UNKNOWN is over, and nobody tells whether somebody goes on with it."""

    RUNS = "runs"
    UNDERWAY = "underway"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grantee:
    """A version of a record that tells of grants; `wide` tells that it is about one in a whole state.

    `end` is the end of its period, "" where none is told.
    """

    entry: CatalogueEntry
    grants: tuple[Grant, ...]
    outcome: str = ""
    phase: str = ""
    end: str = ""
    places: frozenset[str] = frozenset()
    wide: bool = False

    @classmethod
    def of(cls, entry: CatalogueEntry, record: Record) -> Self:
        """Return what a version tells of the grants of programmes that the vocabulary knows."""
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
        """What sort of record it is."""
        return self.entry.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Amounts added up; `rough` if a source qualifies one of them, `count` tells of how many grants."""

    amount: float
    currency: str
    rough: bool
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A programme with the records that name it.

    `known` adds up what single towns got, by currency; `limits` are amounts of which only the most is told, and `wide`
    those of the programme in a whole state: neither is part of `known`. `untold` counts grants without an amount.
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
    """Return where a case stands."""
    if grantee.outcome == "stopped":
        return After.STOPPED
    if is_ahead(grantee.end, today):
        return After.UNDERWAY
    if grantee.phase in ("operation", "scaling"):
        return After.RUNS
    is_over = grantee.phase == "ended" or grantee.end[:4].isdecimal()
    return After.UNKNOWN if is_over else After.UNDERWAY


def is_ahead(end: str, today: date) -> bool:
    """Tell whether a day, month or year is not over yet; what is no date is none."""
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
    """Return the grants of all records with who tells of them, the money of a place once.

    A solution tells of the money of the case that it comes from, and two cases of a town may tell of the same grant.
    """
    found: list[tuple[Grantee, Grant]] = []
    told: list[tuple[frozenset[str], Grant]] = []
    for each in ordered:
        before = [grant for there, grant in told if there & each.places or not (there and each.places)]
        for grant in grants_of(each, key):
            # Without an amount it adds nothing to what another record of the place told.
            money = grant.amount, grant.currency
            same = next((one for one in before if grant.amount is None or money == (one.amount, one.currency)), None)
            if same is None:
                found.append((each, grant))
                told.append((each.places, grant))
            else:
                before.remove(same)
    return found


def grants_of(grantee: Grantee, key: str) -> tuple[Grant, ...]:
    """Return what a record tells of one programme."""
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
