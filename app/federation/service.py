"""Everything a node needs to publish to others, put together."""

from __future__ import annotations

from app.catalogue import CatalogueService
from app.catalogue.models import OWN
from app.database import Sessions
from app.federation.entity import NodeFacts, OwnConfiguration, held_lines
from app.federation.held import HeldStatements, OwnStatements, StatementSource
from app.federation.items import ItemQueries, Projection
from app.federation.keys import NodeKeys
from app.federation.oai.provider import OaiProvider
from app.shared.clock import Clock


class FederationService:
    """The publishing half of the federation. One object per process, safe for all its threads."""

    def __init__(
        self,
        facts: NodeFacts,
        *,
        keys: NodeKeys,
        catalogue: CatalogueService,
        sessions: Sessions,
        clock: Clock,
        foreign: StatementSource,
    ) -> None:
        """Put the parts together; nothing is read or made. `foreign` gives statements that came from other nodes."""
        self.issuer = facts.issuer
        self.keys = keys
        self.own = OwnStatements(catalogue, facts.issuer, keys, facts.moved_from)
        projection = Projection(sessions, catalogue, clock)
        self.held = HeldStatements(ItemQueries(sessions), projection, catalogue, own=self.own, foreign=foreign)
        self.oai = OaiProvider(facts, self.held, catalogue, clock)
        self._configuration = OwnConfiguration(facts, keys, self.held, clock)

    def configuration(self) -> str:
        """Return the signed entity configuration as it is now; raises KeysUnreadable."""
        return self._configuration.at(self.held.catch_up())

    def lines(self, origin: str) -> str:
        """Return the lines behind the state root of an origin by its short name; empty when nothing of it is held."""
        self.held.catch_up()
        return held_lines(self.held, OWN if origin in {OWN, self.issuer.origin} else origin)
