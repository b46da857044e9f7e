from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.privacy.somebody import Somebody, somebody_in


@pytest.fixture
def somebody(tmp_path: Path) -> Iterator[Somebody]:
    """A person who did everything that one can do, on a node of the test's own."""
    somebody = somebody_in(tmp_path)
    yield somebody
    somebody.services.close()
