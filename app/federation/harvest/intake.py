"""Takes received statements in: looks at them, decides and stores, a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.catalogue import CatalogueService
from app.database import Sessions
from app.federation.harvest.holdings import held_records
from app.federation.harvest.ingest import IngestDecision, ingest
from app.federation.harvest.models import KnownIssuer, Quarantined
from app.federation.harvest.page import ListItem
from app.federation.harvest.quarantine import Quarantine, set_aside
from app.federation.harvest.report import IngestOutcome, QuarantineReason
from app.federation.harvest.verification import Candidate, OpenedItem, StatementVerifier, VerifiedItem
from app.federation.issuer import Issuer
from app.federation.state import Line
from app.federation.statement import SubjectForeign
from app.shared.clock import Clock

Know = Callable[[Issuer], KnownIssuer | None]
"""Returns what is known of a node; may ask a hub about one that is not known yet."""


_FOR_GOOD = frozenset(
    {
        QuarantineReason.SCHEMA,
        QuarantineReason.SCHEMA_UNKNOWN,
        QuarantineReason.LICENCE,
        QuarantineReason.NAME,
        SubjectForeign.code,
    }
)
"""Reasons that another copy of the same version will not change."""


@dataclass(slots=True)
class Tally:
    """What became of statements.

    `issuers` made them; `unusable` are versions (sub, number) that are
    not worth asking for again.
    """

    outcomes: Counter[IngestOutcome] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    issuers: set[Issuer] = field(default_factory=set)
    unusable: set[tuple[str, int]] = field(default_factory=set)
    _aside: set[str] = field(default_factory=set)

    def count(self, outcome: IngestOutcome, aside: Quarantined | None = None) -> None:
        """Count one statement; the same one set aside twice counts once."""
        if aside is not None:
            if aside.id in self._aside:
                return
            self._aside.add(aside.id)
            self.reasons[aside.reason] += 1
            if aside.reason in _FOR_GOOD:
                self.unusable.add((aside.sub, aside.ver))
        self.outcomes[outcome] += 1


class StatementIntake:
    """The door for statements, whatever way they came."""

    def __init__(
        self,
        sessions: Sessions,
        catalogue: CatalogueService,
        validator: StatementVerifier,
        quarantine: Quarantine,
        clock: Clock,
    ) -> None:
        """Store through `sessions`, in step with the rows of `catalogue`."""
        self._sessions = sessions
        self._catalogue = catalogue
        self._validator = validator
        self._quarantine = quarantine
        self._clock = clock

    def take(
        self,
        items: Sequence[ListItem],
        *,
        via: Issuer,
        know: Know,
        daily_new: int,
        decided: Collection[Line] = (),
        again: Collection[Line] = (),
        tally: Tally | None = None,
    ) -> Tally:
        """Take statements in and return what became of them; `decided` and `again` as in `ingest`.

        Raises RepositoryBusy.
        """
        tally = tally or Tally()
        validated = self._validated(items, via, know, tally, again)
        candidates = [one.candidate for one in validated if one.candidate]
        aside = [one.aside for one in validated if one.aside]
        for one in validated:
            if one.candidate is None:
                tally.count(one.outcome, one.aside)
        if candidates:
            with self._catalogue.appending(), self._sessions.begin() as db:
                now = self._clock()
                decisions = ingest(db, candidates, via=via, now=now, daily_new=daily_new, decided=decided, again=again)
            aside += _counted(candidates, decisions, via, now, tally)
        # A statement that is sent again and again is one finding, and only the first time it is news.
        self._quarantine.add(aside)
        return tally

    def _validated(
        self, items: Sequence[ListItem], via: Issuer, know: Know, tally: Tally, again: Collection[Line]
    ) -> list[VerifiedItem]:
        opened = self._validator.open(items, via)
        claims = [one.received.claimed for one in opened if isinstance(one, OpenedItem)]
        issuers = dict.fromkeys(claimed.issuer for claimed in claims)
        known = {issuer: found for issuer in issuers if (found := know(issuer)) is not None}
        tally.issuers |= set(known)
        keys = {(known[claimed.issuer].origin, claimed.record_id) for claimed in claims if claimed.issuer in known}
        with self._sessions.reading() as db:
            # What takes the place of something damaged has to be verified, whatever the tables say.
            held = {} if again else held_records(db, keys)
        return [
            one if isinstance(one, VerifiedItem) else self._validator.validate(one, via, known, held) for one in opened
        ]


def _counted(
    candidates: Sequence[Candidate], decisions: Sequence[IngestDecision], via: Issuer, now: datetime, tally: Tally
) -> list[Quarantined]:
    """Count what became of candidates and return those that are set aside."""
    aside = []
    for candidate, decision in zip(candidates, decisions, strict=True):
        jws, reason = candidate.verified.jws, decision.reason
        found = reason and set_aside(jws, candidate.verified.statement, at=now, via=via, reason=reason.value)
        tally.count(decision.outcome, found or None)
        if found:
            aside.append(found)
    return aside
