# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wires what brings lost versions of this node's own records back."""

from __future__ import annotations

import random
from collections.abc import Callable

from app.clock import Clock
from app.content.proposals import ProposalRefs
from app.content.reading import RecordReader
from app.content.recovering import Recovering
from app.federation.fetching import Fetcher
from app.federation.harvest.own_versions import OwnVersions
from app.federation.harvest.peers import Peers
from app.federation.harvest.trust import Trust
from app.federation.recovery.asked_peers import AskedPeers
from app.federation.recovery.folders import Folders
from app.federation.recovery.lost import LostVersions
from app.federation.recovery.restoring import Restoring
from app.federation.recovery.service import RecoveryService
from app.federation.service import FederationService
from app.review.opening import Stores


def wire_recovery(
    stores: Stores,
    publishing: FederationService,
    lost: LostVersions,
    own: OwnVersions,
    fetcher: Fetcher,
    follow_up: Callable[[], object],
    clock: Clock,
) -> RecoveryService:
    """Return recovery; `follow_up` makes rows of what it wrote to git and brings cursors up to date."""
    peers = Peers(stores.sessions, clock, random.random)
    asked = AskedPeers(fetcher, peers, Trust(stores.sessions, publishing.issuer, clock), publishing, own, clock)
    restoring = Restoring(
        Folders(stores.catalogue, stores.schemas, asked.file),
        Recovering(stores.repository, RecordReader(stores.schemas)),
        ProposalRefs(stores.repository),
        lost,
        clock,
    )
    return RecoveryService(lost, asked, restoring, stores.catalogue, head=stores.repository.head, follow_up=follow_up)
