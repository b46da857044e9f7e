"""Wires what gives out and forgets what is stored of people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from app.database.scrubbing import scrub
from app.identity.service import IdentityService
from app.privacy.erasure import Erasure, Surface
from app.privacy.export import PersonExporter
from app.privacy.retention import Retention
from app.records.proposals import ProposalRefs
from app.records.repository import REVIEW_LOCK
from app.review.audit_log import AuditLog
from app.review.notices.notice import Notices
from app.wiring.following import wire_followers
from app.wiring.foundation import Foundation
from app.wiring.review import wire_confirmations


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """The use cases around what is stored of people."""

    erasure: Erasure
    export: PersonExporter
    retention: Retention


def wire_personal(base: Foundation, identity: IdentityService, purges: Sequence[Callable[[], object]]) -> Personal:
    """Return them on the stores of the node; `purges` forget what has nothing to do with accounts."""
    refs, followers = ProposalRefs(base.repository), wire_followers(base)
    confirmations = wire_confirmations(base)
    audit, notices = AuditLog(base.sessions, base.clock), Notices(base.sessions, base.clock)
    surface = Surface(
        sessions=base.sessions,
        refs=refs,
        lock=partial(base.repository.exclusive, REVIEW_LOCK),
        confirmations=confirmations,
        followers=followers,
        audit=audit,
        files=(
            ("inbox", base.public_copy.empty_inbox),
            ("objects", base.repository.scrub),
            ("database", lambda: scrub(base.sessions)),
            *((("files", base.own_files.clear),) if base.own_files else ()),
        ),
        after_step=base.after_step,
    )
    path_of, erasure = base.content.path_of, Erasure(identity, surface, base.clock)
    return Personal(
        erasure=erasure,
        export=PersonExporter(base.sessions, identity.people, confirmations, followers, refs, path_of, base.clock),
        retention=Retention(base.sessions, identity, erasure, notices, audit, purges, base.clock),
    )
