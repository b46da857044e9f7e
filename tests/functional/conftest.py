from collections.abc import Iterator
from pathlib import Path

import pytest

from app.wiring import Services
from tests.webnode.node import make_node


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Services]:
    """A node of the test's own, with all that was published there."""
    services = make_node(tmp_path)
    services.follow()
    yield services
    services.close()
