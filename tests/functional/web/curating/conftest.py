from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app.identity import Municipality, Role, RoleKind
from app.web.factory import create_app
from app.wiring import Services
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.curating.member import Member
from tests.webnode.node import one_node

Join = Callable[..., Member]


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node of these tests' own, because they write."""
    yield from one_node(tmp_path_factory.mktemp("curating"), **OPERATOR)


@pytest.fixture(scope="session")
def app(services: Services) -> Flask:
    return create_app(services, testing=True)


@pytest.fixture
def join(app: Flask, services: Services, request: pytest.FixtureRequest) -> Join:
    """Sign somebody in at a browser of their own; new people in each test."""

    def sign_in(
        name: str, *roles: Role | RoleKind, organisation: str | None = None, municipality: Municipality | None = None
    ) -> Member:
        shown = f"{name} {request.node.name}"[:90]
        return Member.signed_in(app, services, roles, name=shown, organisation=organisation, municipality=municipality)

    return sign_in


@pytest.fixture
def author(join: Join) -> Member:
    return join("Alex Beispiel", RoleKind.AUTHOR)


@pytest.fixture
def curator(join: Join) -> Member:
    return join("Robin Beispiel", RoleKind.CURATOR)


@pytest.fixture
def other_curator(join: Join) -> Member:
    return join("Kim Beispiel", RoleKind.CURATOR)
