from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.database import Sessions
from app.identity import Municipality, Person, Role, RoleKind
from app.identity.providers import Profile, Providers
from app.identity.service import IdentityService
from app.identity.sessions import Account, NewSession
from app.identity.traces import sealed_with
from tests.database import engine_in
from tests.webnode.clock import Clock

HOURS = 12


Join = Callable[..., NewSession]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Sessions]:
    engine = engine_in(tmp_path)
    yield Sessions(engine)
    engine.dispose()


@pytest.fixture
def identity(database: Sessions, clock: Clock) -> IdentityService:
    return IdentityService(database, clock, Providers(()), HOURS, sealed_with(lambda: b"key"))


@pytest.fixture
def join(identity: IdentityService) -> Join:
    """Sign somebody in at a provider, for the first time or again."""

    def sign_in(
        name: str = "alex", *kinds: RoleKind, issuer: str = "https://anmeldung.example", **given: object
    ) -> NewSession:
        invitation = given.pop("invitation", None)
        municipality = given.pop("municipality", None)
        assert municipality is None or isinstance(municipality, Municipality)
        number = given.pop("sid", 1)
        sid = f"sid-{name}-{number}" if number else None
        account = Account(provider="stadt", issuer=issuer, subject=name, sid=sid, id_token="e30.e30.x")
        profile = Profile(
            display_name=f"{name.capitalize()} Beispiel",
            email=f"{name}@beispielstadt.example",
            organisation=str(given.pop("organisation", "beispielstadt")) or None,
            roles=tuple(Role(kind=kind) for kind in kinds) or (Role(kind=RoleKind.READER),),
            municipality=municipality,
        )
        assert not given
        return identity.sign_in.sign_in(account, profile, invitation=str(invitation) if invitation else None)

    return sign_in


@pytest.fixture
def operator(join: Join) -> Person:
    return join("kim", RoleKind.OPERATOR).person
