from collections.abc import Iterator
from pathlib import Path

import pytest

from app.identity import Role, RoleKind, Scope
from app.identity.providers import Profile
from app.identity.sessions import Account
from app.wiring import Services
from tests.functional.cli.conftest import Cli
from tests.webnode.node import settings

ADDRESS = "kim@beispielverbund.example"


@pytest.fixture
def services(cli: Cli, node: Path, content: Path) -> Iterator[Services]:
    assert cli("init").exit_code == 0
    services = Services(settings(node.parent, data=node))
    join(services, "kim", ADDRESS)
    yield services
    services.close()


def join(services: Services, subject: str, email: str | None, issuer: str = "https://anmeldung.example") -> None:
    reader = (Role(kind=RoleKind.READER),)
    profile = Profile(display_name="Kim Beispiel", email=email, organisation=None, roles=reader)
    services.identity.sign_in.sign_in(Account(provider="p", issuer=issuer, subject=subject), profile)


def roles(services: Services) -> tuple[Role, ...]:
    return services.identity.people.by_address(ADDRESS).roles


def test_first_operator_is_made_on_the_command_line_and_the_last_one_stays(cli: Cli, services: Services) -> None:
    done = cli("grant", ADDRESS.upper(), "operator")
    assert done.exit_code == 0
    assert Role(kind=RoleKind.OPERATOR) in roles(services)
    assert cli("grant", ADDRESS, "operator").exit_code == 0
    assert len(roles(services)) == 2
    assert cli("grant", ADDRESS, "operator", "--revoke").exit_code == 1
    assert Role(kind=RoleKind.OPERATOR) in roles(services)


def test_curator_is_limited_and_the_limit_taken_away_again(cli: Cli, services: Services) -> None:
    limited = ("grant", ADDRESS, "curator", "--states", "HE, BY", "--topics", "mobility", "--organisations", "verbund")
    assert cli(*limited).exit_code == 0
    scope = Scope.of(["mobility"], ["BY", "HE"], ["verbund"])
    assert Role(kind=RoleKind.CURATOR, scope=scope) in roles(services)
    assert cli(*limited, "--revoke").exit_code == 0
    assert [role.kind for role in roles(services)] == [RoleKind.READER]
    assert cli(*limited, "--revoke").exit_code == 4


def test_what_does_not_fit_is_wrong_usage(cli: Cli, services: Services) -> None:
    for arguments, words in (
        (("curator", "--states", "XX"), "XX does not exist"),
        (("curator", "--topics", "weather"), "weather does not exist"),
        (("author", "--states", "HE"), "only a curator can be limited"),
        (("mayor",), "mayor"),
    ):
        done = cli("grant", ADDRESS, *arguments)
        assert done.exit_code == 2
        assert words in done.output
    assert [role.kind for role in roles(services)] == [RoleKind.READER]


def test_only_somebody_with_a_confirmed_address_of_one_account_is_found(cli: Cli, services: Services) -> None:
    join(services, "robin", None)
    done = cli("grant", "robin@beispielverbund.example", "operator")
    assert done.exit_code == 4
    assert "nobody with this address has signed in yet" in done.output
    join(services, "kim", ADDRESS, issuer="https://elsewhere.example")
    done = cli("grant", ADDRESS, "operator")
    assert done.exit_code == 1
    assert "several people have this address" in done.output
