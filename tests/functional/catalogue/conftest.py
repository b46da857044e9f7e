from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.records.seed import SeedImporter
from tests.database import engine_in
from tests.webnode.stored import StoredNode
from tests.webnode.texts import concept


class Node(StoredNode):
    """A node whose concepts are edited one by one."""

    def edit(self, slug: str, content: bytes | None, name: str = "index.md") -> str:
        return self.publish({f"concepts/{slug}/{name}": content})


@pytest.fixture
def open_node(tmp_path: Path) -> Iterator[Callable[[], Node]]:
    opened: list[Node] = []

    def make() -> Node:
        opened.append(Node(tmp_path / "node"))
        return opened[-1]

    yield make
    for node in opened:
        node.close()


@pytest.fixture
def node(open_node: Callable[[], Node], tmp_path: Path) -> Node:
    """A node with the concepts `eins` and `zwei`."""
    node = open_node()
    for slug in ("eins", "zwei"):
        (tmp_path / "seed" / "concepts" / slug).mkdir(parents=True)
        (tmp_path / "seed" / "concepts" / slug / "index.md").write_bytes(concept(slug))
    SeedImporter(node.repository).init(tmp_path / "seed")
    return node


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_in(tmp_path)
    yield engine
    engine.dispose()
