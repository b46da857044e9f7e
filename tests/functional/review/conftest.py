import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.review.node import ReviewNode

OpenNode = Callable[..., ReviewNode]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node with the concepts `eins` and `zwei`; making one takes five times as long as copying it."""
    folder = tmp_path_factory.mktemp("review") / "node"
    node = ReviewNode(folder)
    node.seed("eins", "zwei")
    node.close()
    return folder


@pytest.fixture(scope="session")
def searched_template(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a search over them."""
    folder = tmp_path_factory.mktemp("searched") / "node"
    shutil.copytree(template, folder)
    node = ReviewNode(folder, with_search=True)
    node.search.catch_up()
    node.close()
    return folder


@pytest.fixture
def open_node(tmp_path: Path, template: Path) -> Iterator[OpenNode]:
    """Open the test's node; each object is another process's view of it."""
    opened: list[ReviewNode] = []

    def make(**options: Any) -> ReviewNode:
        if not (tmp_path / "node").exists():
            shutil.copytree(template, tmp_path / "node")
        opened.append(ReviewNode(tmp_path / "node", **options))
        return opened[-1]

    yield make
    for node in opened:
        node.close()


@pytest.fixture
def node(open_node: OpenNode) -> ReviewNode:
    """A node with the concepts `eins` and `zwei`."""
    return open_node()


@pytest.fixture
def searching_node(open_node: OpenNode, tmp_path: Path, searched_template: Path) -> ReviewNode:
    """The same with a search over them."""
    shutil.copytree(searched_template, tmp_path / "node")
    return open_node(with_search=True)
