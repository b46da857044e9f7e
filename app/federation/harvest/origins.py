"""What readers learn of nodes beside records: their names, whose word about organisations counts, whose a record is.

About organisations it is that of peers of which the operator says so. Readers learn by it who may sell them what, so
the catalogue counts each decision as a change of such a record: networks, filters and pages that rest on it are made
anew. Of several nodes that carry one identifier or one text it is that of the node known first as its writer. What a
copy says of itself, its date above all, decides nothing: anybody can write an earlier one.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select, tuple_
from sqlmodel import col

from app.catalogue import CatalogueService
from app.catalogue.foreign import renumber
from app.database import Sessions, in_parts
from app.federation.harvest.models import ForeignRecord, Node, NodeState
from app.federation.harvest.nodes import known
from app.federation.issuer import Issuer
from app.search.copies import Copy, duplicates, shared

DOUBT = timedelta(days=1)
"""Of copies that came within this time nobody can tell which was first: a node chooses when to say what."""

_OWN, _CHOSEN, _STRANGER = range(3)


@dataclass(frozen=True, slots=True, order=True)
class Standing:
    """Whose word comes first: own, chosen peers, strangers; then by how long record and version have been known."""

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


class CopyPreference:
    """Decides by when this node knew which copy, and whom its operator chose."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, copies: Collection[Copy]) -> frozenset[Copy]:
        """Return the copies to hide behind another of the same record."""
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

        return duplicates(several, same_identifier, same_text)

    def _standings(self, copies: Collection[Copy]) -> Mapping[Copy, Standing]:
        columns = (col(ForeignRecord.origin), col(ForeignRecord.record_id))
        times = select(*columns, col(ForeignRecord.first_at), col(ForeignRecord.received_at))
        # Blocked and paused nodes were chosen too; what is blocked is not visible anyway.
        peers = select(col(Node.origin)).where(col(Node.association) == "")
        since: dict[tuple[str, str], tuple[datetime, datetime]] = {}
        with self._sessions.reading() as db:
            chosen = frozenset(db.scalars(peers))
            for part in in_parts(sorted({(one.origin, one.id) for one in copies if one.origin})):
                found = db.execute(times.where(tuple_(*columns).in_(part)))
                since |= {(origin, record_id): (first, said) for origin, record_id, first, said in found}
        latest = datetime.max.replace(tzinfo=UTC)
        return {
            one: Standing(
                (_CHOSEN if one.origin in chosen else _STRANGER) if one.origin else _OWN,
                *since.get((one.origin, one.id), (latest, latest)),
            )
            for one in copies
        }


LONGEST_NODE_NAME = 80
"""Characters shown of a name: it is chosen by the node itself."""


def node_names(sessions: Sessions) -> dict[str, str]:
    """Return what nodes are called by their short name; of some nobody has said it."""
    with sessions.reading() as db:
        rows = db.execute(select(col(Node.origin), col(Node.name)))
        return {row.origin: readable(row.name) for row in rows if row.name}


def shown(sessions: Sessions) -> Hashable:
    """Name what pages of records show of other nodes: whoever is known here, what they are called and count for."""
    columns = (
        select(col(Node.origin), col(Node.name), col(Node.state), col(Node.freshness), col(Node.organisations))
    ).order_by(col(Node.added_at), col(Node.issuer))
    with sessions.connected() as db:
        return tuple(map(tuple, db.execute(columns)))


def readable(name: str) -> str:
    """Return what a node calls itself without what nobody sees or a terminal would obey, and not too long."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return plain if len(plain) <= LONGEST_NODE_NAME else f"{plain[: LONGEST_NODE_NAME - 1]}…"


_ORGANISATION, _RESPONSE = "organisation", "response"


class OrganisationOrigins:
    """Reads of which origins the records of organisations count."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self) -> tuple[str, ...]:
        """Return the origins whose records of organisations count here, those that were added first before others."""
        # Blocking says so here in the very transaction that takes the records out of sight.
        wanted = select(col(Node.origin)).where(col(Node.organisations), col(Node.state) != NodeState.BLOCKED)
        with self._sessions.reading() as db:
            return tuple(db.scalars(wanted.order_by(col(Node.added_at), col(Node.issuer))))

    def ever(self) -> tuple[str, ...]:
        """Return the origins that may ever have counted: those of all nodes that are known."""
        with self._sessions.reading() as db:
            return tuple(db.scalars(select(col(Node.origin)).order_by(col(Node.origin))))


def strangers(sessions: Sessions) -> dict[str, datetime]:
    """Return since when which origins are known by the word of associations alone."""
    found = select(col(Node.origin), col(Node.added_at)).where(col(Node.association) != "")
    with sessions.reading() as db:
        return {origin: since for origin, since in db.execute(found)}  # noqa: C416 - rows are no pairs


def bound(sessions: Sessions) -> dict[str, frozenset[str]]:
    """Return the nodes that may speak only for some official keys: those named in lists of members, with these keys."""
    columns = select(col(Node.origin), col(Node.official_keys)).where(
        or_(col(Node.association) != "", col(Node.official_keys).is_not(None))
    )
    with sessions.reading() as db:
        return {origin: frozenset((keys or "").split()) for origin, keys in db.execute(columns)}


def bind(sessions: Sessions, catalogue: CatalogueService, issuer: Issuer, keys: str | None) -> None:
    """Note for which municipalities a node may speak; raises NodeNotKnown and RepositoryBusy."""
    with catalogue.appending(), sessions.begin() as db:
        row = known(db, issuer)
        row.official_keys = keys
        db.flush()
        renumber(db, row.origin, _RESPONSE)


def decide_on_organisations(sessions: Sessions, catalogue: CatalogueService, issuer: Issuer, *, counts: bool) -> bool:
    """Let a node's word on organisations count or not; return any change. Raises NodeNotKnown, RepositoryBusy."""
    with catalogue.appending(), sessions.begin() as db:
        row = known(db, issuer)
        if row.organisations == counts:
            return False
        row.organisations = counts
        db.flush()
        renumber(db, row.origin, _ORGANISATION)
    return True
