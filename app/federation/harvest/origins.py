"""What readers learn of nodes beside records: what they call themselves, whose word about organisations counts.

It is that of peers of which the operator says so. Readers learn by it who may sell them what, so the catalogue
counts each decision as a change of such a record: networks, filters and pages that rest on it are made anew.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from app.catalogue import CatalogueService
from app.catalogue.foreign import renumber
from app.database import Sessions
from app.federation.harvest.models import KnownIssuer, Peer
from app.federation.harvest.peers import PeerNotFound
from app.federation.issuer import Issuer

LONGEST_NODE_NAME = 80
"""Characters shown of a name: it is chosen by the node itself."""


def node_names(sessions: Sessions) -> dict[str, str]:
    """Return what nodes call themselves by the short name of their records' address; some say nothing.

    Peers that the operator entered come first, then those known for longer.
    """
    columns = (
        select(col(KnownIssuer.origin), col(KnownIssuer.name))
        .outerjoin(Peer, col(Peer.issuer) == col(KnownIssuer.issuer))
        .order_by(col(Peer.issuer).is_(None), col(KnownIssuer.known_since))
    )
    with sessions.reading() as db:
        return {row.origin: readable(row.name) for row in db.execute(columns) if row.name}


def shown(sessions: Sessions) -> Hashable:
    """Name what pages of records show of other nodes: whoever is known here, what they are called and count for."""
    columns = (
        select(col(KnownIssuer.origin), col(KnownIssuer.name), col(KnownIssuer.blocked), col(Peer.organisations))
        .outerjoin(Peer, col(Peer.issuer) == col(KnownIssuer.issuer))
        .order_by(col(Peer.added_at), col(KnownIssuer.known_since), col(KnownIssuer.issuer))
    )
    with sessions.connected() as db:
        return tuple(map(tuple, db.execute(columns)))


def readable(name: str) -> str:
    """Return what a node calls itself without what nobody sees or a terminal would obey, and not too long."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return plain if len(plain) <= LONGEST_NODE_NAME else f"{plain[: LONGEST_NODE_NAME - 1]}…"


_ORGANISATION = "organisation"


class OrganisationOrigins:
    """Reads of which origins the records of organisations count."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self) -> tuple[str, ...]:
        """Return the origins whose records of organisations count here, those that were added first before others."""
        wanted = (
            select(col(KnownIssuer.origin))
            .join(Peer, col(Peer.issuer) == col(KnownIssuer.issuer))
            # Blocking says so here in the very transaction that takes the records out of sight.
            .where(col(Peer.organisations), ~col(KnownIssuer.blocked))
            .order_by(col(Peer.added_at), col(Peer.issuer))
        )
        with self._sessions.reading() as db:
            return tuple(dict.fromkeys(db.scalars(wanted)))

    def ever(self) -> tuple[str, ...]:
        """Return the origins that may ever have counted: those of all nodes whose key an operator has compared.

        Who is no peer any more, or blocked, stays among them; whom only hubs have introduced was never believed.
        """
        compared = select(col(KnownIssuer.origin)).where(col(KnownIssuer.introduced_by) == "").distinct()
        with self._sessions.reading() as db:
            return tuple(db.scalars(compared))


class Strangers:
    """Reads which nodes are known by the word of hubs alone: nobody here has decided whom they may speak for."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self) -> dict[str, datetime]:
        """Return their origins with the time since which they are known."""
        found = (
            select(col(KnownIssuer.origin), col(KnownIssuer.known_since))
            .outerjoin(Peer, col(Peer.issuer) == col(KnownIssuer.issuer))
            .where(col(Peer.issuer).is_(None), col(KnownIssuer.introduced_by) != "")
        )
        with self._sessions.reading() as db:
            return {origin: since for origin, since in db.execute(found)}  # noqa: C416 - rows are no pairs


def decide_on_organisations(sessions: Sessions, catalogue: CatalogueService, issuer: Issuer, *, counts: bool) -> bool:
    """Let the word of a peer about organisations count or not; tell whether that changes anything.

    Raises PeerNotFound and RepositoryBusy.
    """
    with catalogue.appending(), sessions.begin() as db:
        row = db.get(Peer, issuer)
        if row is None:
            raise PeerNotFound(issuer.address)
        if row.organisations == counts:
            return False
        row.organisations = counts
        db.flush()
        known = db.get(KnownIssuer, issuer)
        if known is not None:
            renumber(db, known.origin, _ORGANISATION)
    return True
