"""What became of received statements, and what a run brought, for people and for exit codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.federation.harvest.file_rows import FileTally
from app.federation.harvest.models import Audit
from app.federation.issuer import Issuer


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
    """Why a statement was set aside, beside the codes of `app.federation.jose`, such as a bad signature."""

    ISSUER_UNKNOWN = "issuer_unknown"
    IDENTIFIER = "identifier"
    SCHEMA_UNKNOWN = "schema_unknown"
    SCHEMA = "schema"
    LICENCE = "licence"
    NAME = "name"
    EQUIVOCATION = "equivocation"
    KEY_SUPERSEDED = "key_superseded"


class End(StrEnum):
    """How a run ended.

    `unchanged`: the peer has nothing new. `complete`: everything was looked at. `interrupted`: time was up, the next
    run goes on from there. `failed`: the peer did not answer as it should. `busy`: another process is at it.
    """

    UNCHANGED = "unchanged"
    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    BUSY = "busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """One run. `reasons` counts why statements were set aside; `audits` are by origin.

    `repaired` statements came one by one because the list had not brought them. `files` are those of the records, which
    come after them. `error` is the code of a failure.
    `notices` are codes of what the operator should know: restored, moved, keys_changed, conflict.
    """

    peer: Issuer
    end: End
    outcomes: Counter[IngestOutcome] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    audits: Mapping[str, Audit] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    repaired: int = 0
    files: FileTally = field(default_factory=FileTally)
    requests: int = 0
    error: str = ""

    @property
    def taken(self) -> int:
        """Return how many statements were stored."""
        return sum(self.outcomes[outcome] for outcome in TAKEN)

    @property
    def findings(self) -> bool:
        """Tell whether something needs the operator's eyes."""
        return bool(self.reasons or self.notices) or self.files.findings or Audit.MISMATCH in self.audits.values()
