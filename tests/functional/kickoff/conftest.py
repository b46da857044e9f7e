"""A node with the content of this repository, made once for all tests of the kickoff."""

from collections.abc import Iterator

import pytest

from app.shared.config import load_settings
from app.wiring import Services
from tests.prepared import seeded_node
from tests.search.node import asked_once


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Services of a node that has published the seed content; tests only read from it."""
    services = asked_once(seeded_node(load_settings(data=tmp_path_factory.mktemp("kickoff") / "node")))
    yield services
    services.close()
