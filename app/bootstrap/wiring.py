# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one place where the parts are put together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from urllib.parse import urlsplit

from babel.dates import get_timezone

from app.bootstrap.federation import global_names, wire_federation, wire_fetcher, wire_files, wire_recovery
from app.bootstrap.review import wire_mirror, wire_review
from app.bootstrap.services import Follower, Services
from app.bootstrap.vocabularies import Vocabularies
from app.catalogue import CatalogueService
from app.clock import Clock, utc_now
from app.config import Settings, SettingsInvalid
from app.config.load import SettingProblem
from app.content.commits import CommitKey
from app.content.markdown import MarkdownRenderer
from app.content.record_reader import RecordReader
from app.content.repository import ContentRepository
from app.content.schema import SchemaSet
from app.content.service import ContentService
from app.content.sharing.public_copy import PublicCopy
from app.db import Sessions, make_engine
from app.db.schedule import Schedule
from app.federation.fetching import Fetcher
from app.federation.harvest.assembly import HarvestMeans, open_harvest
from app.federation.harvest.foreign_texts import ForeignTexts
from app.federation.harvest.origins import NodeNames, OrganisationOrigins
from app.federation.harvest.statement_reader import StatementReader
from app.federation.recovery.discovery import Discovery
from app.federation.recovery.lost import LostVersions, PublishingGate
from app.identity.providers import Providers, load_providers
from app.identity.providers.provider import example_provider
from app.identity.service import IdentityService
from app.kickoff.memo import MemoService
from app.kickoff.memo.export import MemoExports
from app.kickoff.memo.format import MemoFormat
from app.kickoff.memo.labels import MemoLabels
from app.kickoff.memo.store import MemoStore
from app.kickoff.places import OWN_FILE, PlaceDirectory
from app.kickoff.service import KickoffService
from app.reuse import BothNames, ReuseFacets, ReuseService
from app.review.by_git.push import PushService
from app.review.context import AfterStep, nothing
from app.review.service import Stores
from app.search.service import SearchService


def bootstrap(
    settings: Settings, clock: Clock = utc_now, fetcher: Fetcher | None = None, after_step: AfterStep = nothing
) -> Services:
    """Wire a node from its settings. Nothing is created and nothing is read but the schemas.

    `fetcher` takes the place of the network to other nodes; `after_step` is told each step of publishing.
    """
    schemas = SchemaSet.load(settings.schemas_path)
    sessions = Sessions(make_engine(settings.database_url))
    lost = LostVersions(sessions)
    repository = ContentRepository(
        settings.repository_path,
        plurals=[kind.plural for kind in schemas.kinds],
        key=CommitKey(settings.keys_path),
        clock=clock,
        host=urlsplit(settings.issuer).hostname or "node.invalid",
        gate=PublishingGate(lost),
    )
    content = ContentService(repository, RecordReader(schemas), schemas)
    understanding = StatementReader(schemas)
    files = wire_files(settings, sessions, clock)
    texts = ForeignTexts(sessions, understanding, files.shelf)
    catalogue = CatalogueService(sessions, content, clock, texts, global_names(settings))
    vocabularies = Vocabularies(repository, schemas)
    believed = OrganisationOrigins(sessions)
    reuse = ReuseService(catalogue, clock, believed)
    federation = wire_federation(settings, schemas, vocabularies, catalogue, sessions, clock)
    facets = ReuseFacets(reuse.network, clock, BothNames(catalogue, federation.held.sub_of), believed.ever)
    search = SearchService.open(settings.index_path, catalogue, schemas, vocabularies, facets)
    identity = IdentityService.wire(sessions, clock, _providers(settings), settings.session_hours)
    stores = Stores(
        repository=repository,
        content=content,
        catalogue=catalogue,
        sessions=sessions,
        schemas=schemas,
        vocabularies=vocabularies,
    )
    follow_ups = (
        ("catalogue", catalogue.catch_up),
        ("search", search.catch_up),
        ("federation", federation.catch_up),
    )
    review = wire_review(settings, stores, identity.people, federation.held.sub_of, follow_ups, clock, after_step)
    public_copy = PublicCopy(repository)
    door = fetcher or wire_fetcher(settings)
    own_versions = Discovery(federation, catalogue, lost, content.path_of, clock)
    phases = [str(phase.value) for phase in schemas.choices("phase")]

    def follow() -> None:
        search.catch_up()
        federation.catch_up()
        review.responses.tell_arrivals()

    def catch_up() -> None:
        vocabularies.refresh()
        catalogue.catch_up()
        search.catch_up()
        federation.catch_up()

    return Services(
        settings=settings,
        clock=clock,
        schemas=schemas,
        repository=repository,
        sessions=sessions,
        schedule=Schedule(sessions, clock),
        content=content,
        catalogue=catalogue,
        search=search,
        reuse=reuse,
        kickoff=KickoffService(search, catalogue, reuse, phases),
        places=PlaceDirectory.load(settings.data / OWN_FILE),
        memos=_memos(settings, clock, sessions, catalogue, MemoLabels(schemas, vocabularies), federation.held.home),
        federation=federation,
        harvest=open_harvest(
            federation,
            catalogue=catalogue,
            sessions=sessions,
            understanding=understanding,
            means=HarvestMeans(fetcher=door, own=own_versions, files=files),
            follow=follow,
            clock=clock,
        ),
        recovery=wire_recovery(stores, federation, lost, own_versions, door, review.reconciliation.run, clock),
        node_names=NodeNames(sessions),
        identity=identity,
        review=review,
        public_copy=public_copy,
        pushes=PushService(
            public_copy, review.proposals, schemas, lambda proposal_id: f"{settings.issuer}/vorschlaege/{proposal_id}"
        ),
        mirror=wire_mirror(settings, public_copy, review, catalogue, schemas),
        markdown=MarkdownRenderer(),
        vocabularies=vocabularies,
        follower=Follower(repository.head, catch_up),
    )


def _providers(settings: Settings) -> Providers:
    configured = load_providers(settings.providers_path)
    if not settings.example_provider:
        return configured
    return Providers((*configured, example_provider(settings.example_provider)))


def _memos(
    settings: Settings,
    clock: Clock,
    sessions: Sessions,
    catalogue: CatalogueService,
    labels: MemoLabels,
    home: Callable[[str], str],
) -> MemoService:
    form = MemoFormat.load(settings.schemas_path)
    fonts = settings.static_path / "vendor" / "fira-sans"
    exports = MemoExports(form, labels, _zone(settings), fonts)
    store = MemoStore(sessions, clock, settings.memo_days)
    return MemoService(form, exports, store, catalogue, issuer=settings.issuer, home=home)


def _zone(settings: Settings) -> tzinfo:
    try:
        return get_timezone(settings.timezone)
    except LookupError as error:
        problem = SettingProblem(variable="NODE_TIMEZONE", reason="is no time zone such as Europe/Berlin")
        raise SettingsInvalid((problem,)) from error
