# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a survey needs to know of one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.catalogue import CatalogueEntry
from app.content.digest import wording
from app.content.five_lines.costs import Grant, funding
from app.content.json_value import OBJECT, JsonValue
from app.content.record import Record
from app.content.schema import SchemaSet
from app.search.document import PLACE, STATE, facet_values

TOPIC, OUTCOME, PHASE, REASON = "thema", "ergebnis", "phase", "grund"
"""Names of facets of the search."""
COUNTED = (TOPIC, STATE, OUTCOME, PHASE, REASON, PLACE)
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One visible version of a record.

    `facets` are its values in the search, of those that are COUNTED, so that counts made of them are those of the
    search. `end` is the end of its period, "" where none is told. `unknown` names what it leaves open: COST, CONTACT,
    DURATION, RESULT. `answered` tells that a question names an answer itself. `wording` names what it says, as copies
    of it do too. `grants` are those of programmes that the vocabulary knows; `wide` tells that they are about one in a
    whole state. `review_by` is the day by which somebody should look at it again.
    """

    entry: CatalogueEntry
    facets: Mapping[str, tuple[str, ...]]
    wording: str = ""
    grants: tuple[Grant, ...] = ()
    wide: bool = False
    end: str = ""
    unknown: frozenset[str] = frozenset()
    answered: bool = False
    review_by: str = ""

    @property
    def kind(self) -> str:
        """What sort of record it is."""
        return self.entry.kind

    @property
    def topics(self) -> tuple[str, ...]:
        """The fields of action."""
        return self.facets.get(TOPIC, ())

    @property
    def outcome(self) -> str:
        """What came of it; empty for what has no outcome."""
        return next(iter(self.facets.get(OUTCOME, ())), "")

    @property
    def phase(self) -> str:
        """How far it is; empty for what has no phase."""
        return next(iter(self.facets.get(PHASE, ())), "")

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it ended."""
        return self.facets.get(REASON, ())


def facts_of(entry: CatalogueEntry, record: Record, schemas: SchemaSet) -> Facts:
    """Return what a version says."""
    data = record.data
    period = data.get("period")
    end = period.get("end") if isinstance(period, OBJECT) else None
    return Facts(
        entry=entry,
        facets={key: values for key, values in facet_values(record, schemas).items() if key in COUNTED},
        wording=wording(record),
        grants=tuple(grant for grant in funding(record) if grant.key),
        wide=any(place.kind == "state" for place in record.municipalities),
        end=str(end or ""),
        unknown=frozenset(_unknown(record, schemas)),
        answered=bool(data.get("answered_by")),
        review_by=record.review_by,
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
