"""Wires sign-in, subscriptions by e-mail, and export and erasure of personal data."""

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
from app.privacy.erased import ErasedList
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
    """The use cases of subscriptions, the notifier, and the parser of subscribed searches."""

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
    """Return the use cases of subscriptions with their notifier."""
    zone = zone_of(base.settings)

    def whole() -> Cursor:
        # Read the generation first: anything rebuilt after that belongs to a later one.
        generation, indexed = catalogue.generation(), search.cursor()
        # News not indexed yet must wait for the next message; otherwise nobody would ever report them.
        return Cursor(min(catalogue.last_seq(), indexed), generation)

    def beginning() -> Cursor:
        # An index that has to be rebuilt has no position.
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
    """Return the writers of e-mails to followers, by kind; `facets` are the filters that a search may have."""

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
    """The use cases for stored personal data."""

    erasure: Erasure
    export: PersonExporter
    retention: Retention


def wire_personal(
    base: Foundation,
    identity: IdentityService,
    purges: Sequence[Callable[[], object]],
    forget_listed: Callable[[], object],
) -> Personal:
    """Return the use cases; `purges` expire data without account, `forget_listed` updates lists for nodes."""
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
            ("list", forget_listed),
        ),
        erased=ErasedList(base.settings.data),
        clock=base.clock,
        after_step=base.after_step,
    )
    return Personal(
        erasure=erasure, export=PersonExporter(erasure, base.content.path_of), retention=Retention(erasure, purges)
    )


def wire_identity(base: Foundation) -> IdentityService:
    """Wire people, roles and providers; raises SettingsInvalid."""
    settings = base.settings
    if settings.providers and not settings.providers.is_file():
        # Otherwise a misspelt file name would end all sessions, as if the operator had removed every provider.
        reason = f"there is no file {settings.providers}"
        raise SettingsInvalid((SettingProblem(variable="NODE_PROVIDERS", reason=reason),))
    providers = load_providers(settings.providers_path)
    if settings.example_provider:
        providers = Providers((*providers, example_provider(settings.example_provider)))
    seal = sealed_with(lambda: read_secret_key(settings))
    hours, reads_only = settings.session_hours, settings.reads_only
    return IdentityService(base.sessions, base.clock, providers, hours, seal, reads_only=reads_only)


def zone_of(settings: Settings) -> tzinfo:
    """Return the time zone of the site; raises SettingsInvalid if it does not exist."""
    try:
        return get_timezone(settings.timezone)
    except LookupError as error:
        problem = SettingProblem(variable="NODE_TIMEZONE", reason="is no time zone such as Europe/Berlin")
        raise SettingsInvalid((problem,)) from error
