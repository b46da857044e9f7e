# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Asks identity what review needs to know about people."""

from __future__ import annotations

from collections.abc import Iterable

from app.identity import Action, Matter, RoleKind, may
from app.identity.errors import PersonNotFound
from app.identity.people import People as Accounts
from app.review.model.people import Recipient


class AccountPeople:
    """Everybody with an account on this node."""

    def __init__(self, accounts: Accounts) -> None:
        """Look people up in `accounts`."""
        self._accounts = accounts

    def curators(self, *on: Matter) -> Iterable[str]:
        """Return the ids of those who look after all of these."""
        everybody = self._accounts.with_role(RoleKind.CURATOR)
        return [person.id for person in everybody if all(may(person, Action.CURATE, one) for one in on)]

    def may(self, person_id: str, action: Action, on: Matter) -> bool:
        """Tell whether somebody may do that; nobody who has gone may."""
        try:
            return may(self._accounts.get(person_id), action, on)
        except PersonNotFound:
            return False

    def recipient(self, person_id: str) -> Recipient | None:
        """Return where messages to a person go, None when they gave no address or have gone."""
        address = self._accounts.address(person_id)
        return Recipient(address=address) if address else None

    def id_of(self, pseudonym: str) -> str | None:
        """Return the id of the person behind a pseudonym, None once the link was cut."""
        person = self._accounts.by_pseudonyms([pseudonym]).get(pseudonym)
        return person.id if person else None
