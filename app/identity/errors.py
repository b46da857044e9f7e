"""Errors about people and sign-in. None contains a name, an address or a secret."""

from app.shared.errors import Conflict, Forbidden, Invalid, NotFound
from app.shared.wording import N_


class PersonNotFound(NotFound):
    """No person has this id or address."""

    message = "nobody with this address has signed in yet, or the provider has not confirmed the address"


class AddressAmbiguous(Conflict):
    """Several people have this address, each from another provider; `person_ids` lists them."""

    person_ids: tuple[str, ...]

    message = (
        "several people have this address, each from another provider: use the operators' page, or name one by id "
        "where that is possible: %(ids)s"
    )

    @property
    def ids(self) -> str:
        return ", ".join(self.person_ids)


class RoleNotFound(NotFound):
    """The person lacks this role, or it comes from the provider and can only be removed there."""

    message = "the person has no such role, or it comes from the provider and is taken away there"


class LastOperator(Conflict):
    """Nobody would be left to administer the node."""

    message = "nobody could administer the node any more: give the role to somebody else first"


class StillUsed(Conflict):
    """The account has been used in the meantime."""


class InvitationInvalid(Forbidden):
    """The invitation is unknown, used, expired or for another provider, or its inviter may no longer invite."""


class InvitationNotFound(NotFound):
    """No open invitation has this id."""


class AccessTokenNotFound(NotFound):
    """The person has no access token with this id."""


class AccessTokenRefused(Forbidden):
    """No access token with this secret is valid."""


class AccessTokenInvalid(Invalid):
    """A token cannot be created with these values; `field` is "name" or "days"."""

    field: str

    message = N_("Please enter a name of at most 100 characters, and choose for how long the key is to hold.")


class TooManyAccessTokens(Conflict):
    """The person has reached the limit of `count` access tokens."""

    count: int

    message = N_("You have %(count)s keys already; please take one away first.")


class LogoutReplayed(Invalid):
    """This logout token has been used before."""


class SessionNotFound(NotFound):
    """The person has no session with this id."""


class NotAllowed(Forbidden):
    """The person may not do `action`, or nobody is signed in."""

    action: str

    message = N_("Your role does not reach to this. Somebody of the editors decides.")
