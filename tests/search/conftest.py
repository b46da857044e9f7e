from collections.abc import Iterator

import pytest

from app.search.query import SearchQuery
from app.shared.config import load_settings
from app.wiring import Services
from tests.prepared import seeded_node
from tests.search.node import Rank, asked_once, shown


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node with the content of this repository, which nobody here changes; it searches by words alone."""
    services = asked_once(seeded_node(load_settings(data=tmp_path_factory.mktemp("search") / "node")))
    yield services
    services.close()


@pytest.fixture(scope="session")
def ranking(node: Services) -> Rank:
    """What it shows for a question."""
    return lambda text: shown(node.search.search(SearchQuery(text=text)))
