"""What review asks about people beyond the person who acts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from app.identity import Action, RoleKind, Subject, may
from app.identity.errors import PersonNotFound
from app.identity.people import People as Accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Where a message goes, and in which language ("de" or "en")."""

    address: str
    lang: str = "de"


class People(Protocol):
    """Knows who looks after what and how to reach whom."""

    def curators(self, *on: Subject) -> Iterable[str]:
        """Return the ids of those who look after all of these."""

    def may(self, person_id: str, action: Action, on: Subject) -> bool:
        """Tell whether somebody may do that; nobody who has gone may."""

    def recipient(self, person_id: str) -> Recipient | None:
        """Return where messages to a person go; None when there is no address or no wish for messages."""

    def reached(self, person_id: str) -> None:
        """Take note that nothing more is sent to a person about what they were told."""

    def refused(self, person_id: str) -> None:
        """Take note that the mail server refuses the address of a person for good."""

    def id_of(self, pseudonym: str) -> str | None:
        """Return the id of the person behind a pseudonym, None once the link was cut."""

    def same_as(self, person_ids: Iterable[str], /) -> frozenset[str]:
        """Return the ids with those of all accounts, also of former ones, behind which the same people stand."""


class AccountPeople:
    """Everybody with an account on this node."""

    def __init__(self, accounts: Accounts, same_as: Callable[[Iterable[str]], frozenset[str]]) -> None:
        self._accounts = accounts
        self.same_as = same_as

    def curators(self, *on: Subject) -> Iterable[str]:
        everybody = self._accounts.with_role(RoleKind.CURATOR)
        return [person.id for person in everybody if all(may(person, Action.CURATE, one) for one in on)]

    def may(self, person_id: str, action: Action, on: Subject) -> bool:
        try:
            return may(self._accounts.get(person_id), action, on)
        except PersonNotFound:
            return False

    def recipient(self, person_id: str) -> Recipient | None:
        address = self._accounts.address(person_id)
        return Recipient(address=address) if address else None

    def reached(self, person_id: str) -> None:
        # Their address stays: it belongs to the account.
        del person_id

    def refused(self, person_id: str) -> None:
        # So it does here; each notice stands on the site too, and the next message is tried once.
        del person_id

    def id_of(self, pseudonym: str) -> str | None:
        person = self._accounts.by_pseudonyms([pseudonym]).get(pseudonym)
        return person.id if person else None
