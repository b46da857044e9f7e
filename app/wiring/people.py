"""Wires who signs in, who follows something by mail, and what gives out and forgets what is stored of people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial

from babel.dates import get_timezone

from app.catalogue import CatalogueService
from app.database.scrubbing import scrub
from app.following.followed_search import FollowedSearch, name_of, read
from app.following.letters import Letters
from app.following.notifier import NewsFinder, Notifier
from app.following.service import FollowingService
from app.identity.providers import Providers, load_providers
from app.identity.providers.provider import example_provider
from app.identity.service import IdentityService
from app.identity.traces import sealed_with
from app.kickoff.memo.service import MemoService
from app.kickoff.memo.wording import MemoLabels
from app.kickoff.service import KickoffService
from app.kickoff.situation import SituationChoices
from app.privacy.erasure import Erasure
from app.privacy.export import PersonExporter
from app.privacy.retention import Retention
from app.records.problem import InvalidRecord
from app.records.proposals import ProposalRefs
from app.records.repository import REVIEW_LOCK
from app.review.audit_log import AuditLog
from app.review.models import NoticeKind
from app.review.notices.mail import WriteLetter
from app.review.service import ReviewService
from app.search.port import Cursor
from app.search.service import SearchService
from app.shared.config import Settings, SettingsInvalid
from app.shared.config.load import SettingProblem, read_secret_key
from app.shared.errors import NotFound
from app.wiring.foundation import Foundation

_TOPICS = "topics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """The use cases of followers, the rounds that tell them, and how a search that they follow is read."""

    subscriptions: FollowingService
    notifier: Notifier
    search_of: Callable[[str], FollowedSearch]


def wire_following(
    base: Foundation,
    catalogue: CatalogueService,
    search: SearchService,
    kickoff: KickoffService,
    memos: MemoService,
    review: ReviewService,
) -> Following:
    """Return them on the stores of the node."""
    zone = zone_of(base.settings)

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
        return (one.record_id for one in review.responses.of(record_id))

    def finder() -> NewsFinder | None:
        upto = whole()
        return NewsFinder(catalogue, kickoff, memos, responses, base.settings.issuer, upto) if upto.seq else None

    def search_of(written: str) -> FollowedSearch:
        return read(written, search.facet_keys(), lambda: _choices(base))

    return Following(
        subscriptions=FollowingService(base.sessions, base.clock, base.followers, base.confirmations, beginning, zone),
        notifier=Notifier(base.sessions, base.clock, base.followers, finder, search_of, zone),
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
    return {NoticeKind.DIGEST: Letters(base.sessions, base.followers, catalogue, named, site, issuer).digest}


def _choices(base: Foundation) -> SituationChoices:
    topics = base.vocabularies.get(_TOPICS)
    return SituationChoices.of(base.schemas, tuple(topic.id for topic in topics.concepts) if topics else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """The use cases around what is stored of people."""

    erasure: Erasure
    export: PersonExporter
    retention: Retention


def wire_personal(base: Foundation, identity: IdentityService, purges: Sequence[Callable[[], object]]) -> Personal:
    """Return them on the stores of the node; `purges` forget what has nothing to do with accounts."""
    erasure = Erasure(
        identity=identity,
        sessions=base.sessions,
        refs=ProposalRefs(base.repository),
        lock=partial(base.repository.exclusive, REVIEW_LOCK),
        confirmations=base.confirmations,
        followers=base.followers,
        audit=AuditLog(base.sessions, base.clock),
        files=(
            ("inbox", base.public_copy.empty_inbox),
            ("objects", base.repository.scrub),
            ("database", lambda: scrub(base.sessions)),
            *((("files", base.own_files.clear),) if base.own_files else ()),
        ),
        clock=base.clock,
        after_step=base.after_step,
    )
    return Personal(
        erasure=erasure,
        export=PersonExporter(erasure, base.content.path_of),
        retention=Retention(erasure, purges),
    )


def wire_identity(base: Foundation) -> IdentityService:
    """Return who knows people, their roles and their providers; raises SettingsInvalid."""
    settings = base.settings
    if settings.providers and not settings.providers.is_file():
        # Else a misspelt name would end all sessions, as if the operator had taken every provider out.
        reason = f"there is no file {settings.providers}"
        raise SettingsInvalid((SettingProblem(variable="NODE_PROVIDERS", reason=reason),))
    providers = load_providers(settings.providers_path)
    if settings.example_provider:
        providers = Providers((*providers, example_provider(settings.example_provider)))
    seal = sealed_with(lambda: read_secret_key(settings))
    hours, reads_only = settings.session_hours, settings.reads_only
    return IdentityService(base.sessions, base.clock, providers, hours, seal, reads_only=reads_only)


def zone_of(settings: Settings) -> tzinfo:
    """Return the time zone of the site; raises SettingsInvalid for one that does not exist."""
    try:
        return get_timezone(settings.timezone)
    except LookupError as error:
        problem = SettingProblem(variable="NODE_TIMEZONE", reason="is no time zone such as Europe/Berlin")
        raise SettingsInvalid((problem,)) from error
