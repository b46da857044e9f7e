"""Who used which funding programme, how much is known of the money, and what became of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.records.five_lines import Grant
from app.survey.facts import Facts

CASE = "case-study"
UP_TO = "up_to"


class After(StrEnum):
    """Where a case stands today; UNKNOWN is over, and nobody tells whether somebody goes on with it."""

    RUNS = "runs"
    UNDERWAY = "underway"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


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
    users: tuple[Facts, ...]
    known: tuple[Total, ...]
    limits: tuple[Total, ...]
    wide: tuple[Total, ...]
    untold: int
    after: Mapping[After, int]


def programmes(facts: Iterable[Facts], today: date) -> tuple[Programme, ...]:
    """Return the programmes that records name, the most used first."""
    users: defaultdict[str, list[Facts]] = defaultdict(list)
    for each in facts:
        for key in dict.fromkeys(grant.key for grant in each.grants):
            users[key].append(each)
    found = [_programme(key, named, today) for key, named in users.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.users), one.key)))


def after(facts: Facts, today: date) -> After:
    """Return where a case stands."""
    if facts.outcome == "stopped":
        return After.STOPPED
    if is_ahead(facts.end, today):
        return After.UNDERWAY
    if facts.phase in ("operation", "scaling"):
        return After.RUNS
    is_over = facts.phase == "ended" or facts.end[:4].isdecimal()
    return After.UNKNOWN if is_over else After.UNDERWAY


def is_ahead(end: str, today: date) -> bool:
    """Tell whether a day, month or year is not over yet; what is no date is none."""
    return end[:4].isdecimal() and end >= today.isoformat()[: len(end)]


def _programme(key: str, users: list[Facts], today: date) -> Programme:
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


def _told_once(ordered: Iterable[Facts], key: str) -> list[tuple[Facts, Grant]]:
    """Return the grants of all records with who tells of them, the money of a place once.

    A solution tells of the money of the case that it comes from, and two cases of a town may tell of the same grant.
    """
    found: list[tuple[Facts, Grant]] = []
    told: list[tuple[frozenset[str], Grant]] = []
    for each in ordered:
        places = frozenset(each.places)
        before = [grant for there, grant in told if there & places or not (there and places)]
        for grant in grants_of(each, key):
            same = next((one for one in before if _is_same(grant, one)), None)
            if same is None:
                found.append((each, grant))
                told.append((places, grant))
            else:
                before.remove(same)
    return found


def _is_same(grant: Grant, told: Grant) -> bool:
    """Tell whether another record of the place told of this money already; without an amount it adds nothing to it."""
    return grant.amount is None or (grant.amount, grant.currency) == (told.amount, told.currency)


def grants_of(facts: Facts, key: str) -> tuple[Grant, ...]:
    """Return what a record tells of one programme."""
    return tuple(grant for grant in facts.grants if grant.key == key)


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
