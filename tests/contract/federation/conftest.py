"""A running node for judges from outside: 230 records in three pages, 25 of them withdrawn, one of them edited."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.wiring import wire
from app.wiring.node import Node
from tests.functional.cli.conftest import CONCEPT
from tests.once import made_once
from tests.prepared import copied, with_lexicon
from tests.webnode.node import SteppingClock, publish, settings, small_collection
from tools.serving_node import serving

CONCEPTS = 224
ALL = CONCEPTS + 6
WITHDRAWN = 25


def record_id(number: int) -> str:
    return f"20000000-0000-4000-8000-{number:012d}"


def concept(number: int, title: str = "Beispiel") -> bytes:
    return CONCEPT.format(
        id=record_id(number), title=f"{title} {number}", text="Ein Text über „Größen“ & <Maße>."
    ).encode()


def tombstone(number: int) -> bytes:
    front = f"schema: withdrawn/1\nid: {record_id(number)}\nkind: concept\nreason: error"
    return f"---\n{front}\n---\n".encode()


def path(number: int) -> str:
    return f"concepts/beispiel-{number}/index.md"


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a node in a process of its own."""
    folder = copied(made_once("judged", _make), tmp_path_factory.mktemp("judged"))
    quiet = {"NODE_CONTENT": str(folder / "seed"), "NODE_OPERATOR_EMAIL": "netz@verbund.example", "NODE_WORKERS": "1"}
    with serving(folder / "node", quiet, seconds=60) as site:
        yield site.url


def _make(folder: Path) -> None:
    seed = small_collection(folder / "seed")
    with_lexicon(folder / "node")
    for number in range(CONCEPTS):
        _write(seed / path(number), concept(number))
    services = wire(settings(folder), SteppingClock())
    Node(services).init(seed, lambda _step: lambda _done, _total: None)
    publish(services, {path(number): tombstone(number) for number in range(WITHDRAWN)})
    publish(services, {path(100): concept(100, "Neue Fassung")})
    services.close()


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
