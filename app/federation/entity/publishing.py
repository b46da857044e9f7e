# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes this node's own configuration; every process makes the same one, so that it can be cached by its tag."""

from __future__ import annotations

from datetime import datetime

from app.clock import Clock
from app.federation.entity.configuration import LIFETIME, TYP, EntityConfiguration, EntityFacts, write_configuration
from app.federation.held import Position
from app.federation.jose import sign
from app.federation.keys import NodeKeys, Role
from app.federation.state import OwnState


class OwnConfiguration:
    """Who this node is, signed with its federation key."""

    def __init__(self, facts: EntityFacts, keys: NodeKeys, state: OwnState, clock: Clock) -> None:
        """Speak about `facts` and what `state` knows."""
        self._facts = facts
        self._keys = keys
        self._state = state
        self._clock = clock

    def at(self, position: Position) -> str:
        """Return the signed configuration at a position of the projection.

        It is dated at the last change or the beginning of the hour, whichever is later: the same for all
        processes, never older than its content, and valid for at least 23 hours. Raises KeysUnreadable.
        """
        now = self._clock()
        issued_at = _date(position, now)
        facts, federation = self._facts, self._keys.ring(Role.FEDERATION)
        configuration = EntityConfiguration(
            issuer=facts.issuer,
            issued_at=issued_at,
            expires_at=issued_at + LIFETIME,
            federation_keys=federation.unexpired(now),
            record_keys=self._keys.ring(Role.RECORD).published(),
            name=facts.name,
            contact=facts.contact,
            oai_pmh_endpoint=facts.oai_pmh_endpoint,
            resolve_endpoint=facts.resolve_endpoint,
            payload_limit=facts.payload_limit,
            state=self._state.at(position),
            moved_to=facts.moved_to,
            moved_from=facts.moved_from,
        )
        return sign(write_configuration(configuration), federation.signer(now), TYP)


def _date(position: Position, now: datetime) -> datetime:
    hour = now.replace(minute=0, second=0, microsecond=0)
    return max(hour, min(position.stamped_at, now.replace(microsecond=0)))
