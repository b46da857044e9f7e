# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""When another node was last heard of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import g

from app.federation.harvest.known_issuer import Freshness, KnownIssuer
from app.federation.harvest.peer import Peer
from app.federation.issuer import Issuer
from app.web.access import services


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A node as issuer of records, and as partner where records are fetched from it."""

    issuer: KnownIssuer | None
    peer: Peer | None
    now: datetime

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
        stale = self.issuer is not None and self.issuer.freshness(self.now) is not Freshness.LIVE
        return self.issuer.issued_at if stale and self.issuer else None


def contacts() -> Mapping[str, Contact]:
    """Return all nodes that are known by the origin of their records; asked for once in a request."""
    if "contacts" not in g:
        g.contacts = _read()
    found: Mapping[str, Contact] = g.contacts
    return found


def contact_of(origin: str) -> Contact:
    """Return what is known of one node, be it nothing."""
    return contacts().get(origin) or Contact(issuer=None, peer=None, now=services().clock())


def _read() -> Mapping[str, Contact]:
    harvest, now = services().harvest, services().clock()
    peers: dict[Issuer, Peer] = {view.peer.issuer: view.peer for view in harvest.peers()}
    found = {
        issuer.origin: Contact(issuer=issuer, peer=peers.pop(issuer.issuer, None), now=now)
        for issuer in harvest.issuers()
    }
    return {**{peer.issuer.origin: Contact(issuer=None, peer=peer, now=now) for peer in peers.values()}, **found}
