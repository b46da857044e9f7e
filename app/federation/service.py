"""Everything a node needs to publish to others, put together."""

from __future__ import annotations

import json
from pathlib import Path

from app.catalogue import CatalogueService
from app.catalogue.ledger import Progress, silent
from app.database import Sessions
from app.federation.held import HeldStatements, OwnStatements, StatementSource
from app.federation.issuer import NodeFacts
from app.federation.items import ItemQueries, Projection
from app.federation.listing.own import OwnListing
from app.federation.listing.repository import OwnList
from app.federation.oai.provider import OaiProvider
from app.shared.clock import Clock


class FederationService:
    """The publishing half of the federation. One object per process, safe for all its threads."""

    def __init__(
        self,
        facts: NodeFacts,
        *,
        keys: Path,
        folder: Path,
        catalogue: CatalogueService,
        sessions: Sessions,
        clock: Clock,
        foreign: StatementSource,
    ) -> None:
        """Put the parts together; nothing is read or made. `foreign` gives what other nodes say.

        `keys` is the folder with the online key, `folder` that of the list, which is handed out as it is.
        """
        self.issuer = facts.issuer
        self.own = OwnStatements(catalogue, facts.issuer)
        items, projection = ItemQueries(sessions), Projection(sessions, catalogue, clock)
        self.held = HeldStatements(items, projection, catalogue, own=self.own, foreign=foreign)
        self.oai = OaiProvider(facts, self.held, catalogue, clock)
        self.folder = folder
        self.listing = OwnListing(
            OwnList(folder, clock, keys / "list.lock"),
            keys,
            self.own,
            items,
            catalogue,
            json.dumps({"name": facts.publisher, "contact": facts.contact}, ensure_ascii=False).encode(),
            clock,
        )

    def rebuild(self) -> None:
        """Offer and list everything once more; raises KeyUnreadable."""
        # After a restore the folder of the list is not there.
        self.listing.ensure()
        self.listing.rebuild(self.held.catch_up())

    def follow(self, progress: Progress = silent) -> None:
        """Offer and list what the catalogue publishes; raises KeyUnreadable and ListDamaged."""
        position = self.held.catch_up(progress)
        if self.listing.listed.has_root():
            self.listing.follow(position, progress)
