# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds people, and forgets them when they wish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import Session, col

from app.clock import Clock
from app.db import Sessions
from app.identity import accounts, audit_log
from app.identity.errors import AddressAmbiguous, PersonNotFound
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """A person as operators see them."""

    person: Person
    email: str | None
    since: datetime


class People:
    """Everybody with an account on this node."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def get(self, person_id: str) -> Person:
        """Return a person; raises PersonNotFound."""
        with self._sessions.reading() as db:
            return accounts.person(db, accounts.living(db, person_id), self._clock())

    def address(self, person_id: str) -> str | None:
        """Return where messages to a person go, None when they gave none or have gone."""
        query = select(col(PersonRow.email)).where(col(PersonRow.id) == person_id)
        with self._sessions.reading() as db:
            return db.scalar(query)

    def names(self, person_ids: Iterable[str]) -> Mapping[str, str]:
        """Return the names to show for ids; whoever has gone is missing."""
        query = select(col(PersonRow.id), col(PersonRow.display_name)).where(
            col(PersonRow.id).in_(set(person_ids)), col(PersonRow.deleted_at).is_(None)
        )
        with self._sessions.reading() as db:
            return {row.id: row.display_name for row in db.execute(query)}

    def by_pseudonyms(self, pseudonyms: Iterable[str]) -> Mapping[str, Person]:
        """Return the people behind authors of the published history; whoever has gone is missing."""
        query = select(PersonRow).where(col(PersonRow.pseudonym).in_(set(pseudonyms)))
        with self._sessions.reading() as db:
            return {row.pseudonym or "": accounts.person(db, row, self._clock()) for row in db.scalars(query)}

    def by_address(self, address: str) -> Person:
        """Return whose confirmed address this is; raises PersonNotFound and AddressAmbiguous."""
        query = select(PersonRow).where(func.lower(col(PersonRow.email)) == address.strip().lower())
        with self._sessions.reading() as db:
            rows = db.scalars(query).all()
            if not rows:
                raise PersonNotFound
            if len(rows) > 1:
                raise AddressAmbiguous(tuple(sorted(row.id for row in rows)))
            return accounts.person(db, rows[0], self._clock())

    def with_role(self, kind: RoleKind) -> tuple[Person, ...]:
        """Return everybody who has a role of this kind in force, however limited."""
        holders = select(col(RoleRow.person_id)).where(col(RoleRow.kind) == kind)
        query = select(PersonRow).where(col(PersonRow.id).in_(holders), col(PersonRow.deleted_at).is_(None))
        with self._sessions.reading() as db:
            rows = db.scalars(query.order_by(col(PersonRow.id)))
            everybody = [accounts.person(db, row, self._clock()) for row in rows]
        return tuple(person for person in everybody if person.has(kind))

    def listed(self, text: str = "", limit: int = 50, offset: int = 0) -> tuple[tuple[ListedPerson, ...], int]:
        """Return people whose name, address, organisation or municipality contains `text`, and how many there are."""
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

    def delete(self, person_id: str, *, along: Callable[[Session, str], None] | None = None) -> None:
        """Forget a person: name, address, ways in and roles; the pseudonym in the history is nobody's from then on.

        What others hold of the person goes `along` in the same transaction. Raises PersonNotFound, and LastOperator as
        long as nobody else can administer the node.
        """
        with self._sessions.begin() as db:
            row = accounts.living(db, person_id)
            keep_an_operator(db, without=person_id, now=self._clock())
            for table in (LinkRow, RoleRow, SignInSession, AccessToken):
                db.execute(delete(table).where(col(table.person_id) == person_id))
            withdraw_invitations(db, person_id, actor=person_id, at=self._clock())
            db.execute(update(Invitation).where(col(Invitation.used_by) == person_id).values(for_whom=""))
            row.display_name, row.email, row.organisation, row.pseudonym = "", None, None, None
            store_municipality(row, None)
            row.municipality_set_here = row.organisation_set_here = False
            row.deleted_at = self._clock()
            db.add(row)
            audit_log.record(db, self._clock(), person_id, AccountEvent.DELETED, person_id)
            if along is not None:
                along(db, person_id)
