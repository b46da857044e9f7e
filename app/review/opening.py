# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Puts the parts of review together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.catalogue import CatalogueService
from app.clock import Clock
from app.content.proposals import ProposalRefs
from app.content.repository import ContentRepository
from app.content.schema import SchemaSet
from app.content.service import ContentService
from app.content.vocabulary import Vocabulary
from app.db import Sessions
from app.review.change import Changes
from app.review.curation.discussion import Discussion
from app.review.curation.service import CurationService
from app.review.desk import AfterStep, Desk, nothing
from app.review.drafts.recovery import Recovery
from app.review.drafts.service import DraftService
from app.review.drafts.store import DraftStore
from app.review.journal.audit import AuditLog
from app.review.journal.notices import Notices
from app.review.mail.courier import Courier
from app.review.mail.port import MailPort
from app.review.model.notice import Notice
from app.review.model.people import People
from app.review.proposals.comparing import Comparing
from app.review.proposals.intake import Intake
from app.review.proposals.lock import ReviewLock
from app.review.proposals.overtaken import OvertakenDrafts
from app.review.proposals.revising import Reviser
from app.review.proposals.sending import Sender
from app.review.proposals.service import ProposalService
from app.review.proposals.store import ProposalStore
from app.review.publishing.direct import DirectPress
from app.review.publishing.meeting import MeetingRoom
from app.review.publishing.press import FollowUp, Press
from app.review.queue.overdue import OverdueRecords
from app.review.queue.proposals import ProposalQueue
from app.review.records.service import RecordService
from app.review.repair.adopting import Adopter
from app.review.repair.completing import Completer
from app.review.repair.reconciliation import Reconciliation
from app.review.repair.returning import Returner
from app.review.responses.index import ResponseIndex
from app.review.responses.service import ResponseService
from app.review.responses.targets import GlobalName
from app.review.service import ReviewService
from app.review.text.examining import Examiner
from app.review.text.references import ReferenceRules
from app.review.text.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The stores of the node that review works on."""

    repository: ContentRepository
    content: ContentService
    catalogue: CatalogueService
    sessions: Sessions
    schemas: SchemaSet
    vocabularies: Mapping[str, Vocabulary]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What lies around review: people, mail, and what follows a publication by name, in order.

    `site` is the name of the node, `address` gives the page of a notice and `global_name` the name by which every node
    knows a record.
    """

    people: People
    mail: MailPort | None
    site: str
    address: Callable[[Notice], str]
    global_name: GlobalName
    follow_ups: Sequence[tuple[str, FollowUp]]
    after_step: AfterStep = nothing


def open_review(stores: Stores, around: Surroundings, clock: Clock) -> ReviewService:
    """Return review on these stores; nothing is read or created."""
    desk = _desk(stores, around, clock)
    rules = ReferenceRules(stores.schemas, stores.catalogue, stores.vocabularies)
    examiner = Examiner(stores.schemas, stores.catalogue, rules, clock)
    intake = Intake(desk, examiner)
    reviser = Reviser(desk, intake)
    press = Press(desk, around.follow_ups)
    direct = DirectPress(desk, press)
    drafts, recovery = DraftStore(), Recovery(desk.store, desk.texts, desk.changes)
    return ReviewService(
        drafts=DraftService(
            sessions=stores.sessions,
            store=drafts,
            recovery=recovery,
            texts=desk.texts,
            catalogue=stores.catalogue,
            schemas=stores.schemas,
            clock=clock,
        ),
        proposals=ProposalService(
            desk,
            intake=intake,
            reviser=reviser,
            sender=Sender(desk, intake, reviser, drafts),
            comparing=Comparing(desk, examiner),
            drafts=drafts,
            recovery=recovery,
        ),
        overtaken=OvertakenDrafts(desk, drafts),
        curation=CurationService(
            desk,
            reviser=reviser,
            discussion=Discussion(desk, drafts, recovery),
            room=MeetingRoom(desk.texts, examiner),
            press=press,
        ),
        records=RecordService(desk, direct, examiner),
        responses=ResponseService(
            desk,
            press=direct,
            examiner=examiner,
            catalogue=stores.catalogue,
            index=ResponseIndex(stores.catalogue, around.global_name),
            name=around.global_name,
            vocabularies=stores.vocabularies,
        ),
        queue=ProposalQueue(desk),
        overdue=OverdueRecords(desk, stores.catalogue, stores.schemas),
        notices=desk.notices,
        audit=desk.audit,
        courier=Courier(stores.sessions, clock, around.people, around.mail, site=around.site, address=around.address),
        reconciliation=Reconciliation(
            desk,
            press,
            Completer(desk),
            Adopter(desk, examiner, stores.repository),
            Returner(desk, drafts, recovery),
        ),
    )


def _desk(stores: Stores, around: Surroundings, clock: Clock) -> Desk:
    refs = ProposalRefs(stores.repository)
    texts = Texts(stores.repository, stores.content, refs)
    return Desk(
        sessions=stores.sessions,
        lock=ReviewLock(stores.repository),
        store=ProposalStore(),
        texts=texts,
        changes=Changes(texts),
        refs=refs,
        audit=AuditLog(stores.sessions, clock),
        notices=Notices(stores.sessions, clock),
        people=around.people,
        clock=clock,
        after_step=around.after_step,
    )
