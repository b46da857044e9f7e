# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What became of a received statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class IngestOutcome(StrEnum):
    """The decision on one statement."""

    NEW = "new"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"
    RENEWED = "renewed"
    UNCHANGED = "unchanged"
    OLD = "old"
    OWN = "own"
    BLOCKED = "blocked"
    OVER_QUOTA = "over_quota"
    QUARANTINED = "quarantined"


TAKEN = frozenset({IngestOutcome.NEW, IngestOutcome.UPDATED, IngestOutcome.WITHDRAWN, IngestOutcome.RENEWED})
"""What something is stored for."""


class QuarantineReason(StrEnum):
    """Why a statement was set aside, beside the codes of docs/federation.md section 4."""

    ISSUER_UNKNOWN = "issuer_unknown"
    IDENTIFIER = "identifier"
    SCHEMA_UNKNOWN = "schema_unknown"
    SCHEMA = "schema"
    LICENCE = "licence"
    NAME = "name"
    EQUIVOCATION = "equivocation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A statement that was set aside. `reason` is a code, `detail` what it is about (a member, a field, a key).

    `issuer`, `sub` and `ver` are what the statement claims, empty or 0 where it could not be read. `id` names it in
    this list.
    """

    id: str
    at: datetime
    via: str
    issuer: str
    sub: str
    ver: int
    reason: str
    detail: str
    jws: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationEntry:
    """A decision of a person. `object` is the `sub` of a record or the address of a node."""

    at: datetime
    actor: str
    action: str
    object: str
    reason: str
