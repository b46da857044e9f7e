"""Finds people, and deletes their accounts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import Session, col

from app.database import Sessions
from app.identity import accounts, audit_log
from app.identity.errors import AddressAmbiguous, PersonNotFound, StillUsed
from app.identity.grants import keep_an_operator, withdraw_invitations
from app.identity.models import (
    AccessToken,
    AccountEvent,
    Invitation,
    LinkRow,
    PersonRow,
    RoleRow,
    SignInSession,
    store_municipality,
)
from app.identity.person import Person, RoleKind
from app.shared.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """A person as operators see them."""

    person: Person
    email: str | None
    since: datetime


class People:
    """All people with an account on this node."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def get(self, person_id: str) -> Person:
        """Return a person; raises PersonNotFound."""
        with self._sessions.reading() as db:
            return accounts.person(db, accounts.living(db, person_id), self._clock())

    def address(self, person_id: str) -> str | None:
        """Return the e-mail address of a person, None if they gave none or are gone."""
        query = select(col(PersonRow.email)).where(col(PersonRow.id) == person_id)
        with self._sessions.reading() as db:
            return db.scalar(query)

    def names(self, person_ids: Iterable[str]) -> Mapping[str, str]:
        """Return the display names for ids, without people who are gone."""
        query = select(col(PersonRow.id), col(PersonRow.display_name)).where(
            col(PersonRow.id).in_(set(person_ids)), col(PersonRow.deleted_at).is_(None)
        )
        with self._sessions.reading() as db:
            return {row.id: row.display_name for row in db.execute(query)}

    def by_pseudonyms(self, pseudonyms: Iterable[str]) -> Mapping[str, Person]:
        """Return the people behind the authors of the published history, without those who are gone."""
        query = select(PersonRow).where(col(PersonRow.pseudonym).in_(set(pseudonyms)))
        with self._sessions.reading() as db:
            return {row.pseudonym or "": accounts.person(db, row, self._clock()) for row in db.scalars(query)}

    def by_address(self, address: str) -> Person:
        """Return the person with this confirmed address; raises PersonNotFound and AddressAmbiguous."""
        query = select(PersonRow).where(func.lower(col(PersonRow.email)) == address.strip().lower())
        with self._sessions.reading() as db:
            rows = db.scalars(query).all()
            if not rows:
                raise PersonNotFound
            if len(rows) > 1:
                raise AddressAmbiguous(tuple(sorted(row.id for row in rows)))
            return accounts.person(db, rows[0], self._clock())

    def find(self, name: str) -> str:
        """Return the id for an id, pseudonym or confirmed address. Raises PersonNotFound, AddressAmbiguous."""
        known = or_(col(PersonRow.id) == name, col(PersonRow.pseudonym) == name)
        with self._sessions.reading() as db:
            row = db.scalar(select(PersonRow).where(known))
        return row.id if row else self.by_address(name).id

    def is_gone(self, person_id: str) -> bool:
        """Return whether a person's account was deleted; raises PersonNotFound if there never was one."""
        with self._sessions.reading() as db:
            row = db.get(PersonRow, person_id)
        if row is None:
            raise PersonNotFound
        return row.deleted_at is not None

    def with_role(self, kind: RoleKind) -> tuple[Person, ...]:
        """Return all people with a role of this kind in force, whatever its scope."""
        holders = select(col(RoleRow.person_id)).where(col(RoleRow.kind) == kind)
        query = select(PersonRow).where(col(PersonRow.id).in_(holders), col(PersonRow.deleted_at).is_(None))
        with self._sessions.reading() as db:
            rows = db.scalars(query.order_by(col(PersonRow.id)))
            everybody = [accounts.person(db, row, self._clock()) for row in rows]
        return tuple(person for person in everybody if person.has(kind))

    def listed(self, text: str = "", limit: int = 50, offset: int = 0) -> tuple[tuple[ListedPerson, ...], int]:
        """Return people whose name, address, organisation or municipality contains `text`, and their total number."""
        query = select(PersonRow).where(col(PersonRow.deleted_at).is_(None))
        if text:
            person = PersonRow
            fields = (person.display_name, person.email, person.organisation, person.municipality_name)
            query = query.where(or_(*(col(field).icontains(text, autoescape=True) for field in fields)))
        count = select(func.count()).select_from(query.subquery())
        page = query.order_by(func.lower(col(PersonRow.display_name)), col(PersonRow.id)).limit(limit).offset(offset)
        with self._sessions.reading() as db:
            found = tuple(
                ListedPerson(person=accounts.person(db, row, self._clock()), email=row.email, since=row.created_at)
                for row in db.scalars(page)
            )
            return found, db.scalar(count) or 0

    def unused(self, since: datetime) -> tuple[PersonRow, ...]:
        """Return the accounts that were not used since then, except those with a role that was granted here."""
        given = (col(RoleRow.source) == accounts.GRANTED, col(RoleRow.kind) != RoleKind.READER)
        unused = (col(PersonRow.deleted_at).is_(None), col(PersonRow.seen_at) < since)
        query = select(PersonRow).where(*unused, col(PersonRow.id).not_in(select(col(RoleRow.person_id)).where(*given)))
        with self._sessions.reading() as db:
            return tuple(db.scalars(query.order_by(col(PersonRow.seen_at))))

    def announce(self, person_id: str, *, along: Callable[[Session], object]) -> None:
        """Record that a deletion is announced; `along` writes the message. Raises PersonNotFound."""
        with self._sessions.begin() as db:
            row = accounts.living(db, person_id)
            row.announced_at = self._clock()
            db.add(row)
            along(db)

    def delete(
        self,
        person_id: str,
        *,
        actor: str | None = None,
        reason: str = "",
        unused_since: datetime | None = None,
        along: Callable[[Session], None] | None = None,
    ) -> None:
        """Delete a person's name, address, provider accounts and roles; their pseudonym then identifies nobody.

        `along` deletes what other packages store about the person, in the same transaction. `actor` is None for the
        command line and the node itself, `reason` is a code. Raises PersonNotFound, LastOperator if nobody else can
        administer the node, and StillUsed if the account was used after `unused_since`.
        """
        with self._sessions.begin() as db:
            row, now = accounts.living(db, person_id), self._clock()
            if unused_since and row.seen_at and row.seen_at >= unused_since:
                raise StillUsed
            keep_an_operator(db, without=person_id, now=now)
            for table in (LinkRow, RoleRow, SignInSession, AccessToken):
                db.execute(delete(table).where(col(table.person_id) == person_id))
            withdraw_invitations(db, person_id, actor=actor, at=now)
            _forget_invited(db, row)
            row.display_name, row.email, row.organisation, row.pseudonym = "", None, None, None
            store_municipality(row, None)
            row.municipality_set_here = row.organisation_set_here = False
            row.deleted_at, row.seen_at, row.announced_at = now, None, None
            db.add(row)
            said = {"reason": reason} if reason else {}
            audit_log.record(db, now, actor, AccountEvent.DELETED, person_id, **said)
            if along is not None:
                along(db)


def _forget_invited(db: Session, row: PersonRow) -> None:
    """Remove the name from the invitation that the person used, and from others meant for the same person."""
    for_whom = col(Invitation.for_whom)
    # A single word, such as a first name, may belong to somebody else.
    names = [name for name in (row.display_name, row.email) if name and (" " in name or "@" in name)]
    meant = (for_whom.icontains(name, autoescape=True) for name in names)
    db.execute(update(Invitation).where(or_(col(Invitation.used_by) == row.id, *meant)).values(for_whom=""))
