from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.wiring import Services
from tests.database import engine_in
from tests.webnode.node import one_node


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_in(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """A node of the test's own."""
    yield from one_node(tmp_path)


@pytest.fixture
def node(services: Services) -> Services:
    """A node of the test's own, with all that was published there."""
    services.follow()
    return services
