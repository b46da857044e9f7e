# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wires what the node publishes to others, and what it takes from them."""

from __future__ import annotations

from collections.abc import Callable

from app.bootstrap.vocabularies import Vocabularies
from app.catalogue import CatalogueService
from app.clock import Clock
from app.config import Settings, SettingsInvalid
from app.config.errors import SettingProblem
from app.config.settings import is_private
from app.content.schema import SchemaError, SchemaSet
from app.db import Sessions
from app.federation.fetching import Fetcher, GuardedFetcher, Outbound
from app.federation.harvest.files.service import ForeignFiles, open_files
from app.federation.harvest.foreign import ForeignStatements
from app.federation.harvest.opening import open_harvest
from app.federation.harvest.service import HarvestService
from app.federation.harvest.understanding import Understanding
from app.federation.issuer import Issuer, IssuerInvalid
from app.federation.keys import NodeKeys
from app.federation.service import FederationService, NodeFacts, open_federation

_LANGUAGE = "de"


def wire_federation(
    settings: Settings,
    schemas: SchemaSet,
    vocabularies: Vocabularies,
    catalogue: CatalogueService,
    sessions: Sessions,
    clock: Clock,
) -> FederationService:
    """Return the publishing half of the federation; raises SettingsInvalid for an address that no node can have."""

    def set_name(group: str, value: str) -> str:
        if group == "topic":
            topics = vocabularies.get("topics")
            return topics.label(value, _LANGUAGE) if topics and topics.get(value) else value
        if group == "kind":
            return _kind_name(schemas, value)
        return f"{settings.name} ({value})" if group == "own" else value

    facts = NodeFacts(
        issuer=_issuer(settings.issuer, "NODE_ISSUER"),
        name=settings.name,
        publisher=settings.operator_name,
        contact=settings.operator_email,
        moved_to=_issuer(settings.moved_to, "NODE_MOVED_TO") if settings.moved_to else None,
        moved_from=_issuer(settings.moved_from, "NODE_MOVED_FROM") if settings.moved_from else None,
        set_name=set_name,
    )
    return open_federation(
        facts,
        keys=NodeKeys(settings.keys_path, clock),
        catalogue=catalogue,
        sessions=sessions,
        clock=clock,
        foreign=ForeignStatements(sessions),
    )


def wire_files(settings: Settings, sessions: Sessions, clock: Clock) -> ForeignFiles:
    """Return what keeps the files of other nodes' records."""
    limit = settings.foreign_files_mib * 1024 * 1024
    return open_files(settings.foreign_files_path, limit=limit, sessions=sessions, clock=clock)


def wire_fetcher(settings: Settings) -> Fetcher:
    """Return the way out to other nodes; one that only this machine reaches may ask others on this machine."""
    return GuardedFetcher(Outbound(loopback=is_private(settings.model_dump())))


def wire_harvest(
    publishing: FederationService,
    catalogue: CatalogueService,
    sessions: Sessions,
    understanding: Understanding,
    files: ForeignFiles,
    fetcher: Fetcher,
    follow: Callable[[], object],
    clock: Clock,
) -> HarvestService:
    """Return the harvesting half; `follow` brings search and offers up to date."""
    return open_harvest(
        publishing,
        catalogue=catalogue,
        sessions=sessions,
        understanding=understanding,
        files=files,
        fetcher=fetcher,
        follow=follow,
        clock=clock,
    )


def _kind_name(schemas: SchemaSet, kind: str) -> str:
    try:
        return schemas.kind(kind).plural_label(_LANGUAGE)
    except SchemaError:
        return kind


def _issuer(address: str, variable: str) -> Issuer:
    try:
        return Issuer.parse(address.rstrip("/"))
    except IssuerInvalid as error:
        reason = "must be an address in lower case such as https://erfahrungen.example, without a user name"
        raise SettingsInvalid((SettingProblem(variable=variable, reason=reason),)) from error
