"""Erases a person: first all rows in one transaction, then what files still hold of them, each step repeatable.

The audit log of people says "deleted" with the transaction and "erased" once the files are clean. In between, after a
crash or while somebody is in the way, whoever calls next or goes round finishes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col

from app.database import Sessions
from app.following.models import Subscription
from app.following.store import FollowerStore
from app.identity import audit_log
from app.identity.errors import PersonNotFound
from app.identity.models import AccessToken, AccountEvent, SignInSession
from app.identity.service import IdentityService
from app.privacy.forgetting import forget
from app.privacy.share import Share, shares_of
from app.records.proposals import ProposalRefs
from app.review.audit_log import AuditLog
from app.review.confirming.confirmations import Confirmations, guest_id
from app.review.context import AfterStep, nothing
from app.review.models import Draft, Notice, Remark
from app.review.proposals.store import ProposalStore
from app.shared.clock import Clock
from app.shared.errors import Unavailable

_log = structlog.get_logger(__name__)


class ErasureReason(StrEnum):
    """Why somebody is forgotten; a code, so that the log of it names nobody."""

    OWN = "own"
    REQUEST = "request"
    OBJECTION = "objection"
    UNLAWFUL = "unlawful"
    LEFT = "left"
    UNUSED = "unused"


class ErasureWaits(Unavailable):
    """Some `parts` of the node could not be cleaned just now; what is left is done another time."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """How much is stored of somebody beside the account, and what of each proposal."""

    counts: Mapping[str, int]
    shares: tuple[Share, ...]

    @property
    def published(self) -> tuple[str, ...]:
        """Return the records whose history holds what they wrote."""
        return tuple(sorted({one.record for one in self.shares if one.is_published}))

    @property
    def shared(self) -> tuple[Share, ...]:
        """Return the open proposals that stay because others wrote in them as well."""
        return tuple(one for one in self.shares if one.stays and not one.is_published)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """What erasing works on beside the rows of people; `files` are cleaned by name, in this order.

    A step that answers False was not possible just now.
    """

    sessions: Sessions
    refs: ProposalRefs
    lock: Callable[[], AbstractContextManager[None]]
    confirmations: Confirmations
    followers: FollowerStore
    audit: AuditLog
    files: tuple[tuple[str, Callable[[], object]], ...]
    after_step: AfterStep = nothing


class Erasure:
    """Forgets people, for themselves, for operators and for the node when an account was not used for long."""

    def __init__(self, identity: IdentityService, surface: Surface, clock: Clock) -> None:
        self._identity = identity
        self._surface = surface
        self._clock = clock

    def find(self, name: str) -> tuple[str, ...]:
        """Return whom an id, pseudonym or confirmed address means: one account, else all former ones that had it.

        Raises PersonNotFound and AddressAmbiguous.
        """
        try:
            return (self._identity.people.find(name),)
        except PersonNotFound:
            former = tuple(sorted(self._identity.traces.left_by(name)))
            if not former:
                raise
            return former

    def stored(self, person_id: str) -> Stored:
        """Return what is stored of somebody; raises nothing for whoever has gone."""
        with self._surface.sessions.reading() as db:
            asked, follows = self._by_address(db, person_id)
            mine = {person_id, *map(guest_id, asked), *follows}
            counted = {
                "sessions": (SignInSession, col(SignInSession.person_id)),
                "keys": (AccessToken, col(AccessToken.person_id)),
                "drafts": (Draft, col(Draft.person)),
                "notices": (Notice, col(Notice.person)),
                "remarks": (Remark, col(Remark.person)),
                "subscriptions": (Subscription, col(Subscription.subscriber_id)),
            }
            counts = {
                name: db.scalar(select(func.count()).select_from(table).where(column.in_(mine))) or 0
                for name, (table, column) in counted.items()
            }
            shares = shares_of(db, mine)
        rounds = sum(len(share.emptied) for share in shares)
        return Stored(counts={**counts, "questions": len(asked), "rounds": rounds}, shares=shares)

    def forget(
        self,
        person_id: str,
        reason: ErasureReason,
        *,
        actor: str | None = None,
        unused_since: datetime | None = None,
    ) -> Stored:
        """Forget all rows about somebody, in one transaction, and return what there was; files are cleaned by `finish`.

        Raises PersonNotFound, LastOperator, RepositoryBusy, and StillUsed where the account was used since the given
        time. Whoever has gone already is forgotten once more, so that what an earlier release left goes too.
        """
        with self._surface.lock():
            before = self.stored(person_id)
            if self._identity.people.is_gone(person_id):
                with self._surface.sessions.begin() as db:
                    self._forget_rows(db, person_id, (), ())
            else:
                with self._surface.sessions.reading() as db:
                    asked, follows = self._by_address(db, person_id)
                self._identity.people.delete(
                    person_id,
                    actor=actor,
                    reason=reason.value,
                    unused_since=unused_since,
                    along=lambda db: self._forget_rows(db, person_id, asked, follows),
                )
        self._surface.after_step("rows")
        return before

    def forget_address(self, address: str) -> tuple[int, int]:
        """Forget an address that has no account, and return how many subscriptions there were and how much waited."""
        surface = self._surface
        with surface.sessions.begin() as db:
            follows, asked = surface.followers.ids_of(db, address), surface.confirmations.of_address(db, address)
            theirs = select(func.count()).select_from(Subscription).where(col(Subscription.subscriber_id).in_(follows))
            number = db.scalar(theirs) or 0
            surface.followers.forget(db, follows)
            surface.confirmations.forget(db, asked)
        return number, len(asked)

    def is_pending(self) -> bool:
        """Tell whether files may hold something of somebody who was forgotten."""
        return bool(self._identity.audit.not_erased())

    def go_on(self) -> None:
        """Finish what is pending, if anything is; raises ErasureWaits where some of it could not be done just now."""
        if self.is_pending() and (waiting := self.finish()):
            raise ErasureWaits(waiting)

    def finish(self) -> tuple[str, ...]:
        """Clean all files, note for whom, and return the names of what could not be cleaned just now."""
        pending = self._identity.audit.not_erased()
        steps = (("references", self._drop_references), *self._surface.files)
        waiting = tuple(name for name, clean in steps if not self._done(name, clean))
        if not waiting:
            with self._surface.sessions.begin() as db:
                for person_id in pending:
                    audit_log.record(db, self._clock(), None, AccountEvent.ERASED, person_id)
        return waiting

    def _drop_references(self) -> None:
        """Remove the references of proposals that are over."""
        with self._surface.lock():
            with self._surface.sessions.reading() as db:
                states = ProposalStore().states(db)
            for proposal_id in self._surface.refs.ids():
                if proposal_id in states and not states[proposal_id].is_open:
                    self._surface.refs.drop(proposal_id)

    def _done(self, name: str, clean: Callable[[], object]) -> bool:
        try:
            done = clean() is not False
        except (Unavailable, OSError, DatabaseError) as error:
            _log.warning("erasure.waits", part=name, reason=type(error).__name__)
            done = False
        self._surface.after_step(name)
        return done

    def _by_address(self, db: Session, person_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the ids of the confirmations and of the subscriber that somebody's address leads to."""
        address, surface = self._identity.people.address(person_id), self._surface
        return (
            (surface.confirmations.of_address(db, address), surface.followers.ids_of(db, address))
            if address
            else ((), ())
        )

    def _forget_rows(self, db: Session, person_id: str, asked: tuple[str, ...], follows: tuple[str, ...]) -> None:
        mine = (person_id, *map(guest_id, asked))
        ended = [share for share in shares_of(db, mine) if share.ends]
        forget(db, mine, self._clock())
        self._surface.confirmations.forget(db, asked)
        self._surface.followers.forget(db, follows)
        for share in ended:
            self._surface.audit.add(db, person_id, "erase", share.proposal.id)
