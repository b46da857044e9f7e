# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Puts the harvesting half together."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from app.catalogue import CatalogueService
from app.clock import Clock
from app.db import Sessions
from app.federation.fetching import Fetcher
from app.federation.harvest.audit import StateAudit
from app.federation.harvest.files.service import ForeignFiles
from app.federation.harvest.foreign_records import ForeignLookup
from app.federation.harvest.intake import StatementIntake
from app.federation.harvest.integrity import IntegrityCheck
from app.federation.harvest.moderation import Moderation
from app.federation.harvest.origins import OrganisationDecisions
from app.federation.harvest.own_versions import OwnVersions
from app.federation.harvest.peers import Peers
from app.federation.harvest.quarantine import Quarantine
from app.federation.harvest.repair import Repair
from app.federation.harvest.service import HarvestService
from app.federation.harvest.statement_reader import StatementReader
from app.federation.harvest.trust import Trust
from app.federation.harvest.validation import IsOwn, StatementValidator
from app.federation.service import FederationService
from app.federation.statement import ReceivedStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestMeans:
    """With what harvesting works: `fetcher` asks other nodes, `own` looks for lost versions of own records."""

    fetcher: Fetcher
    own: OwnVersions
    files: ForeignFiles


def open_harvest(
    publishing: FederationService,
    *,
    catalogue: CatalogueService,
    sessions: Sessions,
    understanding: StatementReader,
    means: HarvestMeans,
    follow: Callable[[], object],
    clock: Clock,
) -> HarvestService:
    """Put the parts together; nothing is read, made or asked. `follow` is called after something was stored."""
    quarantine = Quarantine(sessions)
    trust = Trust(sessions, publishing.issuer, clock)
    # The numbers spread the load of many nodes; they are no secret.
    peers = Peers(sessions, clock, random.random)
    screening = StatementValidator(understanding, _is_own(publishing), clock)
    intake = StatementIntake(sessions, catalogue, screening, quarantine, means.own, clock)
    mending = Repair(sessions, catalogue, peers=peers, trust=trust, fetcher=means.fetcher, intake=intake, clock=clock)
    return HarvestService(
        quarantine=quarantine,
        moderation=Moderation(sessions, catalogue, clock),
        records=ForeignLookup(sessions),
        verifying=IntegrityCheck(sessions, trust),
        mending=mending,
        files=means.files,
        _own=publishing.issuer,
        _own_configuration=publishing.configuration,
        _keys=publishing.keys,
        _fetcher=means.fetcher,
        _trust=trust,
        _peers=peers,
        _believing=OrganisationDecisions(sessions, catalogue),
        _intake=intake,
        _own_versions=means.own,
        _auditing=StateAudit(sessions),
        _follow=follow,
        _clock=clock,
    )


def _is_own(publishing: FederationService) -> IsOwn:
    def own(received: ReceivedStatement) -> bool:
        claimed = received.claimed
        return claimed.issuer == publishing.issuer or publishing.own.find(claimed.sub) is not None

    return own
