"""The one place where the parts of a node are put together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial

from app.catalogue import CatalogueService
from app.catalogue.agreement import Difference
from app.catalogue.ledger import silent
from app.catalogue.moment import NodeState
from app.catalogue.projection import Follower, Projection, Projections
from app.federation.fetching import Fetcher
from app.federation.harvest.files.service import ForeignFiles
from app.federation.harvest.foreign_texts import ForeignTexts
from app.federation.harvest.homes import Homes
from app.federation.harvest.origins import OrganisationOrigins, shown
from app.federation.harvest.service import HarvestMeans, HarvestService
from app.federation.harvest.statement_reader import StatementReader
from app.federation.service import FederationService
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
from app.review.context import AfterStep
from app.review.service import ReviewService
from app.search.alike import AlreadyThere
from app.search.engine import IndexPlace
from app.search.neighbours import Neighbours
from app.search.service import SearchService
from app.shared.clock import Clock, utc_now
from app.shared.config import Settings
from app.shared.errors import NotFound
from app.wiring.federation import (
    global_names,
    wire_federation,
    wire_fetcher,
    wire_files,
    wire_peer_questions,
)
from app.wiring.foundation import Foundation
from app.wiring.meaning import Derivation, OpenMeaning, wire_meaning
from app.wiring.people import Following, Personal, wire_following, wire_identity, wire_personal, zone_of
from app.wiring.review import wire_mirror, wire_pushes, wire_review

_MORE_THAN_WERE_LOST = 1_000_000
"""No node publishes so much between a backup and its return."""


def wire(
    settings: Settings,
    clock: Clock = utc_now,
    fetcher: Fetcher | None = None,
    after_step: AfterStep | None = None,
) -> Services:
    """Wire a whole node from its settings. Nothing is created and nothing is read but the schemas.

    `fetcher` takes the place of the network to other nodes; `after_step` is told each step of publishing. Raises
    SettingsInvalid.
    """
    return Services(settings, clock, fetcher, after_step).complete()


class Services(Foundation):
    """Everything that views and commands work with; one object per process, safe for its threads once complete.

    A part is made when it is first asked for, so that a command does not make what it has no use for.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock = utc_now,
        fetcher: Fetcher | None = None,
        after_step: AfterStep | None = None,
    ) -> None:
        super().__init__(settings, clock, after_step or (lambda _step: None))
        self._given_fetcher = fetcher

    def complete(self) -> Services:
        """Make every part, so that wrong settings show now; raises SettingsInvalid."""
        for name, part in (vars(Foundation) | vars(Services)).items():
            if isinstance(part, cached_property):
                getattr(self, name)
        return self

    # --- All records

    @cached_property
    def catalogue(self) -> CatalogueService:
        texts = ForeignTexts(self.sessions, self._statements, self._files.held)
        names = global_names(self.settings)
        return CatalogueService(self.sessions, self.content, self.clock, texts, names, self.own_files)

    @cached_property
    def search(self) -> SearchService:
        names = BothNames(self.catalogue, self.federation.held.sub_of)
        facets = ReuseFacets(self.reuse.network, self.clock, names, self._believed.ever)
        return SearchService(
            self.index_place,
            self.catalogue,
            self.schemas,
            self.vocabularies,
            facets,
            self.meaning,
            lambda uids: self.projections.forget(uids),  # noqa: PLW0108 - they rest on the search themselves
            Homes(self.sessions),
        )

    @property
    def index_place(self) -> IndexPlace:
        """Where the index lies that the operator chose."""
        return IndexPlace(self.settings.index_path, self.settings.search)

    @cached_property
    def meaning(self) -> OpenMeaning:
        return wire_meaning(self.settings, self.sessions, self.catalogue, self.schemas)

    @cached_property
    def neighbours(self) -> Neighbours:
        return Neighbours(self.related, self.catalogue, self.search, self.meaning)

    @cached_property
    def already_there(self) -> AlreadyThere:
        return AlreadyThere(self.search)

    @cached_property
    def reuse(self) -> ReuseService:
        return ReuseService(self.catalogue, self.clock, self._believed)

    @cached_property
    def kickoff(self) -> KickoffService:
        phases = [str(phase.value) for phase in self.schemas.choices("phase")]
        lessons = GoalLessons(self.catalogue, self.search, self.meaning)
        return KickoffService(self.search, self.catalogue, self.reuse, phases, goal_lessons=lessons)

    @cached_property
    def places(self) -> PlaceDirectory:
        return PlaceDirectory(self.settings.data / OWN_FILE, self.settings.places_path)

    @cached_property
    def five_lines(self) -> FiveLinesReader:
        def known(town: Municipality) -> Inhabitants | None:
            abroad = town.lies_in.is_abroad
            found = None if abroad else self.places.known(town.name, town.state, town.kind, town.ars)
            if found is None or found.population is None:
                return None
            return Inhabitants(found.population, found.population_as_of)

        def organisation(name: str) -> Record | None:
            ref = RecordRef.parse(name)
            entry = None if "://" in name else self.catalogue.visible().at(ref.kind, ref.slug, ref.origin)
            try:
                return self.catalogue.record(entry) if entry else None
            except (InvalidRecord, NotFound):
                # A profile that cannot be read keeps nobody from reading the record that names it.
                return None

        def stamp() -> tuple[int, object]:
            return self.catalogue.last_seq(), self.places.state()

        return FiveLinesReader(known, organisation, stamp, lambda: self.catalogue.moment.is_whole)

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

    # --- Other nodes

    @cached_property
    def federation(self) -> FederationService:
        return wire_federation(self, self.catalogue)

    @cached_property
    def harvest(self) -> HarvestService:
        return HarvestService(
            self.federation,
            catalogue=self.catalogue,
            sessions=self.sessions,
            reader=self._statements,
            means=HarvestMeans(fetcher=self.fetcher, files=self._files),
            follow=self._follow_harvest,
            clock=self.clock,
        )

    def _follow_harvest(self) -> None:
        """Bring up to date what rests on the records of other nodes."""
        self.search.catch_up()
        self.federation.held.catch_up()
        self.review.responses.tell_arrivals()

    def ask_peers(self) -> Mapping[str, str]:
        """Note which versions of own records peers hold that are not here; return who could not say now, and why.

        Once all of them have said it, a node that came from a backup publishes again.
        """
        silent = wire_peer_questions(self, self.catalogue, self.federation, self.fetcher).ask()
        if not silent and self.restored.exists():
            # Partners have seen numbers above those of the backup, and take an equal one for nothing new.
            self.catalogue.raise_above(self.catalogue.last_seq() + _MORE_THAN_WERE_LOST)
            self.follow()
            self.federation.held.catch_up()
            self.restored.unlink(missing_ok=True)
        return silent

    @cached_property
    def _statements(self) -> StatementReader:
        return StatementReader(self.schemas)

    @cached_property
    def _files(self) -> ForeignFiles:
        return wire_files(self)

    @cached_property
    def _believed(self) -> OrganisationOrigins:
        return OrganisationOrigins(self.sessions)

    @cached_property
    def fetcher(self) -> Fetcher:
        return self._given_fetcher or wire_fetcher(self.settings)

    # --- People and what they propose

    @cached_property
    def identity(self) -> IdentityService:
        return wire_identity(self)

    @cached_property
    def review(self) -> ReviewService:
        steps = [(store.name, partial(store.follow, silent)) for store in self.projections.stores if store.follow]
        names, namesakes = self.federation.held.sub_of, self.places.has_namesakes
        return wire_review(self, self.catalogue, self.identity, names, namesakes, steps, self.search)

    @cached_property
    def following(self) -> Following:
        return wire_following(self, self.catalogue, self.search, self.kickoff, self.memos, lambda: self.review)

    @cached_property
    def privacy(self) -> Personal:
        purges = [lambda: self.memos.purge(), lambda: self.following.subscriptions.purge()]  # noqa: PLW0108 - not before
        return wire_personal(self, self.identity, purges)

    @cached_property
    def pushes(self) -> PushService:
        return wire_pushes(self, self.review)

    @cached_property
    def mirror(self) -> MirrorService | None:
        return wire_mirror(self, self.review, self.catalogue) if self.settings.mirror_url else None

    # --- What goes on while the site runs

    @cached_property
    def projections(self) -> Projections:
        """What is derived from the texts: on the machine that writes from the repository, elsewhere from its rows."""
        held = self.federation.held
        catalogue = Projection("catalogue", self.catalogue.catch_up, agree=self.catalogue.disagreements)
        index = Projection("index", self.search.catch_up, agree=lambda _progress: self.search.agree())
        offers = Projection("exchange", held.catch_up, agree=lambda _progress: held.disagreements())
        vectors = Projection("meaning", lacking=self._missing_vectors, agree=self._differing_passages)
        # `Derivation` works these two out while the site runs.
        alike = Projection("neighbours", forget=self.related.forget, lacking=self.neighbours.lacking)
        if self.settings.reads_only:
            return Projections(self._published, self.vocabularies.refresh, (index, vectors))
        stores: tuple[Projection, ...] = (catalogue, index, offers, vectors, alike)
        if self.own_files:
            stores += (Projection("files", agree=self.own_files.agree),)
        return Projections(self.repository.head, self._prepare, stores)

    def _missing_vectors(self) -> int:
        meaning = self.meaning()
        return meaning.lacking() if meaning else 0

    def _differing_passages(self, _progress: object) -> tuple[Difference, ...]:
        meaning = self.meaning()
        return meaning.agree() if meaning and not meaning.lacking() else ()

    def _published(self) -> str:
        return " ".join(map(str, self.catalogue.published()))

    def _prepare(self) -> None:
        # A machine whose place another one has taken must not say what is published.
        self.lease.hold()
        self.vocabularies.refresh()
        self.vocabularies.hand_on()

    @cached_property
    def derivation(self) -> Derivation:
        return Derivation(self.schedule, self.meaning, self.neighbours)

    @cached_property
    def follower(self) -> Follower:
        return Follower(self.projections.head, self.projections.follow, lambda: self.catalogue.last_seq() > 0)

    @cached_property
    def state(self) -> NodeState:
        """Names the state of everything that pages for all readers show."""
        stored = (self.catalogue.state, self.related.state, partial(shown, self.sessions))
        beside = (lambda: self.vocabularies.state, self.search.state, self.places.state, lambda: self.clock().date())
        return NodeState(self.sessions, stored, beside)

    def follow(self) -> None:
        """Take in what was published since the last call, however long it takes; cheap when nothing was.

        Raises NotInitialised before the node has been filled.
        """
        self.follower.follow()

    def keep_up(self) -> None:
        """Do what a process that only reads does every few seconds."""
        self.follow()
        meaning = self.meaning()
        if meaning:
            meaning.refresh()

    def warm_up(self) -> None:
        """Read the dictionaries and the list of places now instead of at the first search; needs no node."""
        _ = self.search.highlighter, len(self.places)

    def close(self) -> None:
        """End the reading process of git and the database's connections."""
        self.repository.close()
        self.sessions.engine.dispose()
