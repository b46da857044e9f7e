# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whose a record is when several nodes carry one identifier: the home is the node known first as its writer.

What a copy says of itself, its date above all, decides nothing: anybody can write an earlier one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, tuple_
from sqlmodel import col

from app.db import Sessions, in_parts
from app.federation.harvest.models import ForeignRecord, KnownIssuer, Peer
from app.search.copies import Copy

DOUBT = timedelta(days=1)
"""Of copies that came within this time nobody can tell which was first: a hub chooses the order of its list."""

_OWN, _CHOSEN, _STRANGER = range(3)


@dataclass(frozen=True, slots=True, order=True)
class Standing:
    """Whose word comes first: this node's, a chosen peer's, a stranger's; among these what was known earlier."""

    closeness: int
    known_since: datetime

    def in_doubt(self, leader: Standing) -> bool:
        """Tell whether this might be the home as well as the leader might."""
        if leader.closeness == _OWN:
            return False
        if self.closeness == leader.closeness:
            return self.known_since - leader.known_since < DOUBT
        return self.known_since < leader.known_since


class Homes:
    """Decides by when this node knew which copy, and whom its operator chose."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, copies: Mapping[str, Sequence[Copy]]) -> frozenset[Copy]:
        """Return the copies that stand back behind another of the same record."""
        if not copies:
            return frozenset()
        standings = self._standings([one for several in copies.values() for one in several])
        return frozenset(one for several in copies.values() for one in _standing_back(several, standings))

    def _standings(self, copies: Collection[Copy]) -> Mapping[Copy, Standing]:
        columns = (col(ForeignRecord.origin), col(ForeignRecord.record_id))
        # Blocked and paused peers were chosen too; what is blocked is not visible anyway.
        peers = select(col(KnownIssuer.origin)).join(Peer, col(Peer.issuer) == col(KnownIssuer.issuer))
        since: dict[tuple[str, str], datetime] = {}
        with self._sessions.reading() as db:
            chosen = frozenset(db.scalars(peers))
            for part in in_parts(sorted({(one.origin, one.record_id) for one in copies if one.origin})):
                found = select(*columns, col(ForeignRecord.first_at)).where(tuple_(*columns).in_(part))
                since |= {(origin, record_id): first_at for origin, record_id, first_at in db.execute(found)}
        latest = datetime.max.replace(tzinfo=UTC)
        return {
            one: Standing(_closeness(one.origin, chosen), since.get((one.origin, one.record_id), latest))
            for one in copies
        }


def _closeness(origin: str, chosen: Collection[str]) -> int:
    if not origin:
        return _OWN
    return _CHOSEN if origin in chosen else _STRANGER


def _standing_back(copies: Sequence[Copy], standings: Mapping[Copy, Standing]) -> list[Copy]:
    ordered = sorted(copies, key=lambda one: (standings[one], one.origin))
    leader, *others = ordered
    return [one for one in others if one.digest == leader.digest or not standings[one].in_doubt(standings[leader])]
