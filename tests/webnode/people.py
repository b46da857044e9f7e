"""Signed-in people for tests of pages: real rows of person, roles and session, without the way through a provider."""

from collections.abc import Iterable

from flask.testing import FlaskClient

from app.identity import Municipality, Person, Role, RoleKind
from app.identity.providers import Profile
from app.identity.sessions import Account
from app.web.shell.access import KEY
from app.web.shell.cookies import SESSION_ID
from app.wiring import Services

ISSUER = "https://anmeldung.example"


def town(name: str, number: int = 999) -> Municipality:
    """A municipality that does not exist: no district of Hessen has this key."""
    return Municipality(name=name, state="HE", ars=f"06999{number:03d}")


def sign_in(
    client: FlaskClient,
    roles: Iterable[Role | RoleKind] = (RoleKind.AUTHOR,),
    *,
    name: str = "Beispielperson",
    organisation: str | None = None,
    municipality: Municipality | None = None,
    email: str | None = None,
) -> Person:
    """Sign the browser of `client` in as `name`, with these roles; the same name is the same person."""
    services: Services = client.application.extensions[KEY]
    kinds = tuple(Role(kind=role) if isinstance(role, RoleKind) else role for role in roles)
    account = Account(provider="test", issuer=ISSUER, subject=name)
    profile = Profile(display_name=name, email=email, organisation=organisation, roles=kinds, municipality=municipality)
    opened = services.identity.sign_in.sign_in(account, profile)
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie[SESSION_ID] = opened.secret
    return opened.person


def sign_out(client: FlaskClient) -> None:
    """Take the cookie out of the browser of `client`."""
    with client.session_transaction() as cookie:
        cookie.clear()
