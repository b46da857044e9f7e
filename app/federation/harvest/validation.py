# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Looks at received statements one by one, the cheap questions first; nothing is stored here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.clock import Clock
from app.federation.harvest.holdings import Held, Key
from app.federation.harvest.outcome import IngestOutcome, Quarantined, QuarantineReason
from app.federation.harvest.page import ListItem
from app.federation.harvest.quarantine import set_aside
from app.federation.harvest.statement_reader import NotUnderstood, StatementReader
from app.federation.harvest.trust import KnownIssuer
from app.federation.issuer import Issuer
from app.federation.jose import TokenRefused
from app.federation.statement import ReceivedStatement, SubjectForeign, VerifiedStatement, receive

IsOwn = Callable[[ReceivedStatement], bool]
"""Answers a question about a statement that nobody has verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A statement that may be believed. `origin` is the short name under which its record is listed."""

    verified: VerifiedStatement
    origin: str
    item: ListItem

    @property
    def key(self) -> Key:
        """Return what names the record."""
        return (self.origin, self.verified.statement.record_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidatedItem:
    """One item: a candidate, something set aside, settled without storing anything, or about an own record."""

    outcome: IngestOutcome
    own: ReceivedStatement | None = None
    candidate: Candidate | None = None
    aside: Quarantined | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedItem:
    """An item that could be taken apart."""

    item: ListItem
    received: ReceivedStatement

    @property
    def issuer(self) -> Issuer:
        """Return who is said to have made it."""
        return self.received.claimed.issuer


class StatementValidator:
    """The questions."""

    def __init__(self, understanding: StatementReader, is_own: IsOwn, clock: Clock) -> None:
        """`is_own`: it claims to come from this node."""
        self._understanding = understanding
        self._is_own = is_own
        self._clock = clock

    def open(self, items: Sequence[ListItem], via: Issuer) -> list[OpenedItem | ValidatedItem]:
        """Take items apart; those that cannot be are set aside."""
        return [self._open(item, via) for item in items]

    def screen(
        self, opened: OpenedItem, via: Issuer, known: Mapping[Issuer, KnownIssuer], held: Mapping[Key, Held]
    ) -> ValidatedItem:
        """Look at one item; `known` and `held` are what is known of its issuer and held of its record."""
        claimed = opened.received.claimed
        if self._is_own(opened.received):
            return ValidatedItem(outcome=IngestOutcome.OWN, own=opened.received)
        issuer = known.get(claimed.issuer)
        if issuer is None:
            return self._aside(opened, via, QuarantineReason.ISSUER_UNKNOWN, claimed.issuer.address)
        if issuer.blocked:
            return ValidatedItem(outcome=IngestOutcome.BLOCKED)
        present = held.get((issuer.origin, claimed.record_id))
        # What is held already need not be verified again: nothing is stored for it.
        if present is not None and present.says(claimed) and not present.needs_renewal(issuer.record_keys):
            return ValidatedItem(outcome=IngestOutcome.UNCHANGED)
        return self._verify(opened, via, issuer)

    def _open(self, item: ListItem, via: Issuer) -> OpenedItem | ValidatedItem:
        if item.jws is None:
            # Unsigned, so it withdraws nothing: the peer only does not offer the record any more.
            return ValidatedItem(outcome=IngestOutcome.UNCHANGED)
        try:
            received = receive(item.jws)
        except TokenRefused as error:
            aside = set_aside(item.jws, at=self._now(), via=via.address, reason=error.code, detail=_about(error))
            return ValidatedItem(outcome=IngestOutcome.QUARANTINED, aside=aside)
        opened = OpenedItem(item=item, received=received)
        if item.identifier != received.claimed.sub:
            return self._aside(opened, via, QuarantineReason.IDENTIFIER, item.identifier)
        return opened

    def _verify(self, opened: OpenedItem, via: Issuer, issuer: KnownIssuer) -> ValidatedItem:
        earlier = (issuer.moved_from,) if issuer.moved_from else ()
        if (issuer.moved_from or issuer.issuer).record_id(opened.received.claimed.sub) is None:
            # A node that has moved goes on naming its records as before.
            return self._aside(opened, via, SubjectForeign.code, opened.received.claimed.sub)
        try:
            verified = opened.received.verify(issuer.record_keys, earlier=earlier, now=self._now())
            self._understanding.check(verified.statement)
        except TokenRefused as error:
            return self._aside(opened, via, error.code, _about(error))
        except NotUnderstood as error:
            return self._aside(opened, via, error.reason, error.detail)
        candidate = Candidate(verified=verified, origin=issuer.origin, item=opened.item)
        return ValidatedItem(outcome=IngestOutcome.NEW, candidate=candidate)

    def _aside(self, opened: OpenedItem, via: Issuer, reason: str, detail: str) -> ValidatedItem:
        claimed = opened.received.claimed
        aside = set_aside(
            opened.received.token.text,
            at=self._now(),
            via=via.address,
            reason=str(reason),
            detail=detail,
            issuer=claimed.issuer.address,
            sub=claimed.sub,
            ver=claimed.ver,
        )
        return ValidatedItem(outcome=IngestOutcome.QUARANTINED, aside=aside)

    def _now(self) -> datetime:
        return self._clock()


def _about(error: TokenRefused) -> str:
    return " ".join(str(part) for part in error.args)
