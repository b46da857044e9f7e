# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What became of a received statement."""

from __future__ import annotations

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
