"""Wires the federation: publishing, harvesting, and questions to peers about own versions."""

from __future__ import annotations

import random
from pathlib import Path

from app.catalogue import CatalogueService
from app.federation.entity import NodeFacts
from app.federation.fetching import Fetcher
from app.federation.fetching.connection import Outbound, trusting
from app.federation.fetching.fetcher import GuardedFetcher
from app.federation.harvest.file_run import FileQueue, ForeignFiles
from app.federation.harvest.foreign_records import ForeignStatements
from app.federation.harvest.held_files import HeldFiles
from app.federation.harvest.peers import Peers
from app.federation.higher_versions import PeerQuestions
from app.federation.issuer import GlobalNames, Issuer, IssuerInvalid
from app.federation.keys import NodeKeys
from app.federation.service import FederationService
from app.records.schema import SchemaError, SchemaSet
from app.shared.config import Settings, SettingsInvalid
from app.shared.config.load import SettingProblem
from app.shared.config.settings import is_private
from app.wiring.foundation import Foundation

_LANGUAGE = "de"


def global_names(settings: Settings) -> GlobalNames:
    """Return the reader of global names, which knows the node's own addresses; raises SettingsInvalid for a bad one."""
    own = {_issuer(settings.issuer, "NODE_ISSUER")}
    if settings.moved_from:
        # After a move, records keep their names under the old address.
        own.add(_issuer(settings.moved_from, "NODE_MOVED_FROM"))
    return GlobalNames(frozenset(own))


def wire_federation(base: Foundation, catalogue: CatalogueService) -> FederationService:
    """Return the publishing half of the federation; raises SettingsInvalid for a bad address."""
    settings = base.settings

    def set_name(group: str, value: str) -> str:
        if group == "topic":
            topics = base.vocabularies.get("topics")
            return topics.label(value, _LANGUAGE) if topics and topics.get(value) else value
        if group == "kind":
            return _kind_name(base.schemas, value)
        return f"{settings.name} ({value})" if group == "own" else value

    facts = NodeFacts(
        issuer=_issuer(settings.issuer, "NODE_ISSUER"),
        name=settings.name,
        publisher=settings.operator_name or settings.name,
        contact=settings.operator_email,
        moved_to=_issuer(settings.moved_to, "NODE_MOVED_TO") if settings.moved_to else None,
        moved_from=_issuer(settings.moved_from, "NODE_MOVED_FROM") if settings.moved_from else None,
        set_name=set_name,
    )
    return FederationService(
        facts,
        keys=NodeKeys(settings.keys_path, base.clock),
        catalogue=catalogue,
        sessions=base.sessions,
        clock=base.clock,
        foreign=ForeignStatements(base.sessions),
    )


def wire_files(base: Foundation) -> ForeignFiles:
    """Return the service that stores files of other nodes' records."""
    limit = base.settings.foreign_files_mib * 1024 * 1024
    held = HeldFiles(base.sessions, base.foreign_store, base.restored.exists)
    return ForeignFiles(held=held, queue=FileQueue(base.sessions, base.clock), limit=limit)


def wire_fetcher(settings: Settings) -> Fetcher:
    """Return the fetcher for all requests to other nodes; raises SettingsInvalid."""
    if settings.federation_ca is not None:
        _check_authorities(settings.federation_ca)
    return GuardedFetcher(Outbound(loopback=is_private(settings.model_dump())), authorities=settings.federation_ca)


def _check_authorities(file: Path) -> None:
    try:
        trusting(file)
    except OSError as error:
        reason = f"{file} is no file of certificates in PEM form: {error.strerror or type(error).__name__}"
        raise SettingsInvalid((SettingProblem(variable="NODE_FEDERATION_CA", reason=reason),)) from error


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


def wire_peer_questions(
    base: Foundation, catalogue: CatalogueService, publishing: FederationService, fetcher: Fetcher
) -> PeerQuestions:
    """Return the service that asks peers which versions of own records they hold."""
    peers = Peers(base.sessions, base.clock, random.random)
    higher, path_of = base.higher_versions, base.content.path_of
    return PeerQuestions(fetcher, peers, publishing, catalogue, higher, path_of, base.clock)
