# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything that views and commands work with."""

from __future__ import annotations

from dataclasses import dataclass

from app.bootstrap.follower import Follower
from app.bootstrap.vocabularies import Vocabularies
from app.catalogue import CatalogueService
from app.clock import Clock
from app.config import Settings
from app.content.markdown import MarkdownRenderer
from app.content.repository import ContentRepository
from app.content.schema import SchemaSet
from app.content.service import ContentService
from app.content.sharing.public_copy import PublicCopy
from app.db import Sessions
from app.db.schedule import Schedule
from app.federation.harvest.service import HarvestService
from app.federation.node_names import NodeNames
from app.federation.recovery.service import RecoveryService
from app.federation.service import FederationService
from app.identity.service import IdentityService
from app.kickoff.memo import MemoService
from app.kickoff.places import PlaceDirectory
from app.kickoff.service import KickoffService
from app.reuse import ReuseService
from app.review.mirroring import MirrorService
from app.review.pushing import PushService
from app.review.service import ReviewService
from app.search.service import SearchService


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The wired parts of one node; one object per process, safe for all its threads."""

    settings: Settings
    clock: Clock
    schemas: SchemaSet
    repository: ContentRepository
    sessions: Sessions
    schedule: Schedule
    content: ContentService
    catalogue: CatalogueService
    search: SearchService
    reuse: ReuseService
    kickoff: KickoffService
    memos: MemoService
    federation: FederationService
    harvest: HarvestService
    recovery: RecoveryService
    node_names: NodeNames
    identity: IdentityService
    review: ReviewService
    public_copy: PublicCopy
    pushes: PushService
    mirror: MirrorService | None
    places: PlaceDirectory
    markdown: MarkdownRenderer
    vocabularies: Vocabularies
    follower: Follower

    def follow(self) -> None:
        """Take in what was published since the last call; cheap when nothing was.

        Raises NotInitialised before the node has been filled.
        """
        self.follower.follow()

    def warm_up(self) -> None:
        """Read the dictionaries and the list of places now instead of at the first search; needs no node."""
        _ = self.search.highlighter
        _ = len(self.places)

    def maintain(self) -> None:
        """Do what a node needs once a day: pack the repository, and remove what pushes and other nodes left behind."""
        self.repository.maintain()
        self.public_copy.empty_inbox()
        self.harvest.files.keeping.maintain()

    def close(self) -> None:
        """End the reading process of git and the database's connections."""
        self.repository.close()
        self.sessions.engine.dispose()
