"""Recipients of messages: people with an account, guests, and subscribers."""

from collections.abc import Callable, Iterable

from app.following.service import FollowerStore, is_follower
from app.identity import Action, RoleKind, Subject, may
from app.identity.errors import PersonNotFound
from app.identity.people import People as Accounts
from app.review.confirmations import Confirmations, is_guest
from app.review.people import Recipient


class Everybody:
    """Looks up accounts, and the addresses of guests and subscribers."""

    def __init__(
        self,
        accounts: Accounts,
        same_as: Callable[[Iterable[str]], frozenset[str]],
        confirmations: Confirmations,
        followers: FollowerStore,
    ) -> None:
        self.same_as = same_as
        self._accounts = accounts
        self._confirmations = confirmations
        self._followers = followers

    def curators(self, *on: Subject) -> Iterable[str]:
        everybody = self._accounts.with_role(RoleKind.CURATOR)
        return [person.id for person in everybody if all(may(person, Action.CURATE, one) for one in on)]

    def may(self, person_id: str, action: Action, on: Subject) -> bool:
        try:
            return may(self._accounts.get(person_id), action, on)
        except PersonNotFound:
            return False

    def recipient(self, person_id: str) -> Recipient | None:
        if is_follower(person_id):
            return self._followers.recipient(person_id)
        if is_guest(person_id):
            return self._confirmations.recipient(person_id)
        address = self._accounts.address(person_id)
        return Recipient(address=address) if address else None

    def reached(self, person_id: str) -> None:
        if is_guest(person_id):
            self._confirmations.reached(person_id)

    def refused(self, person_id: str) -> None:
        # The address of an account stays: notices appear on the site too, and later messages are tried once each.
        if is_follower(person_id):
            self._followers.refused(person_id)

    def id_of(self, pseudonym: str) -> str | None:
        person = self._accounts.by_pseudonyms([pseudonym]).get(pseudonym)
        return person.id if person else None
