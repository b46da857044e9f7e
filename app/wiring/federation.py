"""Wires the federation: what the node publishes, and what it reads of other nodes."""

import random

from app.catalogue import CatalogueService
from app.federation.harvest.held_files import HeldFiles
from app.federation.harvest.intake import Intake
from app.federation.harvest.nodes import Nodes
from app.federation.harvest.run import RunParts
from app.federation.harvest.statement_reader import StatementReader
from app.federation.issuer import GlobalNames, Issuer, IssuerInvalid
from app.federation.service import FederationService
from app.fetching import Fetcher
from app.fetching.connection import Outbound, trusting
from app.fetching.fetcher import GuardedFetcher
from app.records.schema import SchemaError, SchemaSet
from app.registries.provider import NodeFacts, OaiProvider
from app.shared.config import Settings, SettingsInvalid
from app.shared.config.load import SettingProblem
from app.shared.config.settings import is_private
from app.wiring.foundation import Foundation

_LANGUAGE = "de"


def global_names(settings: Settings) -> GlobalNames:
    """Return the reader of global names, which knows the node's own addresses; raises SettingsInvalid for a bad one."""
    own = {_issuer(settings.issuer, "NODE_ISSUER")}
    if settings.moved_from:
        # Links to where the node was before lead to its records.
        own.add(_issuer(settings.moved_from, "NODE_MOVED_FROM"))
    return GlobalNames(frozenset(own))


def wire_federation(base: Foundation, catalogue: CatalogueService) -> FederationService:
    """Return the publishing half of the federation; raises SettingsInvalid for a bad address."""
    settings = base.settings
    return FederationService(
        _issuer(settings.issuer, "NODE_ISSUER"),
        {"name": settings.operator_name or settings.name, "contact": settings.operator_email},
        keys=settings.keys_path,
        folder=base.files_folder("netz"),
        catalogue=catalogue,
        sessions=base.sessions,
        clock=base.clock,
    )


def wire_oai(base: Foundation, catalogue: CatalogueService, federation: FederationService) -> OaiProvider:
    """Return what answers registries."""
    settings = base.settings

    def set_name(group: str, value: str) -> str:
        if group == "topic":
            topics = base.vocabularies.get("topics")
            return topics.label(value, _LANGUAGE) if topics and topics.get(value) else value
        if group == "kind":
            return _kind_name(base.schemas, value)
        return f"{settings.name} ({value})" if group == "own" else value

    facts = NodeFacts(
        issuer=federation.issuer,
        name=settings.name,
        publisher=settings.operator_name or settings.name,
        contact=settings.operator_email,
        set_name=set_name,
    )
    return OaiProvider(facts, federation.held, catalogue, base.sessions, base.clock)


def wire_files(base: Foundation) -> HeldFiles:
    """Return the service that stores files of other nodes' records."""
    limit = base.settings.foreign_files_mib * 1024 * 1024
    return HeldFiles(base.sessions, base.foreign_store, limit, base.restored.exists)


def wire_runs(
    base: Foundation, catalogue: CatalogueService, reader: StatementReader, fetcher: Fetcher, files: HeldFiles
) -> RunParts:
    """Return what reads the lists of other nodes."""
    return RunParts(
        fetcher=fetcher,
        # The numbers spread the load of many nodes; they are no secret.
        nodes=Nodes(base.sessions, base.clock, random.random),
        intake=Intake(base.sessions, catalogue, reader, base.clock),
        files=files,
        folder=base.settings.data / "lists",
        clock=base.clock,
    )


def wire_fetcher(settings: Settings) -> Fetcher:
    """Return the fetcher for all requests to other nodes; raises SettingsInvalid."""
    file = settings.federation_ca
    if file is not None:
        try:
            trusting(file)
        except OSError as error:
            reason = f"{file} is no file of certificates in PEM form: {error.strerror or type(error).__name__}"
            raise SettingsInvalid((SettingProblem(variable="NODE_FEDERATION_CA", reason=reason),)) from error
    return GuardedFetcher(Outbound(loopback=is_private(settings.model_dump())), authorities=file)


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
