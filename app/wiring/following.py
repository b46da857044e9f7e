"""Wires subscriptions by mail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from app.catalogue import CatalogueService
from app.following.followed_search import FollowedSearch, name_of, read
from app.following.letters import Letters
from app.following.notifier import NewsFinder, Notifier
from app.following.service import FollowerStore, FollowingService
from app.kickoff.memo.service import MemoService
from app.kickoff.memo.wording import MemoLabels
from app.kickoff.parameters import SituationChoices
from app.kickoff.service import KickoffService
from app.records.problem import InvalidRecord
from app.review.confirmations import Confirmations
from app.review.models import NoticeKind
from app.review.notices.mail import WriteLetter
from app.review.service import ReviewService
from app.search.port import Cursor
from app.search.service import SearchService
from app.shared.errors import NotFound
from app.wiring.foundation import Foundation
from app.wiring.memos import zone_of

_TOPICS = "topics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """The use cases of followers, the rounds that tell them, and how a search that they follow is read."""

    subscriptions: FollowingService
    notifier: Notifier
    search_of: Callable[[str], FollowedSearch]


def wire_followers(base: Foundation) -> FollowerStore:
    """Return what keeps the addresses of people who follow something."""
    return FollowerStore(base.sessions, base.vault)


def wire_following(
    base: Foundation,
    catalogue: CatalogueService,
    search: SearchService,
    kickoff: KickoffService,
    memos: MemoService,
    confirmations: Confirmations,
    review: Callable[[], ReviewService],
) -> Following:
    """Return them on the stores of the node; `review` is asked for when it is needed."""
    zone, store = zone_of(base.settings), wire_followers(base)

    def whole() -> Cursor:
        # The generation first: what is built anew meanwhile then is none of it.
        generation, indexed = catalogue.generation(), search.cursor()
        # What the index does not know yet is told the next time, or it would be told never.
        return Cursor(min(catalogue.last_seq(), indexed), generation)

    def beginning() -> Cursor:
        # An index that has to be built anew does not say how far it was.
        found = whole()
        return found if found.seq else Cursor(catalogue.last_seq(), found.generation)

    def responses(record_id: str) -> Iterable[str]:
        return (one.record_id for one in review().responses.of(record_id))

    def finder() -> NewsFinder | None:
        upto = whole()
        return NewsFinder(catalogue, kickoff, memos, responses, base.settings.issuer, upto) if upto.seq else None

    def search_of(written: str) -> FollowedSearch:
        return read(written, search.facet_keys(), lambda: _choices(base))

    return Following(
        subscriptions=FollowingService(base.sessions, base.clock, store, confirmations, beginning, zone),
        notifier=Notifier(base.sessions, base.clock, store, finder, search_of, zone),
        search_of=search_of,
    )


def wire_letters(
    base: Foundation, catalogue: CatalogueService, facets: Callable[[], Iterable[str]]
) -> Mapping[NoticeKind, WriteLetter]:
    """Return what writes the messages to followers; `facets` are the filters that a search may have."""

    def title_of(name: str) -> str:
        entry = catalogue.named(name)
        try:
            return catalogue.record(entry).title if entry else name
        except (InvalidRecord, NotFound):
            return name

    def named(written: str, lang: str) -> str:
        followed = read(written, facets(), lambda: _choices(base))
        return name_of(followed, MemoLabels(base.schemas, base.vocabularies), title_of, lang)

    site, issuer = base.settings.name, base.settings.issuer
    return {NoticeKind.DIGEST: Letters(base.sessions, wire_followers(base), catalogue, named, site, issuer).digest}


def _choices(base: Foundation) -> SituationChoices:
    topics = base.vocabularies.get(_TOPICS)
    return SituationChoices.of(base.schemas, tuple(topic.id for topic in topics.concepts) if topics else ())
