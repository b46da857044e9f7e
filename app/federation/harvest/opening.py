# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Puts the harvesting half together."""

from __future__ import annotations

import random
from collections.abc import Callable

from app.catalogue import CatalogueService
from app.clock import Clock
from app.db import Sessions
from app.federation.fetching import Fetcher
from app.federation.harvest.auditing import Auditing
from app.federation.harvest.believing import Believing
from app.federation.harvest.intake import Intake
from app.federation.harvest.lookup import ForeignLookup
from app.federation.harvest.moderating import Moderating
from app.federation.harvest.peers import Peers
from app.federation.harvest.quarantine import Quarantine
from app.federation.harvest.screening import Ask, Screening
from app.federation.harvest.service import HarvestService
from app.federation.harvest.trust import Trust
from app.federation.harvest.understanding import Understanding
from app.federation.issuer import Issuer, IssuerInvalid
from app.federation.jose import TokenRefused
from app.federation.keys import Role
from app.federation.service import FederationService
from app.federation.statement import ReceivedStatement


def open_harvest(
    publishing: FederationService,
    *,
    catalogue: CatalogueService,
    sessions: Sessions,
    understanding: Understanding,
    fetcher: Fetcher,
    follow: Callable[[], object],
    clock: Clock,
) -> HarvestService:
    """Put the parts together; nothing is read, made or asked. `follow` is called after something was stored."""
    quarantine = Quarantine(sessions)
    trust = Trust(sessions, publishing.issuer, clock)
    screening = Screening(understanding, _is_own(publishing), _own_newer(publishing, catalogue), clock)
    return HarvestService(
        quarantine=quarantine,
        moderation=Moderating(sessions, catalogue, clock),
        records=ForeignLookup(sessions),
        _own=publishing.issuer,
        _own_configuration=publishing.configuration,
        _keys=publishing.keys,
        _fetcher=fetcher,
        _trust=trust,
        # Spreads the load of many nodes, no secret.
        _peers=Peers(sessions, clock, random.random),
        _believing=Believing(sessions, catalogue),
        _intake=Intake(sessions, catalogue, screening, quarantine, clock),
        _auditing=Auditing(sessions),
        _follow=follow,
        _clock=clock,
    )


def _is_own(publishing: FederationService) -> Ask:
    def own(received: ReceivedStatement) -> bool:
        claimed = received.claimed
        return claimed.issuer == publishing.issuer or publishing.own.find(claimed.sub) is not None

    return own


def _own_newer(publishing: FederationService, catalogue: CatalogueService) -> Ask:
    def newer(received: ReceivedStatement) -> bool:
        """Tell whether others hold a later version of an own record, signed here: this node lost its latest state."""
        claimed = received.claimed
        versions = catalogue.versions(claimed.record_id)
        if claimed.issuer != publishing.issuer or (versions and versions[-1].ver >= claimed.ver):
            return False
        try:
            named_at = Issuer.parse(claimed.sub.rpartition("/r/")[0])
            received.verify(publishing.keys.ring(Role.RECORD).published(), earlier=(named_at,))
        except (TokenRefused, IssuerInvalid):
            return False
        return True

    return newer
