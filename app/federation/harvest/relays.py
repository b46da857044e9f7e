# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a hub says of nodes that are not asked themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import structlog

from app.clock import Clock
from app.federation.entity import receive
from app.federation.fetching import FetchFailed
from app.federation.harvest.documents import PeerDocuments
from app.federation.harvest.introduction import read_introduction
from app.federation.harvest.known_issuer import Audit, KnownIssuer
from app.federation.harvest.notices import Notices
from app.federation.harvest.peer import Peer
from app.federation.harvest.trust import Trust, TrustRefused
from app.federation.issuer import Issuer
from app.federation.jose import TokenRefused

MOST_INTRODUCTIONS = 200
"""Nodes that one run asks a hub about."""

_REFRESH_AFTER = timedelta(hours=6)
_CONFLICTS = frozenset({"keys_changed", "origin_taken"})
_log = structlog.get_logger(__name__)


class Relays:
    """Asks one peer about other nodes, if it is a hub; each at most once in a run."""

    def __init__(
        self, trust: Trust, peer: Peer, own: Issuer, documents: PeerDocuments, notices: Notices, clock: Clock
    ) -> None:
        """Keep what is believed in `trust`; nobody is believed to be `own`."""
        self._trust = trust
        self._peer = peer
        self._own = own
        self._documents = documents
        self._notices = notices
        self._clock = clock
        self._asked: dict[Issuer, KnownIssuer | None] = {}

    def know(self, issuer: Issuer) -> KnownIssuer | None:
        """Return what is known of a node, asking the hub about one that is not known yet."""
        known = self._trust.known(issuer)
        return known if known is not None or issuer == self._own else self.ask(issuer)

    def ask(self, issuer: Issuer) -> KnownIssuer | None:
        """Return what is known of a node after asking the hub once."""
        if issuer not in self._asked and self._peer.hub and len(self._asked) < MOST_INTRODUCTIONS:
            self._asked[issuer] = self._ask(issuer)
        return self._asked.get(issuer) or self._trust.known(issuer)

    def outdated(self) -> Iterator[KnownIssuer]:
        """Yield the nodes known by this hub alone whose word is older than six hours."""
        limit = self._clock() - _REFRESH_AFTER
        for known in self._relayed():
            if known.issued_at is not None and known.issued_at < limit:
                yield known

    def unsettled(self) -> Iterator[KnownIssuer]:
        """Yield the nodes known by this hub alone whose state does not agree with what is held."""
        yield from (known for known in self._relayed() if known.audit is not Audit.OK)

    def _relayed(self) -> Iterator[KnownIssuer]:
        if self._peer.hub:
            for known in self._trust.all():
                if known.introduced_by == self._peer.issuer and not known.blocked:
                    yield known

    def _ask(self, issuer: Issuer) -> KnownIssuer | None:
        hub = self._trust.known(self._peer.issuer)
        endpoint = receive(hub.configuration).claimed.resolve_endpoint if hub else ""
        if hub is None or not endpoint:
            return None
        try:
            found = read_introduction(
                self._documents.resolved(endpoint, issuer),
                hub=hub.issuer,
                keys=hub.federation_keys,
                subject=issuer,
                now=self._clock(),
            )
            taken = self._trust.introduce(found.configuration, found.keys, hub.issuer)
        except TrustRefused as error:
            # Older than what is known from elsewhere is no news; other keys than the known ones are.
            if error.code in _CONFLICTS:
                self._notices.add("conflict")
        except (TokenRefused, FetchFailed) as error:
            _log.info("harvest.not_introduced", issuer=issuer.address, reason=error.code)
        else:
            self._notices.add(*taken.notices)
            return taken.known
        return None
