"""Wires the parts of a node together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial

from app.catalogue import CatalogueService
from app.catalogue.agreement import Difference
from app.catalogue.ledger import silent
from app.catalogue.moment import NodeState
from app.catalogue.projection import Follower, Projection, Projections
from app.federation.harvest.foreign_records import ForeignTexts
from app.federation.harvest.origins import CopyPreference, OrganisationOrigins, shown
from app.federation.harvest.service import HarvestService
from app.federation.harvest.statement_reader import StatementReader
from app.fetching import Fetcher
from app.identity.service import IdentityService
from app.kickoff.goals import GoalLessons
from app.kickoff.memo.exports import MemoExports
from app.kickoff.memo.format import MemoFormat
from app.kickoff.memo.service import MemoService
from app.kickoff.memo.store import MemoStore
from app.kickoff.memo.wording import MemoLabels
from app.kickoff.places.directory import OWN_FILE, PlaceDirectory
from app.kickoff.service import KickoffService
from app.records.five_lines import FiveLinesReader, Inhabitants
from app.records.problem import InvalidRecord
from app.records.record import Municipality, Record, RecordRef
from app.reuse.facets import BothNames, ReuseFacets
from app.reuse.service import ReuseService
from app.review.by_git.mirror import MirrorService
from app.review.by_git.push import PushService
from app.review.context import AfterStep, nothing
from app.review.notices.webhooks import Webhooks
from app.review.responses.still_true import StillTrue
from app.review.service import ReviewService
from app.search.alike import AlreadyThere
from app.search.engine import IndexPlace
from app.search.neighbours import Neighbours
from app.search.service import SearchService
from app.shared.clock import Clock, utc_now
from app.shared.config import Settings
from app.shared.errors import NotFound
from app.wiring.federation import global_names, wire_federation, wire_fetcher, wire_files, wire_oai, wire_runs
from app.wiring.foundation import Foundation
from app.wiring.meaning import Derivation, meaning_key, wire_meaning
from app.wiring.people import Following, Personal, wire_following, wire_identity, wire_personal, zone_of
from app.wiring.review import wire_mirror, wire_pushes, wire_review

_MORE_THAN_WERE_LOST = 1_000_000
"""More versions than any node publishes between a backup and its restoration."""


class Services(Foundation):
    """All services, one thread-safe object per process. `fetcher` replaces the network. Raises SettingsInvalid."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock = utc_now,
        fetcher: Fetcher | None = None,
        after_step: AfterStep = nothing,
    ) -> None:
        super().__init__(settings, clock, after_step)
        sessions, schemas = self.sessions, self.schemas
        believed = OrganisationOrigins(sessions)
        self._given_fetcher = fetcher
        self._statements, self._files = StatementReader(schemas), wire_files(self)

        texts = ForeignTexts(sessions, self._statements, self._files)
        self.catalogue = catalogue = CatalogueService(
            sessions, self.content, clock, texts, global_names(settings), self.own_files
        )
        self.federation = wire_federation(self, catalogue)
        held = self.federation.held
        self.oai = wire_oai(self, catalogue, self.federation)
        self.reuse = ReuseService(catalogue, clock, believed)
        self.meaning = wire_meaning(settings, sessions, catalogue, schemas)
        self.index_place = IndexPlace(settings.index_path, settings.search)
        self.search = SearchService(
            self.index_place,
            catalogue,
            schemas,
            self.vocabularies,
            ReuseFacets(self.reuse.network, clock, BothNames(catalogue, held.sub_of), believed.ever),
            self.meaning,
            lambda uids: self.projections.forget(uids),  # noqa: PLW0108 - they rest on the search themselves
            CopyPreference(sessions),
        )
        self.neighbours = Neighbours(self.related, catalogue, self.search, self.meaning)
        self.already_there = AlreadyThere(self.search)
        self.places = PlaceDirectory(settings.data / OWN_FILE, settings.places_path)
        phases = [str(phase.value) for phase in schemas.choices("phase")]
        lessons = GoalLessons(catalogue, self.search, self.meaning)
        self.kickoff = KickoffService(self.search, catalogue, self.reuse, phases, goal_lessons=lessons)
        self.five_lines = FiveLinesReader(
            self._inhabitants,
            self._organisation,
            lambda: (catalogue.last_seq(), self.places.state()),
            lambda: catalogue.moment.is_whole,
        )
        # Stores derived from the texts, and background work
        self.projections = self._projections()
        self.derivation = Derivation(self.schedule, self.meaning, self.neighbours)
        self.follower = Follower(self.projections.head, self.projections.follow, lambda: catalogue.last_seq() > 0)
        stored = (catalogue.state, self.related.state, partial(shown, sessions))
        beside = (lambda: self.vocabularies.state, self.search.state, self.places.state, lambda: clock().date())
        self.state = NodeState(sessions, stored, beside)
        """Names the state of everything that pages for all readers show."""

    # The rest is created at first use: backup, restore and reports of a stolen key must work without a sign-in.

    def complete(self) -> Services:
        """Create all services, so that wrong settings show now; raises SettingsInvalid."""
        for name, part in vars(Services).items():
            if isinstance(part, cached_property):
                getattr(self, name)
        meaning_key(self.settings)
        return self

    @cached_property
    def fetcher(self) -> Fetcher:
        return self._given_fetcher or wire_fetcher(self.settings)

    @cached_property
    def harvest(self) -> HarvestService:
        parts = wire_runs(self, self.catalogue, self._statements, self.fetcher, self._files)
        own, follow = self.federation.issuer, self._follow_harvest
        return HarvestService(
            own,
            parts,
            catalogue=self.catalogue,
            sessions=self.sessions,
            follow=follow,
            members=self.federation.members,
            schema=self.schemas.validator("members"),
        )

    @cached_property
    def memos(self) -> MemoService:
        form, labels = MemoFormat.load(self.settings.schemas_path), MemoLabels(self.schemas, self.vocabularies)
        return MemoService(
            form,
            MemoExports(form, labels, zone_of(self.settings), self.memo_pages),
            MemoStore(self.sessions, self.clock, self.settings.memo_days, self.vault.seal),
            self.catalogue,
            self.kickoff.offers,
            self.five_lines,
            issuer=self.settings.issuer,
            home=self.federation.held.home,
        )

    @cached_property
    def identity(self) -> IdentityService:
        return wire_identity(self)

    @cached_property
    def review(self) -> ReviewService:
        steps = [(store.name, partial(store.follow, silent)) for store in self.projections.stores if store.follow]
        names = self.federation.held.sub_of
        return wire_review(
            self, self.catalogue, self.identity, names, self.places, steps, self.search, self.webhooks, self.five_lines
        )

    @cached_property
    def still_true(self) -> StillTrue:
        respond, per_day = self.review.responses.respond, self.settings.still_true_per_day
        return StillTrue(self.catalogue, self.confirmations, respond, per_day)

    @cached_property
    def webhooks(self) -> Webhooks:
        return Webhooks(self.sessions, self.clock, self.vault.token, lambda: self.fetcher, self.settings.issuer)

    @cached_property
    def following(self) -> Following:
        return wire_following(self, self.catalogue, self.search, self.kickoff, self.memos, self.review)

    @cached_property
    def privacy(self) -> Personal:
        purges = [self.memos.purge, self.following.subscriptions.purge]
        return wire_personal(self, self.identity, purges, self.federation.forget_erased)

    @cached_property
    def pushes(self) -> PushService:
        return wire_pushes(self, self.review)

    @cached_property
    def mirror(self) -> MirrorService | None:
        return wire_mirror(self, self.review, self.catalogue) if self.settings.mirror_url else None

    def _inhabitants(self, town: Municipality) -> Inhabitants | None:
        found = None if town.lies_in.is_abroad else self.places.known(town.name, town.state, town.kind, town.ars)
        if found is None or found.population is None:
            return None
        return Inhabitants(found.population, found.population_as_of)

    def _organisation(self, name: str) -> Record | None:
        ref = RecordRef.parse(name)
        entry = None if "://" in name else self.catalogue.visible().at(ref.kind, ref.slug, ref.origin)
        try:
            return self.catalogue.record(entry) if entry else None
        except (InvalidRecord, NotFound):
            # Records that name an organisation stay readable even if its profile is damaged.
            return None

    def _follow_harvest(self) -> None:
        self.search.catch_up()
        self.oai.projection.catch_up()
        self.review.corrections.take_in()
        self.review.responses.tell_arrivals()

    def tell_members(self) -> None:
        """Publish who is a member by now, and read those lists; raises KeyUnreadable and RepositoryBusy."""
        # A node without records of its own may not have begun its list.
        self.federation.follow()
        self.federation.listing.tell()
        self.harvest.associations.settle()

    def ask_mirrors(self) -> Mapping[str, str]:
        """Publish again after a restore, above what mirrors saw; returns why some could not be asked."""
        listed = self.federation.listing.listed
        silent, above = self.harvest.own_list_elsewhere(listed.version(), listed.root().signed)
        if not silent and self.restored.exists():
            self.catalogue.raise_above(self.catalogue.last_seq() + _MORE_THAN_WERE_LOST)
            self.follow()
            self.federation.listing.go_on_above(above)
            self.restored.unlink(missing_ok=True)
        return silent

    def _projections(self) -> Projections:
        """Return the derived stores; the writing machine follows the repository, others the database."""
        catalogue = Projection("catalogue", self.catalogue.catch_up, agree=self.catalogue.disagreements)
        index = Projection("index", self.search.catch_up, agree=lambda _progress: self.search.agree())
        exchange = Projection("exchange", self.federation.follow)
        offered = self.oai.projection
        registries = Projection("registries", offered.catch_up, agree=lambda _progress: offered.disagreements())
        vectors = Projection("meaning", lacking=self._missing_vectors, agree=self._differing_passages)
        # `Derivation` computes these two while the site runs.
        alike = Projection("neighbours", forget=self.related.forget, lacking=self.neighbours.lacking)
        if self.settings.reads_only:
            published = self.catalogue.published
            return Projections(lambda: " ".join(map(str, published())), self.vocabularies.refresh, (index, vectors))
        stores: tuple[Projection, ...] = (catalogue, index, exchange, registries, vectors, alike)
        if self.own_files:
            stores += (Projection("files", agree=self.own_files.agree),)
        return Projections(self.repository.head, self._prepare, stores)

    def _missing_vectors(self) -> int:
        meaning = self.meaning()
        return meaning.lacking() if meaning else 0

    def _differing_passages(self, _progress: object) -> tuple[Difference, ...]:
        meaning = self.meaning()
        return meaning.agree() if meaning and not meaning.lacking() else ()

    def _prepare(self) -> None:
        # A machine that another one has replaced must not update what is published.
        self.lease.hold()
        self.vocabularies.renew()

    def follow(self) -> None:
        """Process what was published since, however long it takes; cheap if nothing. Raises NotInitialised."""
        self.follower.follow()

    def keep_up(self) -> None:
        """Do the regular work of a process that only reads; called every few seconds."""
        self.follow()
        if meaning := self.meaning():
            meaning.refresh()

    def warm_up(self) -> None:
        """Read dictionaries and the list of places now instead of at the first search; needs no filled node."""
        _ = self.search.highlighter, len(self.places)

    def close(self) -> None:
        """End git's reading process and close the database's connections."""
        self.repository.close()
        self.sessions.engine.dispose()
