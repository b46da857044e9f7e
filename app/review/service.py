"""Everything that review offers, by who does it, put together from the stores of the node."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from app.catalogue import CatalogueService
from app.database import Sessions
from app.records.proposals import ProposalRefs
from app.records.repository import REVIEW_LOCK, ContentRepository
from app.records.schema import SchemaSet
from app.records.service import ContentService
from app.records.vocabulary import Vocabulary
from app.review.audit_log import AuditLog
from app.review.confirming.confirmations import Confirmations
from app.review.confirming.questions import GuestQuestions
from app.review.context import AfterStep, ReviewContext, nothing
from app.review.curation import CurationService
from app.review.discussion import Discussion
from app.review.drafts.service import DraftService
from app.review.drafts.stale_drafts import StaleDrafts
from app.review.drafts.start import ProposalDrafts
from app.review.drafts.store import DraftStore
from app.review.models import Notice, NoticeKind
from app.review.notices.mail import MailPort, MailSender, WriteLetter
from app.review.notices.notice import Notices
from app.review.people import People
from app.review.proposals.intake import Intake
from app.review.proposals.reviser import Reviser
from app.review.proposals.service import ProposalService
from app.review.proposals.store import ProposalStore
from app.review.publisher import FollowUp, Publisher
from app.review.queue import OverdueRecords, ProposalQueue, Search
from app.review.quota import Hourly, Quota
from app.review.records import RecordService
from app.review.repair.reconciliation import Reconciliation
from app.review.responses.response import GlobalName
from app.review.responses.service import ResponseService
from app.review.subject import HasNamesakes
from app.review.text.examiner import Examiner, ReferenceRules
from app.review.text.stored import StoredTexts
from app.shared.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewService:
    """The use cases of review; one object per process, safe for all its threads.

    Each method is one use case with one typed outcome, and takes the acting person. What a use case needs to change in
    several places it changes so that `reconciliation` can finish it after a crash.
    """

    drafts: DraftService
    proposals: ProposalService
    confirmations: Confirmations
    guests: GuestQuestions
    stale_drafts: StaleDrafts
    curation: CurationService
    records: RecordService
    responses: ResponseService
    queue: ProposalQueue
    overdue: OverdueRecords
    notices: Notices
    audit: AuditLog
    mail: MailSender
    reconciliation: Reconciliation


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The stores of the node that review works on."""

    repository: ContentRepository
    content: ContentService
    catalogue: CatalogueService
    sessions: Sessions
    schemas: SchemaSet
    vocabularies: Mapping[str, Vocabulary]
    search: Search


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What lies around review: people, mail, and what follows a publication by name, in order.

    `confirmations` keeps what people without an account have to confirm, `site` is the name of the node, `address`
    gives the page of a notice, `global_name` the name by which every node knows a record, and `letters` write what is
    no news of review.
    """

    people: People
    confirmations: Confirmations
    mail: MailPort | None
    site: str
    address: Callable[[Notice], str]
    global_name: GlobalName
    has_namesakes: HasNamesakes
    follow_ups: Sequence[tuple[str, FollowUp]]
    after_step: AfterStep = nothing
    strangers: Callable[[], Mapping[str, datetime]] = dict
    hourly: Hourly = field(default_factory=Hourly)
    letters: Mapping[NoticeKind, WriteLetter] = field(default_factory=dict)


def open_review(stores: Stores, around: Surroundings, clock: Clock) -> ReviewService:
    """Return review on these stores; nothing is read or created."""
    context = _context(stores, around, clock)
    intake = Intake(context)
    reviser = Reviser(context, intake)
    publisher = Publisher(context, around.follow_ups)
    returned = ProposalDrafts(context)
    proposals = ProposalService(context, intake, reviser, returned)
    return ReviewService(
        drafts=DraftService(context, returned),
        proposals=proposals,
        confirmations=around.confirmations,
        guests=GuestQuestions(around.confirmations, proposals, stores.sessions),
        stale_drafts=StaleDrafts(context),
        curation=CurationService(context, reviser, Discussion(context, returned), publisher),
        records=RecordService(context, publisher),
        responses=ResponseService(context, publisher, stores.vocabularies.get("topics")),
        queue=ProposalQueue(context),
        overdue=OverdueRecords(context, stores.search),
        notices=context.notices,
        audit=context.audit,
        mail=MailSender(
            stores.sessions,
            clock,
            around.people,
            around.mail,
            site=around.site,
            address=around.address,
            letters=around.letters,
        ),
        reconciliation=Reconciliation(context, publisher, returned),
    )


def _context(stores: Stores, around: Surroundings, clock: Clock) -> ReviewContext:
    refs = ProposalRefs(stores.repository)
    rules = ReferenceRules(stores.schemas, stores.catalogue, stores.vocabularies)
    return ReviewContext(
        sessions=stores.sessions,
        catalogue=stores.catalogue,
        schemas=stores.schemas,
        examiner=Examiner(stores.schemas, stores.catalogue, rules, clock),
        lock=partial(stores.repository.exclusive, REVIEW_LOCK),
        store=ProposalStore(),
        drafts=DraftStore(),
        texts=StoredTexts(stores.repository, stores.content, refs),
        refs=refs,
        audit=AuditLog(stores.sessions, clock),
        notices=Notices(stores.sessions, clock),
        people=around.people,
        clock=clock,
        quota=Quota(around.hourly, clock),
        global_name=around.global_name,
        has_namesakes=around.has_namesakes,
        after_step=around.after_step,
        strangers=around.strangers,
    )
