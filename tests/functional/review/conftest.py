# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.review.node import ReviewNode

OpenNode = Callable[..., ReviewNode]


@pytest.fixture
def open_node(tmp_path: Path) -> Iterator[OpenNode]:
    opened: list[ReviewNode] = []

    def make(**options: Any) -> ReviewNode:
        opened.append(ReviewNode(tmp_path / "node", **options))
        return opened[-1]

    yield make
    for node in opened:
        node.close()


@pytest.fixture
def node(open_node: OpenNode) -> ReviewNode:
    """A node with the concepts `eins` and `zwei`."""
    node = open_node()
    node.seed("eins", "zwei")
    return node
