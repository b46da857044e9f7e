"""Everybody to whom a message may go: people with an account, guests, and those who follow something."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.following.store import FollowerStore, is_follower
from app.identity.people import People as Accounts
from app.review.confirming.confirmations import Confirmations
from app.review.confirming.people import PeopleAndGuests
from app.review.people import Recipient


class Everybody(PeopleAndGuests):
    """Knows accounts and guests as `PeopleAndGuests` does, and where messages to followers go."""

    def __init__(
        self,
        accounts: Accounts,
        same_as: Callable[[Iterable[str]], frozenset[str]],
        confirmations: Confirmations,
        followers: FollowerStore,
    ) -> None:
        super().__init__(accounts, same_as, confirmations)
        self._followers = followers

    def recipient(self, person_id: str) -> Recipient | None:
        return self._followers.recipient(person_id) if is_follower(person_id) else super().recipient(person_id)

    def refused(self, person_id: str) -> None:
        if is_follower(person_id):
            self._followers.refused(person_id)
