"""Verifies received statements one by one, the cheap questions first: form, issuer, signature, sequence, record.

What fails, such as a bad signature, is answered with a line for `Quarantine`; nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.federation.harvest.holdings import Held, Key
from app.federation.harvest.models import KnownIssuer, Quarantined
from app.federation.harvest.page import ListItem
from app.federation.harvest.quarantine import set_aside
from app.federation.harvest.report import IngestOutcome, QuarantineReason
from app.federation.harvest.statement_reader import NotUnderstood, StatementReader
from app.federation.issuer import Issuer
from app.federation.jose import TokenRefused
from app.federation.service import FederationService
from app.federation.statement import ReceivedStatement, Status, SubjectForeign, VerifiedStatement, receive
from app.shared.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A statement that may be believed. `origin` is the short name under which its record is listed.

    `superseded`: its key has a successor by now, so that whoever got hold of it may have dated the statement back.
    """

    verified: VerifiedStatement
    origin: str
    item: ListItem
    superseded: bool = False

    @property
    def withdraws(self) -> bool:
        """Tell whether it takes a record back."""
        return self.verified.statement.status is Status.WITHDRAWN

    @property
    def key(self) -> Key:
        """Return what names the record."""
        return (self.origin, self.verified.statement.record_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedItem:
    """One item: a candidate, something set aside, settled without storing anything, or about an own record."""

    outcome: IngestOutcome
    candidate: Candidate | None = None
    aside: Quarantined | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedItem:
    """An item that could be taken apart."""

    item: ListItem
    received: ReceivedStatement


class StatementVerifier:
    """Asks of each statement whether it may be believed, and whether there is anything to store."""

    def __init__(self, reader: StatementReader, publishing: FederationService, clock: Clock) -> None:
        self._reader = reader
        self._publishing = publishing
        self._clock = clock

    def open(self, items: Sequence[ListItem], via: Issuer) -> list[OpenedItem | VerifiedItem]:
        """Take items apart; those that cannot be are set aside."""
        return [self._open(item, via) for item in items]

    def validate(
        self, opened: OpenedItem, via: Issuer, known: Mapping[Issuer, KnownIssuer], held: Mapping[Key, Held]
    ) -> VerifiedItem:
        """Look at one item; `known` and `held` are what is known of its issuer and held of its record."""
        claimed = opened.received.claimed
        if claimed.issuer == self._publishing.issuer or self._publishing.own.find(claimed.sub) is not None:
            return VerifiedItem(outcome=IngestOutcome.OWN)
        issuer = known.get(claimed.issuer)
        if issuer is None:
            return self._aside(opened, via, QuarantineReason.ISSUER_UNKNOWN, claimed.issuer.address)
        if issuer.blocked:
            return VerifiedItem(outcome=IngestOutcome.BLOCKED)
        present = held.get((issuer.origin, claimed.record_id))
        # What is held already need not be verified again: nothing is stored for it.
        if present is not None and present.says(claimed) and not present.needs_renewal(issuer.record_keys):
            return VerifiedItem(outcome=IngestOutcome.UNCHANGED)
        return self._verify(opened, via, issuer)

    def _open(self, item: ListItem, via: Issuer) -> OpenedItem | VerifiedItem:
        if item.jws is None:
            # Unsigned, so it withdraws nothing: the peer only does not offer the record any more.
            return VerifiedItem(outcome=IngestOutcome.UNCHANGED)
        try:
            received = receive(item.jws)
        except TokenRefused as error:
            aside = set_aside(item.jws, None, at=self._clock(), via=via, reason=error.code, detail=_about(error))
            return VerifiedItem(outcome=IngestOutcome.QUARANTINED, aside=aside)
        opened = OpenedItem(item=item, received=received)
        if item.identifier != received.claimed.sub:
            return self._aside(opened, via, QuarantineReason.IDENTIFIER, item.identifier)
        return opened

    def _verify(self, opened: OpenedItem, via: Issuer, issuer: KnownIssuer) -> VerifiedItem:
        if issuer.naming.record_id(opened.received.claimed.sub) is None:
            return self._aside(opened, via, SubjectForeign.code, opened.received.claimed.sub)
        try:
            now = self._clock()
            verified = opened.received.verify(issuer.record_keys, earlier=(issuer.naming,), now=now)
            self._reader.check(verified.statement)
        except TokenRefused as error:
            return self._aside(opened, via, error.code, _about(error))
        except NotUnderstood as error:
            return self._aside(opened, via, error.reason, error.detail)
        ended = issuer.record_keys[verified.kid].expires_at
        candidate = Candidate(
            verified=verified, origin=issuer.origin, item=opened.item, superseded=ended is not None and ended <= now
        )
        return VerifiedItem(outcome=IngestOutcome.NEW, candidate=candidate)

    def _aside(self, opened: OpenedItem, via: Issuer, reason: str, detail: str) -> VerifiedItem:
        jws, claimed = opened.received.token.text, opened.received.claimed
        aside = set_aside(jws, claimed, at=self._clock(), via=via, reason=str(reason), detail=detail)
        return VerifiedItem(outcome=IngestOutcome.QUARANTINED, aside=aside)


def _about(error: TokenRefused) -> str:
    return " ".join(str(part) for part in error.args)
