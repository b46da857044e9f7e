# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What operators see: lists of people, invitations and changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.identity import Role, RoleKind, Scope
from app.identity.affiliation import Home
from app.identity.models import AccountEvent, AuditEntry, Invitation
from app.identity.people import ListedPerson
from app.web.identity.words import GrantLine, grant_lines, organisation_link, role_words, town_words
from app.web.shell.access import services
from app.web.shell.shown import Link
from app.web.shell.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One row of the list of people."""

    link: Link
    email: str
    organisation: Link | None
    town: str
    roles: tuple[str, ...]
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One change in words."""

    at: datetime
    actor: str
    words: str
    person: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """One person as operators see them."""

    id: str
    name: str
    pseudonym: str
    email: str | None
    organisation: Link | None
    organisation_set_here: bool
    home: Home
    grants: tuple[GrantLine, ...]
    sessions: int
    is_anywhere: bool
    changes: tuple[AuditLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationLine:
    """One invitation in words; `open` tells whether it can still be used."""

    id: str
    for_whom: str
    role: str
    organisation: Link | None
    town: str
    state: str
    open: bool
    expires_at: datetime


def person_lines(found: Iterable[ListedPerson]) -> tuple[PersonLine, ...]:
    """Return the rows of the list."""
    return tuple(
        PersonLine(
            link=Link(
                label=each.person.display_name or each.person.pseudonym,
                href=url_for("people.person", person_id=each.person.id),
            ),
            email=each.email or "",
            organisation=organisation_link(each.person.organisation),
            town=town_words(each.person.municipality),
            roles=tuple(role_words(one) for one in each.person.roles),
            since=each.since,
        )
        for each in found
    )


def person_page(person_id: str, limit: int) -> PersonPage:
    """Return one person's page; raises PersonNotFound."""
    identity = services().identity
    person, grants = identity.people.get(person_id), identity.grants.of(person_id)
    return PersonPage(
        id=person.id,
        name=person.display_name or person.pseudonym,
        pseudonym=person.pseudonym,
        email=identity.people.address(person_id),
        organisation=organisation_link(person.organisation),
        organisation_set_here=identity.organisations.set_here(person_id),
        home=identity.homes.of(person_id),
        grants=grant_lines(grants),
        sessions=len(identity.sessions.of(person_id)),
        is_anywhere=bool(
            identity.sessions.of(person_id)
            or identity.tokens.of(person_id)
            # Messages go to whoever has left as long as the provider's last word counts.
            or any(each.from_provider and each.counts and each.role.kind is not RoleKind.READER for each in grants)
        ),
        changes=audit_lines(identity.audit.latest(limit, person_id)),
    )


def audit_lines(entries: Iterable[AuditEntry]) -> tuple[AuditLine, ...]:
    """Return changes in words, with the names of those who still have an account."""
    entries = tuple(entries)
    ids = {each for entry in entries for each in (entry.actor, entry.person_id) if each}
    names = services().identity.people.names(ids)
    return tuple(
        AuditLine(
            at=entry.at,
            actor=names.get(entry.actor, _("an account that was deleted")) if entry.actor else _("the system"),
            words=_event(entry.event),
            person=names.get(entry.person_id, _("an account that was deleted")) if entry.person_id else "",
            detail=", ".join(part for part in (_role(entry), _town(entry)) if part),
        )
        for entry in entries
    )


def invitation_lines(invitations: Iterable[Invitation]) -> tuple[InvitationLine, ...]:
    """Return invitations in words."""
    now = services().clock()
    return tuple(
        InvitationLine(
            id=each.id,
            for_whom=each.for_whom,
            role=role_words(each.role),
            organisation=organisation_link(each.organisation),
            town=town_words(each.municipality),
            state=_state(each, now),
            open=each.used_at is None and each.expires_at > now,
            expires_at=each.expires_at,
        )
        for each in invitations
    )


def _state(invitation: Invitation, now: datetime) -> str:
    if invitation.used_at is not None:
        return _("used")
    return _("open") if invitation.expires_at > now else _("expired")


def _role(entry: AuditEntry) -> str:
    kind = entry.detail.get("role")
    return role_words(Role(kind=RoleKind(kind), scope=Scope.stored(entry.detail))) if kind else ""


def _town(entry: AuditEntry) -> str:
    keys = [str(entry.detail[name]) for name in ("before", "ars") if name in entry.detail]
    places = (services().places.get(key) for key in keys)
    named = [f"{place.name} ({key})" if place else key for key, place in zip(keys, places, strict=True)]
    return _("official key %(key)s", key=" → ".join(named)) if named else ""


def _event(event: AccountEvent) -> str:
    return {
        AccountEvent.JOINED: _("signed in for the first time"),
        AccountEvent.GRANTED: _("role given"),
        AccountEvent.REVOKED: _("role taken away"),
        AccountEvent.INVITED: _("invitation made"),
        AccountEvent.INVITATION_USED: _("invitation used"),
        AccountEvent.INVITATION_WITHDRAWN: _("invitation withdrawn"),
        AccountEvent.MUNICIPALITY_SET: _("municipality entered"),
        AccountEvent.MUNICIPALITY_REMOVED: _("municipality taken away"),
        AccountEvent.MUNICIPALITY_RELEASED: _("municipality left to the sign-in"),
        AccountEvent.ORGANISATION_RELEASED: _("organisation left to the sign-in"),
        AccountEvent.DELETED: _("account deleted"),
        AccountEvent.TOKEN_MADE: _("key for programs made"),
        AccountEvent.TOKEN_REVOKED: _("key for programs taken away"),
        AccountEvent.SIGNED_OUT_BY_OPERATOR: _("signed out everywhere by an operator"),
    }[event]
