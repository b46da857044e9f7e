from __future__ import annotations

import pytest

from app.catalogue import CatalogueEntry
from app.wiring import Services
from tests.webnode.reading import noted


@pytest.fixture
def read(node: Services, monkeypatch: pytest.MonkeyPatch) -> list[CatalogueEntry]:
    """The versions that are read, in their order."""
    return noted(node.catalogue, monkeypatch)
