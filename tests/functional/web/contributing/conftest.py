from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from app.identity import RoleKind
from app.wiring import Services
from tests.functional.web.conftest import OPERATOR
from tests.functional.web.contributing.author import Author
from tests.webnode.node import one_node
from tests.webnode.people import sign_in


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node of these tests' own, because they write."""
    yield from one_node(tmp_path_factory.mktemp("contributing"), **OPERATOR)


@pytest.fixture
def author(client: FlaskClient, request: pytest.FixtureRequest) -> Author:
    """Somebody who writes, a new person in each test."""
    sign_in(client, (RoleKind.AUTHOR,), name=f"Beispiel {request.node.name[:60]}")
    return Author(client)
