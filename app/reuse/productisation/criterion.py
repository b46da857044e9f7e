# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One of the questions of the check, answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.content.record import Record
from app.reuse.citation import Citation, citations
from app.reuse.front_matter import Fields


class CriterionState(StrEnum):
    """`missing` is stated by the record, `unknown` is what it does not say; neither stands for the other."""

    MET = "met"
    PARTLY = "partly"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the record says: `field` is a path of the schema, `value` a name or a code that the schema labels."""

    field: str
    value: str
    sources: tuple[Citation, ...] = ()
    note: str | None = None
    as_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """`code` names the criterion, `next_step` what would settle it; None where nothing is left to do."""

    code: str
    state: CriterionState
    evidence: tuple[Evidence, ...] = ()
    next_step: str | None = None


def evidence(record: Record, field: str, value: str, holder: Fields, note: str | None = None) -> Evidence:
    """Return what the object `holder` of the field says, with its sources."""
    return Evidence(
        field=field,
        value=value,
        sources=citations(record, holder.get("sources", ())),
        note=note or holder.get("note"),
        as_of=holder.get("as_of") or holder.get("since") or holder.get("last_checked"),
    )


def sourced(state: CriterionState, found: tuple[Evidence, ...]) -> CriterionState:
    """Return the state, or partly where it would be met but a part of the evidence names no source."""
    if state is CriterionState.MET and not all(part.sources for part in found):
        return CriterionState.PARTLY
    return state
