# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything a node needs to publish to others, put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.catalogue import CatalogueService
from app.clock import Clock
from app.db import Sessions
from app.federation.entity import EntityFacts, OwnConfiguration
from app.federation.held import HeldStatements, ItemQueries, OwnStatements, Position, Projection, StatementSource
from app.federation.held.source import OWN
from app.federation.issuer import Issuer
from app.federation.keys import NodeKeys
from app.federation.oai import OaiProvider, Repository
from app.federation.state import OwnState, held_lines
from app.federation.statement import PAYLOAD_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFacts:
    """Who the node is, from its settings; `set_name` words (group, value) of a set for people.

    `contact` and `publisher` may be empty.
    """

    issuer: Issuer
    name: str
    publisher: str
    contact: str
    moved_to: Issuer | None
    moved_from: Issuer | None
    set_name: Callable[[str, str], str]

    @property
    def admin_email(self) -> str:
        """Return an address that OAI-PMH accepts, even where the operator has not entered one."""
        host = self.issuer.origin.partition("~")[0].partition(":")[0]
        return self.contact or f"webmaster@{host}{'' if '.' in host else '.invalid'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FederationService:
    """The publishing half of the federation. One object per process, safe for all its threads."""

    issuer: Issuer
    keys: NodeKeys
    own: OwnStatements
    held: HeldStatements
    oai: OaiProvider
    _configuration: OwnConfiguration

    def catch_up(self) -> Position:
        """Take in what the catalogue holds; cheap when nothing is new."""
        return self.held.catch_up()

    def configuration(self) -> str:
        """Return the signed entity configuration as it is now; raises KeysUnreadable."""
        return self._configuration.at(self.held.catch_up())

    def lines(self, origin: str) -> str:
        """Return the lines behind the state root of an origin by its short name; empty when nothing of it is held."""
        self.held.catch_up()
        return held_lines(self.held, OWN if origin in {OWN, self.issuer.origin} else origin)


def open_federation(
    facts: NodeFacts,
    *,
    keys: NodeKeys,
    catalogue: CatalogueService,
    sessions: Sessions,
    clock: Clock,
    foreign: StatementSource | None = None,
) -> FederationService:
    """Put the parts together; nothing is read or made. `foreign` gives statements that came from other nodes."""
    own = OwnStatements(catalogue, facts.issuer, keys, facts.moved_from)
    projection = Projection(sessions, catalogue, clock)
    held = HeldStatements(ItemQueries(sessions), projection, catalogue, own=own, foreign=foreign)
    repository = Repository(
        issuer=facts.issuer,
        name=facts.name,
        publisher=facts.publisher or facts.name,
        admin_email=facts.admin_email,
        set_name=facts.set_name,
    )
    entity = EntityFacts(
        issuer=facts.issuer,
        name=facts.publisher or facts.name,
        contact=facts.contact,
        moved_to=facts.moved_to,
        moved_from=facts.moved_from,
        payload_limit=PAYLOAD_LIMIT,
    )
    return FederationService(
        issuer=facts.issuer,
        keys=keys,
        own=own,
        held=held,
        oai=OaiProvider(repository, held, catalogue, clock),
        _configuration=OwnConfiguration(entity, keys, OwnState(held), clock),
    )
