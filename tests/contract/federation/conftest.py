"""A running node for judges from outside: 230 records in three pages, 25 of them withdrawn, one of them edited."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.wiring import Services
from app.wiring.node import Node
from tests.once import made_once
from tests.prepared import copied, with_lexicon
from tests.webnode import texts
from tests.webnode.clock import SteppingClock
from tests.webnode.node import publish, settings, small_collection
from tools.serving_node import serving

CONCEPTS = 224
ALL = CONCEPTS + 6
WITHDRAWN = 25


def record_id(number: int) -> str:
    return f"20000000-0000-4000-8000-{number:012d}"


def concept(number: int, title: str = "Beispiel") -> bytes:
    said, name = "Ein Text über „Größen“ & <Maße>.", record_id(number)
    return texts.concept("", said, f"{title} {number}", id=name, review_by="2099-03-01")


def tombstone(number: int) -> bytes:
    return texts.withdrawn("concept", record_id(number))


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
    services = Services(settings(folder), SteppingClock())
    Node(services).init(seed, lambda _step: lambda _done, _total: None)
    publish(services, {path(number): tombstone(number) for number in range(WITHDRAWN)})
    publish(services, {path(100): concept(100, "Neue Fassung")})
    services.close()


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
