# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.search.analysis.analyser import load_analyser
from app.search.engine import LEXICON
from tests.functional.review.node import ReviewNode

OpenNode = Callable[..., ReviewNode]


@pytest.fixture(scope="session")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The word list of the search, which takes seconds to make and is the same for every node."""
    file = tmp_path_factory.mktemp("lexicon") / LEXICON
    load_analyser(file)
    return file


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


@pytest.fixture
def searching_node(open_node: OpenNode, tmp_path: Path, lexicon: Path) -> ReviewNode:
    """The same with a search over them."""
    index = tmp_path / "node" / "index"
    index.mkdir(parents=True)
    shutil.copy(lexicon, index / LEXICON)
    node = open_node(with_search=True)
    node.seed("eins", "zwei")
    node.search.catch_up()
    return node
