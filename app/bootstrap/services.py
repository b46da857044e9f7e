# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything that views and commands work with, kept up to date while the site runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

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
from app.federation.harvest.origins import NodeNames
from app.federation.harvest.service import HarvestService
from app.federation.recovery.service import RecoveryService
from app.federation.service import FederationService
from app.identity.service import IdentityService
from app.kickoff.memo import MemoService
from app.kickoff.places import PlaceDirectory
from app.kickoff.service import KickoffService
from app.reuse import ReuseService
from app.review.by_git.mirror import MirrorService
from app.review.by_git.push import PushService
from app.review.service import ReviewService
from app.search.service import SearchService


class Follower:
    """Calls `catch_up` when `head` has moved since the last time.

    One thread does the work; the others go on with what they have, one version behind for a moment.
    """

    def __init__(self, head: Callable[[], str], catch_up: Callable[[], object]) -> None:
        """Compare `head()`, which has to be cheap, before each call of `catch_up`."""
        self._head = head
        self._catch_up = catch_up
        self._seen: str | None = None
        self._lock = threading.Lock()

    def follow(self) -> bool:
        """Bring everything up to date if something was published; tell whether work was done.

        Raises what `head` and `catch_up` raise; the next call then tries again.
        """
        head = self._head()
        if head == self._seen or not self._lock.acquire(blocking=False):
            return False
        try:
            self._catch_up()
            # Whatever was published during the work is found by the next call.
            self._seen = head
        finally:
            self._lock.release()
        return True


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
