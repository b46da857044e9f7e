# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.personal.somebody import Somebody, somebody_on
from tests.webnode.node import make_node


@pytest.fixture
def somebody(tmp_path: Path) -> Iterator[Somebody]:
    """A person who did everything that one can do, on a node of the test's own."""
    services = make_node(tmp_path, smtp_host="127.0.0.1", operator_email="netz@verbund.example")
    yield somebody_on(services)
    services.close()
