"""Erases a person: first all rows in one transaction, then what files still hold of them, each step repeatable.

The audit log of people says "deleted" with the transaction and "erased" once the files are clean. In between, after a
crash or while a part is busy, the next call or round finishes it.
"""

from __future__ import annotations

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
from app.following.models import Subscription
from app.following.service import FollowerStore
from app.identity import audit_log
from app.identity.errors import PersonNotFound
from app.identity.models import AccessToken, AccountEvent, SignInSession
from app.identity.service import IdentityService
from app.records.proposals import ProposalRefs
from app.review.audit_log import AuditLog
from app.review.confirmations import Confirmations, guest_id
from app.review.context import AfterStep, nothing
from app.review.emptying import empty, empty_remarks, end
from app.review.models import Approval, Draft, Notice, Proposal, Purpose, Remark, Revision
from app.review.proposals.store import ProposalStore
from app.review.workflow import ProposalState
from app.shared.clock import Clock
from app.shared.errors import Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A proposal in which somebody wrote; the texts of the rounds `emptied` are deleted.

    Those of others after the first of their own go too, for each round holds the words of the ones before.
    `wrote_last` tells that its newest text is theirs.
    """

    proposal: Proposal
    emptied: tuple[Revision, ...]
    is_author: bool
    wrote_last: bool
    ends: bool

    @property
    def stays(self) -> bool:
        """Tell whether a text that holds their words stays."""
        return self.proposal.rounds not in {one.number for one in self.emptied}

    @property
    def record(self) -> str:
        """Return the record that it is about, such as "concept/ulm"."""
        return f"{self.proposal.kind}/{self.proposal.slug}"

    @property
    def is_published(self) -> bool:
        return self.proposal.state is ProposalState.PUBLISHED


def shares_of(db: Session, people: Iterable[str]) -> tuple[Share, ...]:
    """Return what the people with these ids wrote, the oldest proposal first."""
    mine = frozenset(people)
    wrote = select(col(Revision.proposal_id)).where(col(Revision.writer).in_(mine))
    found = select(Proposal).where(or_(col(Proposal.author).in_(mine), col(Proposal.id).in_(wrote)))
    rows = db.scalars(found.order_by(col(Proposal.created_at), col(Proposal.id))).all()
    rounds = select(Revision).order_by(col(Revision.number))
    return tuple(_share(row, db.scalars(rounds.where(col(Revision.proposal_id) == row.id)).all(), mine) for row in rows)


def _share(row: Proposal, rounds: Sequence[Revision], mine: frozenset[str]) -> Share:
    others = {one.writer for one in rounds} | {row.author, row.editor or ""}
    is_author = row.author in mine
    ends = row.state.is_open and is_author and not (others - mine - {""})
    first = next((one.number for one in rounds if one.writer in mine), row.rounds + 1)
    # Of a proposal that is over without having been published, nobody needs any text.
    last = row.rounds - 1 if row.state is ProposalState.PUBLISHED or (row.state.is_open and not ends) else row.rounds
    emptied = tuple(one for one in rounds if first <= one.number <= last)
    wrote_last = any(one.writer in mine for one in rounds[-1:])
    return Share(proposal=row, emptied=emptied, is_author=is_author, wrote_last=wrote_last, ends=ends)


NOBODY = "gone"
"""What stands in place of a name in the history from then on."""


def forget(db: Session, people: Iterable[str], now: datetime) -> tuple[Share, ...]:
    """Forget what the people with these ids wrote and were told; return what became of each of their proposals.

    The ids of writers and approvers stay, without a person behind them, so that four eyes can still be told apart.
    """
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
                # The name in the address was made of the title.
                row.slug = f"geloescht-{row.id[:8]}"
        db.add(row)
        db.flush()
    db.execute(delete(Draft).where(col(Draft.person).in_(mine)))
    db.execute(delete(Notice).where(col(Notice.person).in_(mine)))
    empty_remarks(db, col(Remark.person).in_(mine), now)
    writer, approver = col(Revision.writer).in_(mine), col(Approval.person).in_(mine)
    db.execute(update(Revision).where(writer).values(pseudonym=NOBODY, reason=""))
    db.execute(update(Approval).where(approver).values(pseudonym=NOBODY))
    return shares


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


@dataclass(kw_only=True)
class Erasure:
    """Forgets people, for themselves, for operators and for the node when an account was not used for long.

    Beside the rows of people, `files` are cleaned by name, in this order; a step that answers False was not possible
    just now.
    """

    identity: IdentityService
    sessions: Sessions
    refs: ProposalRefs
    lock: Callable[[], AbstractContextManager[None]]
    confirmations: Confirmations
    followers: FollowerStore
    audit: AuditLog
    files: tuple[tuple[str, Callable[[], object]], ...]
    clock: Clock
    after_step: AfterStep = nothing

    def find(self, name: str) -> tuple[str, ...]:
        """Return whom an id, pseudonym or confirmed address means: one account, else all former ones that had it.

        Raises PersonNotFound and AddressAmbiguous.
        """
        try:
            return (self.identity.people.find(name),)
        except PersonNotFound:
            former = tuple(sorted(self.identity.traces.left_by(name)))
            if not former:
                raise
            return former

    def stored(self, person_id: str) -> Stored:
        """Return what is stored of somebody, also of an erased person."""
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
        self.after_step("rows")
        return before

    def forget_address(self, address: str) -> tuple[int, int]:
        """Forget an address that has no account, and return how many subscriptions there were and how much waited."""
        with self.sessions.begin() as db:
            asked, follows = self.ids_of_address(db, address)
            theirs = select(func.count()).select_from(Subscription).where(col(Subscription.subscriber_id).in_(follows))
            number = db.scalar(theirs) or 0
            self.followers.forget(db, follows)
            self.confirmations.forget(db, asked)
        return number, len(asked)

    def is_pending(self) -> bool:
        """Tell whether files may hold something of somebody who was forgotten."""
        return bool(self.identity.audit.not_erased())

    def go_on(self) -> None:
        """Finish what is pending, if anything is; raises ErasureWaits where some of it could not be done just now."""
        if self.is_pending() and (waiting := self.finish()):
            raise ErasureWaits(waiting)

    def finish(self) -> tuple[str, ...]:
        """Clean all files, log it for each person, and return the names of parts that could not be cleaned now."""
        pending = self.identity.audit.not_erased()
        steps = (("references", self._drop_references), *self.files)
        waiting = tuple(name for name, clean in steps if not self._done(name, clean))
        if not waiting:
            with self.sessions.begin() as db:
                for person_id in pending:
                    audit_log.record(db, self.clock(), None, AccountEvent.ERASED, person_id)
        return waiting

    def _drop_references(self) -> None:
        """Remove the references of proposals that are over."""
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
        """Return the ids of the confirmations and of the subscriber that an address leads to."""
        return (self.confirmations.of_address(db, address), self.followers.ids_of(db, address)) if address else ((), ())

    def _forget_rows(self, db: Session, person_id: str, asked: tuple[str, ...], follows: tuple[str, ...]) -> None:
        shares = forget(db, (person_id, *map(guest_id, asked)), self.clock())
        self.confirmations.forget(db, asked)
        self.followers.forget(db, follows)
        for share in shares:
            if share.ends:
                self.audit.add(db, person_id, "erase", share.proposal.id)
