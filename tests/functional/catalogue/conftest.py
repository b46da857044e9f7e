from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.catalogue.entry import State
from app.catalogue.models import VersionRow
from app.records.seed import SeedImporter
from tests.webnode.stored import StoredNode
from tests.webnode.texts import concept


class Node(StoredNode):
    """A node whose concepts are edited one by one."""

    def edit(self, slug: str, content: bytes | None, name: str = "index.md") -> str:
        return self.publish({f"concepts/{slug}/{name}": content})


@pytest.fixture
def open_node(tmp_path: Path) -> Iterator[Callable[[], Node]]:
    with ExitStack() as opened:
        yield lambda: opened.enter_context(closing(Node(tmp_path / "node")))


@pytest.fixture
def node(open_node: Callable[[], Node], tmp_path: Path) -> Node:
    """A node with the concepts `eins` and `zwei`."""
    node = open_node()
    for slug in ("eins", "zwei"):
        (tmp_path / "seed" / "concepts" / slug).mkdir(parents=True)
        (tmp_path / "seed" / "concepts" / slug / "index.md").write_bytes(concept(slug))
    SeedImporter(node.repository).init(tmp_path / "seed")
    return node


KINDS = ("case-study", "concept")
"""The kinds among these that are listed."""


def id_of(number: int) -> str:
    """Return the identifier of the record with this number; they are spread over all beginnings."""
    return f"{number * 7919 % 65536:04x}0000-0000-4000-8000-{number:012d}"


def version(number: int, ver: int, state: State, origin: str = "") -> VersionRow:
    """Return a version of the record with this number."""
    return VersionRow(
        origin=origin,
        record_id=id_of(number),
        ver=ver,
        digest=f"sha256:{number:060d}{ver:04d}",
        state=state,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        kind=(*KINDS, "response")[number % 3],
        slug=f"beispiel-{number}",
    )
