"""The one place where the parts of a node are put together.

A part is imported and made when it is first asked for, so that a command does not load what it has no use for.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from app.shared.clock import Clock, utc_now
from app.shared.config import Settings
from app.wiring.course import Course
from app.wiring.follower import Follower
from app.wiring.foundation import Foundation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.catalogue import CatalogueService
    from app.catalogue.node_state import NodeState
    from app.documents.writing.exports import PageExports
    from app.federation.fetching import Fetcher
    from app.federation.harvest.files.service import ForeignFiles
    from app.federation.harvest.origins import OrganisationOrigins
    from app.federation.harvest.service import HarvestService
    from app.federation.harvest.statement_reader import StatementReader
    from app.federation.service import FederationService
    from app.identity.service import IdentityService
    from app.kickoff.memo.service import MemoService
    from app.kickoff.places.directory import PlaceDirectory
    from app.kickoff.service import KickoffService
    from app.records.five_lines import FiveLinesReader
    from app.reuse.service import ReuseService
    from app.review.by_git.mirror import MirrorService
    from app.review.by_git.push import PushService
    from app.review.context import AfterStep
    from app.review.service import ReviewService
    from app.search.alike import AlreadyThere
    from app.search.neighbours import Neighbours
    from app.search.service import SearchService
    from app.wiring.following import Following
    from app.wiring.meaning import Derivation, OpenMeaning
    from app.wiring.personal import Personal


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
    """Everything that views and commands work with; one object per process, safe for its threads once complete."""

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
        from app.catalogue import CatalogueService
        from app.federation.harvest.foreign_texts import ForeignTexts
        from app.wiring.federation import global_names

        texts = ForeignTexts(self.sessions, self._statements, self._files.held)
        names = global_names(self.settings)
        return CatalogueService(self.sessions, self.content, self.clock, texts, names, self.own_files)

    @cached_property
    def search(self) -> SearchService:
        from app.wiring.search import wire_search

        names, forgetting = self.federation.held.sub_of, (self._related.forget,)
        return wire_search(self, self.catalogue, self.reuse, names, self._believed, self.meaning, forgetting)

    @cached_property
    def meaning(self) -> OpenMeaning:
        from app.wiring.meaning import wire_meaning

        return wire_meaning(self.settings, self.sessions, self.catalogue, self.schemas)

    @cached_property
    def neighbours(self) -> Neighbours:
        from app.search.neighbours import Neighbours

        return Neighbours(self._related, self.catalogue, self.search, self.meaning)

    @cached_property
    def already_there(self) -> AlreadyThere:
        from app.search.alike import AlreadyThere

        return AlreadyThere(self.search)

    @cached_property
    def reuse(self) -> ReuseService:
        from app.reuse.service import ReuseService

        return ReuseService(self.catalogue, self.clock, self._believed)

    @cached_property
    def kickoff(self) -> KickoffService:
        from app.wiring.search import wire_kickoff

        return wire_kickoff(self, self.search, self.catalogue, self.reuse, self.meaning)

    @cached_property
    def places(self) -> PlaceDirectory:
        from app.kickoff.places.directory import OWN_FILE, PlaceDirectory

        return PlaceDirectory(self.settings.data / OWN_FILE, self.settings.places_path)

    @cached_property
    def five_lines(self) -> FiveLinesReader:
        from app.wiring.five_lines import wire_five_lines

        return wire_five_lines(self.catalogue, self.places)

    @cached_property
    def memos(self) -> MemoService:
        from app.wiring.memos import wire_memos

        return wire_memos(self, self.catalogue, self.kickoff.offers, self.five_lines, self.federation.held.home)

    @cached_property
    def sheets(self) -> PageExports:
        from app.wiring.memos import wire_sheets

        return wire_sheets(self)

    # --- Other nodes

    @cached_property
    def federation(self) -> FederationService:
        from app.wiring.federation import wire_federation

        return wire_federation(self, self.catalogue)

    @cached_property
    def harvest(self) -> HarvestService:
        from app.federation.harvest.service import HarvestMeans
        from app.wiring.federation import wire_harvest

        means = HarvestMeans(fetcher=self.fetcher, files=self._files)
        return wire_harvest(self, self.catalogue, self.federation, self._statements, means, self.course.follow_harvest)

    def ask_peers(self) -> Mapping[str, str]:
        """Note which versions of own records peers hold that are not here; return who could not say now, and why.

        Once all of them have said it, a node that came from a backup publishes again.
        """
        from app.wiring.federation import wire_peer_questions

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
        from app.federation.harvest.statement_reader import StatementReader

        return StatementReader(self.schemas)

    @cached_property
    def _files(self) -> ForeignFiles:
        from app.wiring.federation import wire_files

        return wire_files(self)

    @cached_property
    def _believed(self) -> OrganisationOrigins:
        from app.federation.harvest.origins import OrganisationOrigins

        return OrganisationOrigins(self.sessions)

    @cached_property
    def fetcher(self) -> Fetcher:
        from app.wiring.federation import wire_fetcher

        return self._given_fetcher or wire_fetcher(self.settings)

    # --- People and what they propose

    @cached_property
    def identity(self) -> IdentityService:
        from app.wiring.identity import wire_identity

        return wire_identity(self)

    @cached_property
    def review(self) -> ReviewService:
        from app.wiring.review import wire_review

        names, namesakes = self.federation.held.sub_of, self.places.has_namesakes
        facets, steps = self.search.facet_keys, self.course.steps()
        return wire_review(self, self.catalogue, self.identity, names, namesakes, steps, facets, self.search)

    @cached_property
    def following(self) -> Following:
        from app.wiring.following import wire_following
        from app.wiring.review import wire_confirmations

        confirmations = wire_confirmations(self)
        return wire_following(
            self, self.catalogue, self.search, self.kickoff, self.memos, confirmations, lambda: self.review
        )

    @cached_property
    def privacy(self) -> Personal:
        from app.wiring.personal import wire_personal

        purges = [lambda: self.memos.purge(), lambda: self.following.subscriptions.purge()]  # noqa: PLW0108 - not before
        return wire_personal(self, self.identity, purges)

    @cached_property
    def pushes(self) -> PushService:
        from app.wiring.review import wire_pushes

        return wire_pushes(self, self.review)

    @cached_property
    def mirror(self) -> MirrorService | None:
        from app.wiring.review import wire_mirror

        return wire_mirror(self, self.review, self.catalogue) if self.settings.mirror_url else None

    # --- What goes on while the site runs

    @cached_property
    def derivation(self) -> Derivation:
        from app.wiring.meaning import Derivation

        return Derivation(self.schedule, self.meaning, self.neighbours)

    @cached_property
    def follower(self) -> Follower:
        return Follower(self.course.head, self.course.catch_up, lambda: self.catalogue.last_seq() > 0)

    @cached_property
    def state(self) -> NodeState:
        """Names the state of everything that pages for all readers show."""
        from app.catalogue.node_state import NodeState
        from app.federation.harvest.origins import shown

        stored = (self.catalogue.state, self._related.state, partial(shown, self.sessions))
        beside = (lambda: self.vocabularies.state, self.search.state, self.places.state, lambda: self.clock().date())
        return NodeState(self.sessions, stored, beside)

    @cached_property
    def course(self) -> Course:
        return Course(self)

    def follow(self) -> None:
        """Take in what was published since the last call, however long it takes; cheap when nothing was.

        Raises NotInitialised before the node has been filled.
        """
        self.follower.follow()

    def warm_up(self) -> None:
        """Read the dictionaries and the list of places now instead of at the first search; needs no node."""
        _ = self.search.highlighter, len(self.places)

    def close(self) -> None:
        """End the reading process of git and the database's connections."""
        self.repository.close()
        self.sessions.engine.dispose()
