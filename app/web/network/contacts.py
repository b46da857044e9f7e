"""The nodes that this one knows: who they are, and when they were last heard of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import g

from app.federation.harvest.models import KnownIssuer, NodeFreshness, Peer
from app.federation.issuer import Issuer
from app.web.shell.access import services


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A node as issuer of records, of which so many are held, and as partner where records are fetched from it."""

    origin: str
    issuer: KnownIssuer | None = None
    peer: Peer | None = None
    now: datetime
    records: int = 0

    @property
    def known(self) -> Issuer | None:
        """Who the node is, None for one that nothing is known of."""
        return self.issuer.issuer if self.issuer else self.peer.issuer if self.peer else None

    @property
    def address(self) -> str:
        """The address of the node."""
        return self.known.address if self.known else ""

    @property
    def blocked(self) -> bool:
        """Tell whether nothing of it is shown here."""
        return self.issuer is not None and self.issuer.blocked

    @property
    def through(self) -> str:
        """The origin of the partner that made it known, empty for partners."""
        introduced = self.issuer.introduced_by if self.issuer and self.peer is None else None
        return introduced.origin if introduced else ""

    @property
    def heard_at(self) -> datetime | None:
        """When the node last said something that reached this one, by itself or through a partner."""
        told = (self.peer.succeeded_at if self.peer else None, self.issuer.issued_at if self.issuer else None)
        return max((at for at in told if at), default=None)

    @property
    def unreachable_since(self) -> datetime | None:
        """When it was last reached, if that does not work any more; None while it does."""
        if self.peer is not None and self.peer.failures and self.peer.succeeded_at:
            return self.peer.succeeded_at
        stale = self.issuer is not None and self.issuer.freshness(self.now) is not NodeFreshness.LIVE
        return self.issuer.issued_at if stale and self.issuer else None


def contacts() -> Mapping[str, Contact]:
    """Return all nodes that are known by the origin of their records; asked for once in a request."""
    if "contacts" not in g:
        harvest, now = services().harvest, services().clock()
        counts = harvest.trust.record_counts()
        peers = {view.peer.issuer.origin: view.peer for view in harvest.peers()}
        issuers = {issuer.origin: issuer for issuer in harvest.trust.all()}
        g.contacts = {
            origin: Contact(
                origin=origin,
                issuer=issuers.get(origin),
                peer=peers.get(origin),
                now=now,
                records=counts.get(origin, 0),
            )
            for origin in (*(one for one in peers if one not in issuers), *issuers)
        }
    found: Mapping[str, Contact] = g.contacts
    return found


def contact_of(origin: str) -> Contact:
    """Return what is known of one node, be it nothing."""
    return contacts().get(origin) or Contact(origin=origin, now=services().clock())
