"""Everybody whom review writes to: people with an account, and guests until their one message has left."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.identity.people import People as Accounts
from app.review.confirming.confirmations import Confirmations, is_guest
from app.review.people import AccountPeople, Recipient


class PeopleAndGuests(AccountPeople):
    """Knows accounts as `AccountPeople` does, and where the message to a guest goes."""

    def __init__(
        self, accounts: Accounts, same_as: Callable[[Iterable[str]], frozenset[str]], confirmations: Confirmations
    ) -> None:
        super().__init__(accounts, same_as)
        self._confirmations = confirmations

    def recipient(self, person_id: str) -> Recipient | None:
        return self._confirmations.recipient(person_id) if is_guest(person_id) else super().recipient(person_id)

    def reached(self, person_id: str) -> None:
        if is_guest(person_id):
            self._confirmations.reached(person_id)
