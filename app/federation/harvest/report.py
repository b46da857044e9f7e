"""What a look at the list of a node brought, for people and for exit codes."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from app.federation.harvest.held_files import FileReason
from app.federation.issuer import Issuer
from app.fetching import FetchFailed


class Outcome(StrEnum):
    """What became of one record of the list; `over_quota` waits for another day."""

    NEW = "new"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"
    SET_ASIDE = "set_aside"
    OVER_QUOTA = "over_quota"


STORED = frozenset({Outcome.NEW, Outcome.UPDATED, Outcome.WITHDRAWN, Outcome.ERASED})
"""What something changes for."""


class AsideReason(StrEnum):
    """Why a record was set aside, beside the codes of StatementRefused and ListRefused."""

    SCHEMA_UNKNOWN = "schema_unknown"
    SCHEMA = "schema"
    LICENCE = "licence"
    NAME = "name"
    FUTURE = "future"
    CORRECTIONS = "corrections"


class End(StrEnum):
    """How a run ended.

    `unchanged`: the list is the one of the last run. `complete`: all of it is here. `interrupted`: time was up, and the
    next run goes on. `failed`: there was no valid list, or not all of it could be fetched. `busy`: another process is
    at it.
    """

    UNCHANGED = "unchanged"
    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    BUSY = "busy"


@dataclass(slots=True)
class Tally:
    """What became of records in one run; `unnamed` are hashes of files that a record no longer names."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    unnamed: set[str] = field(default_factory=set)
    missing: FetchFailed | None = None
    """Why something that the list names could not be fetched."""

    @property
    def stored(self) -> int:
        """Return how many records changed here."""
        return sum(self.outcomes[outcome] for outcome in STORED)


@dataclass(slots=True)
class FileTally:
    """Files of one run: `reasons` counts those tried in vain, `missing` all not here; `interrupted`: some were left."""

    arrived: int = 0
    size: int = 0
    missing: int = 0
    interrupted: bool = False
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def findings(self) -> bool:
        """Tell whether something needs the operator's eyes: wrong bytes, or no room for them."""
        serious = {FileReason.SIZE, FileReason.HASH, FileReason.ORIGIN_FULL, FileReason.NO_SPACE}
        return bool(serious & self.reasons.keys())


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """One run. `error` is the code of a failure. `notices` are codes of what the operator should know: equivocation."""

    node: Issuer
    end: End
    tally: Tally = field(default_factory=Tally)
    files: FileTally = field(default_factory=FileTally)
    notices: tuple[str, ...] = ()
    error: str = ""

    @property
    def findings(self) -> bool:
        """Tell whether something needs the operator's eyes."""
        return bool(self.tally.reasons or self.notices) or self.files.findings
