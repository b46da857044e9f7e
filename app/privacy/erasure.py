"""Erases a person: first all rows in one transaction, then their traces in files; each step can be repeated.

The log of people records "deleted" in that transaction, and "erased" once the files are clean. After a crash, or if a
part is busy, the next call or round finishes the rest.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col

from app.database import Sessions
from app.following.models import Subscriber, Subscription
from app.following.service import FollowerStore
from app.identity import audit_log
from app.identity.errors import PersonNotFound
from app.identity.models import AccessToken, AccountEvent, PersonRow, SignInSession
from app.identity.service import IdentityService
from app.privacy.erased import Erased, ErasedList, Kind
from app.records.proposals import ProposalRefs
from app.review.audit_log import AuditLog
from app.review.confirmations import Confirmations, guest_id
from app.review.context import AfterStep, nothing
from app.review.emptying import empty, empty_remarks, end
from app.review.models import Approval, Confirmation, Draft, Notice, Proposal, Purpose, Remark, Revision
from app.review.proposals.store import ProposalStore
from app.review.workflow import ProposalState
from app.shared.clock import Clock
from app.shared.errors import Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A person's share in a proposal; the texts of the rounds `emptied` are deleted.

    These include later texts of other people, because each round builds on the texts before it. `wrote_last` means that
    the newest text is by the person.
    """

    proposal: Proposal
    emptied: tuple[Revision, ...]
    is_author: bool
    wrote_last: bool
    ends: bool

    @property
    def stays(self) -> bool:
        """Return whether the newest text stays."""
        return self.proposal.rounds not in {one.number for one in self.emptied}

    @property
    def record(self) -> str:
        """Return the name of the record concerned, such as "concept/ulm"."""
        return f"{self.proposal.kind}/{self.proposal.slug}"

    @property
    def is_published(self) -> bool:
        return self.proposal.state is ProposalState.PUBLISHED


def shares_of(db: Session, people: Iterable[str]) -> tuple[Share, ...]:
    """Return the shares of the people with these ids, oldest proposal first."""
    mine = frozenset(people)
    wrote = select(col(Revision.proposal_id)).where(col(Revision.writer).in_(mine))
    found = select(Proposal).where(or_(col(Proposal.author).in_(mine), col(Proposal.id).in_(wrote)))
    rows = db.scalars(found.order_by(col(Proposal.created_at), col(Proposal.id))).all()
    rounds = select(Revision).order_by(col(Revision.number))
    return tuple(_share(row, db.scalars(rounds.where(col(Revision.proposal_id) == row.id)).all(), mine) for row in rows)


def _share(row: Proposal, rounds: Sequence[Revision], mine: frozenset[str]) -> Share:
    others = {one.writer for one in rounds} | {row.author}
    is_author = row.author in mine
    ends = row.state.is_open and is_author and not (others - mine - {""})
    first = next((one.number for one in rounds if one.writer in mine), row.rounds + 1)
    # Nobody needs any text of a proposal that ended unpublished.
    last = row.rounds - 1 if row.state is ProposalState.PUBLISHED or (row.state.is_open and not ends) else row.rounds
    emptied = tuple(one for one in rounds if first <= one.number <= last)
    wrote_last = any(one.writer in mine for one in rounds[-1:])
    return Share(proposal=row, emptied=emptied, is_author=is_author, wrote_last=wrote_last, ends=ends)


NOBODY = "gone"
"""Replaces the pseudonym in the history of a proposal."""


def forget(db: Session, people: Iterable[str], now: datetime) -> tuple[Share, ...]:
    """Erase what these people wrote and received, except their ids; return their share in each proposal."""
    mine = frozenset(people)
    shares = shares_of(db, mine)
    for share in shares:
        row = share.proposal
        empty(db, share.emptied)
        if share.is_author:
            row.reason = ""
        if share.is_author and not share.stays:
            end(db, row, now)
            if row.purpose is Purpose.NEW:
                # The name in the address was derived from the title.
                row.slug = f"geloescht-{row.id[:8]}"
        db.add(row)
        db.flush()
    db.execute(delete(Draft).where(col(Draft.person).in_(mine)))
    db.execute(delete(Notice).where(col(Notice.person).in_(mine)))
    empty_remarks(db, col(Remark.person).in_(mine), now)
    writer, approver = col(Revision.writer).in_(mine), col(Approval.person).in_(mine)
    db.execute(update(Revision).where(writer).values(pseudonym=NOBODY, reason=""))
    db.execute(update(Proposal).where(col(Proposal.editor).in_(mine)).values(editor=None))
    db.execute(update(Approval).where(approver).values(pseudonym=NOBODY))
    return shares


_log = structlog.get_logger(__name__)


class ErasureReason(StrEnum):
    """Why a person is erased; a code, so that the log contains no personal data."""

    OWN = "own"
    REQUEST = "request"
    OBJECTION = "objection"
    UNLAWFUL = "unlawful"
    LEFT = "left"
    UNUSED = "unused"


class ErasureWaits(Unavailable):
    """Some `parts` of the node could not be cleaned yet; the rest is done later."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The amount of data stored about a person besides the account, and their share in each proposal."""

    counts: Mapping[str, int]
    shares: tuple[Share, ...]

    @property
    def published(self) -> tuple[str, ...]:
        """Return the records whose history contains their texts."""
        return tuple(sorted({one.record for one in self.shares if one.is_published}))

    @property
    def shared(self) -> tuple[Share, ...]:
        """Return the open proposals that stay because others wrote in them too."""
        return tuple(one for one in self.shares if one.stays and not one.is_published)


@dataclass(kw_only=True)
class Erasure:
    """Erases people on request and unused accounts; then each of `files` cleans up (False: not possible yet)."""

    identity: IdentityService
    sessions: Sessions
    refs: ProposalRefs
    lock: Callable[[], AbstractContextManager[None]]
    confirmations: Confirmations
    followers: FollowerStore
    audit: AuditLog
    files: tuple[tuple[str, Callable[[], object]], ...]
    erased: ErasedList
    clock: Clock
    after_step: AfterStep = nothing

    def find(self, name: str) -> tuple[str, ...]:
        """Return whose id, pseudonym or address this is. Raises PersonNotFound, AddressAmbiguous."""
        try:
            return (self.identity.people.find(name),)
        except PersonNotFound:
            former = tuple(sorted(self.identity.traces.left_by(name)))
            if not former:
                raise
            return former

    def stored(self, person_id: str) -> Stored:
        """Return what is stored about a person, even an erased one."""
        with self.sessions.reading() as db:
            asked, follows = self.ids_of_address(db, self.identity.people.address(person_id))
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
        self, person_id: str, reason: ErasureReason, *, actor: str | None = None, unused_since: datetime | None = None
    ) -> Stored:
        """Delete all rows about a person in one transaction; return what there was. `finish` then cleans the files.

        Raises PersonNotFound, LastOperator, RepositoryBusy, and StillUsed if the account was used after `unused_since`.
        A person already deleted is erased again, so that leftovers of an earlier release go too.
        """
        with self.lock():
            before = self.stored(person_id)
            if self.identity.people.is_gone(person_id):
                with self.sessions.begin() as db:
                    self._forget_rows(db, person_id, (), ())
            else:
                with self.sessions.reading() as db:
                    asked, follows = self.ids_of_address(db, self.identity.people.address(person_id))
                self.identity.people.delete(
                    person_id,
                    actor=actor,
                    reason=reason.value,
                    unused_since=unused_since,
                    along=lambda db: self._forget_rows(db, person_id, asked, follows),
                )
        self.erased.add(self.clock(), Kind.PERSON, (person_id,), reason.value)
        self.after_step("rows")
        return before

    def forget_address(self, address: str) -> tuple[int, int]:
        """Erase an address without an account; return the number of subscriptions, and of unconfirmed entries."""
        with self.sessions.reading() as db:
            asked, follows = self.ids_of_address(db, address)
        return self._forget_entries(asked, follows)

    def _forget_entries(self, asked: Sequence[str], follows: Sequence[str]) -> tuple[int, int]:
        with self.sessions.begin() as db:
            theirs = select(func.count()).select_from(Subscription).where(col(Subscription.subscriber_id).in_(follows))
            number = db.scalar(theirs) or 0
            self.followers.forget(db, follows)
            self.confirmations.forget(db, asked)
        if asked or follows:
            self.erased.add(self.clock(), Kind.ADDRESS, (*asked, *follows), ErasureReason.REQUEST.value)
        return number, len(asked)

    def is_back(self, one: Erased) -> bool:
        """Return whether a person or an address that was erased is here again, as after a restore."""
        with self.sessions.reading() as db:
            if one.kind is Kind.PERSON:
                row = db.get(PersonRow, one.ids[0])
                return row is not None and row.deleted_at is None
            asked = db.scalar(select(func.count()).where(col(Confirmation.id).in_(one.ids))) or 0
            return bool(asked or db.scalar(select(func.count()).where(col(Subscriber.id).in_(one.ids))))

    def forget_again(self, one: Erased) -> None:
        """Delete the rows about a person or an address once more; raises what `forget` raises."""
        if one.kind is Kind.PERSON:
            self.forget(one.ids[0], ErasureReason(one.reason))
        else:
            self._forget_entries(one.ids, one.ids)

    def is_pending(self) -> bool:
        """Return whether files may still contain data of an erased person."""
        return bool(self.identity.audit.not_erased())

    def go_on(self) -> None:
        """Finish pending erasures, if any; raises ErasureWaits if some parts could not be cleaned yet."""
        if self.is_pending() and (waiting := self.finish()):
            raise ErasureWaits(waiting)

    def finish(self) -> tuple[str, ...]:
        """Clean all files, log that for each person, and return the names of parts that could not be cleaned yet."""
        pending = self.identity.audit.not_erased()
        steps = (("references", self._drop_references), *self.files)
        waiting = tuple(name for name, clean in steps if not self._done(name, clean))
        if not waiting:
            with self.sessions.begin() as db:
                for person_id in pending:
                    audit_log.record(db, self.clock(), None, AccountEvent.ERASED, person_id)
        return waiting

    def _drop_references(self) -> None:
        """Delete the git references of closed proposals."""
        with self.lock():
            with self.sessions.reading() as db:
                states = ProposalStore().states(db)
            for proposal_id in self.refs.ids():
                if proposal_id in states and not states[proposal_id].is_open:
                    self.refs.drop(proposal_id)

    def _done(self, name: str, clean: Callable[[], object]) -> bool:
        try:
            done = clean() is not False
        except (Unavailable, OSError, DatabaseError) as error:
            _log.warning("erasure.waits", part=name, reason=type(error).__name__)
            done = False
        self.after_step(name)
        return done

    def ids_of_address(self, db: Session, address: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the ids of the confirmations and of the subscriber with an address."""
        return (self.confirmations.of_address(db, address), self.followers.ids_of(db, address)) if address else ((), ())

    def _forget_rows(self, db: Session, person_id: str, asked: tuple[str, ...], follows: tuple[str, ...]) -> None:
        shares = forget(db, (person_id, *map(guest_id, asked)), self.clock())
        self.confirmations.forget(db, asked)
        self.followers.forget(db, follows)
        for share in shares:
            if share.ends:
                self.audit.add(db, person_id, "erase", share.proposal.id)
