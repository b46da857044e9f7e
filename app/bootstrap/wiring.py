# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one place where the parts are put together."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.bootstrap.follower import Follower
from app.bootstrap.services import Services
from app.bootstrap.vocabularies import Vocabularies
from app.catalogue import CatalogueService
from app.clock import Clock, utc_now
from app.config import Settings
from app.content.markdown import MarkdownRenderer
from app.content.reading import RecordReader
from app.content.repository import ContentRepository
from app.content.schema import SchemaSet
from app.content.service import ContentService
from app.content.signing import CommitKey
from app.db import Sessions, make_engine
from app.kickoff.service import KickoffService
from app.reuse import ReuseService
from app.search.service import SearchService


def bootstrap(settings: Settings, clock: Clock = utc_now) -> Services:
    """Wire a node from its settings. Nothing is created and nothing is read but the schemas."""
    schemas = SchemaSet.load(settings.schemas_path)
    repository = ContentRepository(
        settings.repository_path,
        plurals=[kind.plural for kind in schemas.kinds],
        key=CommitKey(settings.keys_path),
        clock=clock,
        host=urlsplit(settings.issuer).hostname or "node.invalid",
    )
    content = ContentService(repository, RecordReader(schemas), schemas)
    sessions = Sessions(make_engine(settings.database_url))
    catalogue = CatalogueService(sessions, content, clock)
    vocabularies = Vocabularies(repository, schemas)
    search = SearchService.open(settings.index_path, catalogue, schemas, vocabularies)
    reuse = ReuseService(catalogue, clock)
    phases = [str(phase.value) for phase in schemas.choices("phase")]

    def catch_up() -> None:
        vocabularies.refresh()
        catalogue.catch_up()
        search.catch_up()

    return Services(
        settings=settings,
        clock=clock,
        schemas=schemas,
        repository=repository,
        sessions=sessions,
        content=content,
        catalogue=catalogue,
        search=search,
        reuse=reuse,
        kickoff=KickoffService(search, catalogue, reuse, phases),
        markdown=MarkdownRenderer(),
        vocabularies=vocabularies,
        follower=Follower(repository.head, catch_up),
    )
