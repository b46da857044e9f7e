"""Whose a record is when several nodes carry one identifier or one text: that of the node known first as its writer.

What a copy says of itself, its date above all, decides nothing: anybody can write an earlier one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, tuple_
from sqlmodel import col

from app.database import Sessions, in_parts
from app.federation.harvest.holdings import NEWEST
from app.federation.harvest.models import ForeignRecord, HeldVersion, KnownIssuer, Peer
from app.search.copies import Copy, shared, standing_back

DOUBT = timedelta(days=1)
"""Of copies that came within this time nobody can tell which was first: a hub chooses the order of its list."""

_OWN, _CHOSEN, _STRANGER = range(3)


@dataclass(frozen=True, slots=True, order=True)
class Standing:
    """Whose word comes first: this node's, a chosen peer's, a stranger's; among these what was known earlier.

    `known_since` is when the record came, `said_since` when its present version did.
    """

    closeness: int
    known_since: datetime
    said_since: datetime

    def in_doubt(self, leader: Standing) -> bool:
        """Tell whether this might be the home as well as the leader might."""
        if leader.closeness == _OWN:
            return False
        if self.closeness == leader.closeness:
            return self.known_since - leader.known_since < DOUBT
        return self.known_since < leader.known_since

    def said_first(self, leader: Standing) -> bool:
        """Tell whether this said first what the leader, whose record is known for longer, says by now as well."""
        return self.closeness == leader.closeness and self.said_since < leader.said_since


class Homes:
    """Decides by when this node knew which copy, and whom its operator chose."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, copies: Collection[Copy]) -> frozenset[Copy]:
        """Return the copies that stand back behind another of the same record."""
        several = shared(copies)
        if not several:
            return frozenset()
        standings = self._standings(several)

        def ordered(some: Sequence[Copy]) -> list[Copy]:
            return sorted(some, key=lambda one: (standings[one], one.origin))

        def same_identifier(some: Sequence[Copy]) -> list[Copy]:
            leader, *others = ordered(some)
            first = standings[leader]
            return [one for one in others if one.digest == leader.digest or not standings[one].in_doubt(first)]

        def same_text(some: Sequence[Copy]) -> list[Copy]:
            leader, *others = ordered(some)
            first = standings[leader]
            return [one for one in others if one.origin != leader.origin and not standings[one].said_first(first)]

        return standing_back(several, same_identifier, same_text)

    def _standings(self, copies: Collection[Copy]) -> Mapping[Copy, Standing]:
        columns = (col(ForeignRecord.origin), col(ForeignRecord.record_id))
        times = select(*columns, col(ForeignRecord.first_at), col(HeldVersion.received_at)).join(HeldVersion, NEWEST)
        # Blocked and paused peers were chosen too; what is blocked is not visible anyway.
        peers = select(col(KnownIssuer.origin)).join(Peer, col(Peer.issuer) == col(KnownIssuer.issuer))
        since: dict[tuple[str, str], tuple[datetime, datetime]] = {}
        with self._sessions.reading() as db:
            chosen = frozenset(db.scalars(peers))
            for part in in_parts(sorted({(one.origin, one.id) for one in copies if one.origin})):
                found = db.execute(times.where(tuple_(*columns).in_(part)))
                since |= {(origin, record_id): (first, said) for origin, record_id, first, said in found}
        latest = datetime.max.replace(tzinfo=UTC)
        return {
            one: Standing(_closeness(one.origin, chosen), *since.get((one.origin, one.id), (latest, latest)))
            for one in copies
        }


def _closeness(origin: str, chosen: Collection[str]) -> int:
    if not origin:
        return _OWN
    return _CHOSEN if origin in chosen else _STRANGER
