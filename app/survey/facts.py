"""What a survey needs to know of one record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import Any, Self

from app.catalogue import CatalogueEntry
from app.records.digest import wording
from app.records.five_lines.costs import Grant, funding
from app.records.json_value import OBJECT, JsonValue
from app.records.record import Record
from app.records.schema import SchemaSet
from app.search.document import PLACE, STATE, facet_values

TOPIC, OUTCOME, PHASE, REASON = "thema", "ergebnis", "phase", "grund"
"""Names of facets of the search."""
COUNTED: Mapping[str, str] = {
    TOPIC: "topics",
    STATE: "states",
    OUTCOME: "outcomes",
    PHASE: "phases",
    REASON: "reasons",
    PLACE: "places",
}
"""Facets of the search, with the field of `Facts` that has their values."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One visible version of a record.

    Its values in the search are in the fields that COUNTED names, so that counts made of them are those of the search;
    `places` are told of records with grants alone. `end` is the end of its period, "" where none is told. `unknown`
    names what it leaves open: COST, CONTACT, DURATION, RESULT. `answered` tells that a question names an answer itself.
    `wording` names what it says, as copies of it do too. `grants` are those of programmes that the vocabulary knows;
    `wide` tells that they are about one in a whole state. `review_by` is the day by which somebody should look at it
    again.
    """

    entry: CatalogueEntry
    topics: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    wording: str = ""
    grants: tuple[Grant, ...] = ()
    wide: bool = False
    end: str = ""
    unknown: frozenset[str] = frozenset()
    answered: bool = False
    review_by: str = ""

    @classmethod
    def told(
        cls,
        entry: CatalogueEntry,
        facets: Mapping[str, Iterable[str]],
        grants: tuple[Grant, ...] = (),
        unknown: Iterable[str] = (),
        end: str = "",
        review_by: str = "",
        **given: Any,
    ) -> Self:
        """Return the facts that are given, for whoever keeps them of all records: what many say alike is one object.

        Two thirds of their memory would go there.
        """
        counted: dict[str, Any] = {
            field: _shared(tuple(facets[facet]))
            for facet, field in COUNTED.items()
            # Nearly every record has a place of its own, and whoever has no grant is asked for none.
            if facet in facets and (grants or facet != PLACE)
        }
        return cls(
            entry=entry,
            grants=grants,
            unknown=_set(tuple(sorted(unknown))),
            end=intern(end),
            review_by=intern(review_by),
            **counted,
            **given,
        )

    @property
    def kind(self) -> str:
        """What sort of record it is."""
        return self.entry.kind

    @property
    def outcome(self) -> str:
        """What came of it; empty for what has no outcome."""
        return next(iter(self.outcomes), "")

    @property
    def phase(self) -> str:
        """How far it is; empty for what has no phase."""
        return next(iter(self.phases), "")

    def values(self, facet: str) -> tuple[str, ...]:
        """Return its values of a facet that is COUNTED."""
        found: tuple[str, ...] = getattr(self, COUNTED[facet])
        return found


@lru_cache(maxsize=10_000)
def _shared(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(intern, values))


@lru_cache(maxsize=100)
def _set(values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(values)


def facts_of(entry: CatalogueEntry, record: Record, schemas: SchemaSet) -> Facts:
    """Return what a version says."""
    data = record.data
    period = data.get("period")
    end = period.get("end") if isinstance(period, OBJECT) else None
    return Facts.told(
        entry,
        facet_values(record, schemas),
        tuple(grant for grant in funding(record) if grant.key),
        _unknown(record, schemas),
        str(end or ""),
        record.review_by,
        wording=wording(record),
        wide=any(place.kind == "state" for place in record.municipalities),
        answered=bool(data.get("answered_by")),
    )


COST, CONTACT, DURATION, RESULT = "cost", "contact", "duration", "outcome"
MONEY = ("costs", "price")
"""Fields of which one is enough to tell what something costs."""


def _unknown(record: Record, schemas: SchemaSet) -> list[str]:
    kind, data = schemas.kind(record.kind), record.data
    found = {
        COST: "costs" in kind.by_key and not any(data.get(key) for key in MONEY),
        CONTACT: "contact" in kind.by_key and not data.get("contact"),
        DURATION: "period" in kind.by_key and UNKNOWN in _dates(data.get("period")),
        RESULT: data.get("outcome") == UNKNOWN,
    }
    return [name for name, is_open in found.items() if is_open]


def _dates(period: JsonValue) -> tuple[str, ...]:
    """Return when it began and, if it did, ended; UNKNOWN for what is not told."""
    dates = period if isinstance(period, OBJECT) else {}
    return str(dates.get("start", UNKNOWN)), str(dates.get("end", ""))
