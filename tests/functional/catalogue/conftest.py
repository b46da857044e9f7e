from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.catalogue import CatalogueService
from app.database import Sessions
from app.records.commits import CommitKey
from app.records.record_reader import RecordReader
from app.records.repository import ContentRepository
from app.records.schema import SchemaSet
from app.records.seed import SeedImporter
from app.records.service import ContentService
from tests.database import engine_in

ROOT = Path(__file__).parents[3]

CONCEPT = """\
---
schema: concept/1
id: {id}
kind: concept
title: "{title}"
summary: "Ein Beispiel für Prüfungen."
lang: de
topics: [mobility]
license: CC-BY-4.0
compiled_by: editors
last_confirmed: 2026-03-01
review_by: 2027-03-01
concept_kind: checklist
purpose: "Zeigt, dass etwas geht."
use_when: ["Immer"]
avoid_when: ["Nie"]
steps:
  - {{title: "Anfangen", text: "Einfach anfangen."}}
legal_scope: [DE]
maintainer: {{name: "Musterstadt"}}
evidence_level: 0
lessons:
  - id: klein-anfangen
    kind: worked
    phase: concept
    topic: leadership
    statement: "Klein anfangen hilft."
    recommendation: "Fangen Sie klein an."
    sources: [quelle]
sources:
  - {{key: quelle, title: "Quelle", publisher: "Musterstadt", url: "https://musterstadt.example/", self_reported: true}}
---
## Worum es geht {{#background}}

{text} [^quelle]

## Was dazu belegt ist {{#findings}}

Nichts. [^quelle]
"""

WITHDRAWN = """\
---
schema: withdrawn/1
id: {id}
kind: concept
reason: {reason}
---
"""


def record_id(slug: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, slug))


def concept(slug: str, text: str = "Erste Fassung.", *, title: str = "Beispiel", id: str | None = None) -> bytes:  # noqa: A002 - named like the field
    return CONCEPT.format(id=id or record_id(slug), title=title, text=text).encode()


def withdrawn(slug: str, reason: str = "error") -> bytes:
    return WITHDRAWN.format(id=record_id(slug), reason=reason).encode()


class SteppingClock:
    """Each look at the clock is one minute later."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


class Node:
    """Content and catalogue of one node; another object on the same folder is another process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        clock = SteppingClock()
        schemas = SchemaSet.load(ROOT / "schemas")
        plurals = [kind.plural for kind in schemas.kinds]
        self.repository = ContentRepository(
            folder / "content.git", plurals=plurals, key=CommitKey(folder / "keys"), clock=clock
        )
        self.repository.create()
        self.engine = engine_in(folder)
        self.content = ContentService(self.repository, RecordReader(schemas), schemas)
        self.catalogue = CatalogueService(Sessions(self.engine), self.content, clock)

    def publish(self, slug: str, content: bytes | None, name: str = "index.md") -> str:
        return self.publish_all({f"concepts/{slug}/{name}": content})

    def publish_all(self, changes: dict[str, bytes | None]) -> str:
        return self.repository.write(changes, message="Edit", author="u-1", expected_head=self.repository.head())

    def close(self) -> None:
        self.repository.close()
        self.engine.dispose()


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
