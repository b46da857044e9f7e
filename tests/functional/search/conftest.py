from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.catalogue import CatalogueService
from app.database import Sessions
from app.records.commits import CommitKey
from app.records.record_reader import RecordReader
from app.records.repository import ContentRepository
from app.records.schema import SchemaSet
from app.records.seed import SeedImporter
from app.records.service import ContentService
from app.records.vocabulary import Vocabulary
from app.search.analysis.analyser import GermanAnalyser, load_analyser
from app.search.engine import IndexPlace
from app.search.plan import QueryPlanner
from app.search.service import SearchService
from app.search.synonyms import Synonyms
from tests.contract.search_documents import VOCABULARY
from tests.database import engine_in
from tests.prepared import lexicon, with_lexicon

ROOT = Path(__file__).parents[3]

CASE_STUDY = """\
---
schema: case-study/1
id: {id}
kind: case-study
title: "{title}"
summary: "Wie Musterstadt ein Vorhaben umgesetzt hat."
lang: de
topics: [mobility]
keywords: [Kleinbus]
license: CC-BY-4.0
compiled_by: editors
last_confirmed: 2026-03-01
review_by: 2099-03-01
municipalities:
  - {{name: Musterstadt, state: HE, kind: town, role: lead, population: 9000}}
goals:
  - {{text: "Menschen ohne Auto sollen mobil sein.", sources: [quelle]}}
phase: ended
outcome: stopped
stop_reason: [budget]
outcome_note: {{text: "Der Betrieb war zu teuer.", sources: [quelle]}}
period: {{start: 2019-03, end: 2023-10}}
results:
  - {{statement: "Ein Ergebnis.", date: 2023-10, sources: [quelle]}}
evidence_level: 1
lessons:
  - id: betrieb-sichern
    kind: did_not_work
    phase: ended
    topic: finance
    statement: "Ohne gesicherten Betrieb endet das Angebot mit der Förderung."
    because: "Der Kreis hatte keine Mittel eingeplant."
    recommendation: "Klären Sie die Finanzierung vor dem Start."
    sources: [quelle]
sources:
  - key: quelle
    title: "Fremdwort im Titel der Quelle"
    publisher: "Musterstadt"
    url: "https://musterstadt.example/quellenadresse"
    date: 2026-02-01
    self_reported: true
---
## Ausgangslage {{#problem}}

{text} [^quelle]

## Vorgehen {{#approach}}

Es wurde begonnen, siehe [die Seite](https://musterstadt.example/linkziel). [^quelle]

## Was kam heraus {{#results}}

Es wurde beendet. [^quelle]
"""

WITHDRAWN = """\
---
schema: withdrawn/1
id: {id}
kind: case-study
reason: error
---
"""


def record_id(slug: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, slug))


def case_study(slug: str, title: str, text: str = "Ein Problem.") -> bytes:
    return CASE_STUDY.format(id=record_id(slug), title=title, text=text).encode()


def withdrawn(slug: str) -> bytes:
    return WITHDRAWN.format(id=record_id(slug)).encode()


class SteppingClock:
    """Each look at the clock is one minute later."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


class Node:
    """Content, catalogue and search of one node; another object on the same folder is another process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = folder / "index"
        clock = SteppingClock()
        self.schemas = SchemaSet.load(ROOT / "schemas")
        self.repository = ContentRepository(
            folder / "content.git",
            plurals=[kind.plural for kind in self.schemas.kinds],
            key=CommitKey(folder / "keys"),
            clock=clock,
        )
        self.repository.create()
        self.engine = engine_in(folder)
        content = ContentService(self.repository, RecordReader(self.schemas), self.schemas)
        self.catalogue = CatalogueService(Sessions(self.engine), content, clock)
        names = ("terms", "topics")
        self.vocabularies = {n: Vocabulary.parse((ROOT / f"content/vocabulary/{n}.yaml").read_bytes()) for n in names}
        self.search = SearchService(IndexPlace(self.index), self.catalogue, self.schemas, self.vocabularies)

    def publish(self, slug: str, content: bytes) -> None:
        head = self.repository.head()
        path = f"case-studies/{slug}/index.md"
        self.repository.write({path: content}, message="Edit", author="u-1", expected_head=head)

    def follow(self) -> int:
        self.catalogue.catch_up()
        return self.search.catch_up()

    def close(self) -> None:
        self.repository.close()
        self.engine.dispose()


@pytest.fixture(scope="module")
def german() -> GermanAnalyser:
    return load_analyser(lexicon())


@pytest.fixture(scope="module")
def planner(german: GermanAnalyser) -> QueryPlanner:
    synonyms = Synonyms({"terms": VOCABULARY}, german)
    return QueryPlanner(german, lambda: synonyms)


@pytest.fixture
def open_node(tmp_path: Path) -> Iterator[Callable[[], Node]]:
    opened: list[Node] = []
    with_lexicon(tmp_path / "node")

    def make() -> Node:
        opened.append(Node(tmp_path / "node"))
        return opened[-1]

    yield make
    for node in opened:
        node.close()


@pytest.fixture
def node(open_node: Callable[[], Node], tmp_path: Path) -> Node:
    """A node with two case studies, caught up."""
    node = open_node()
    for slug, title in (("rufbus", "Rufbus im Landkreis eingestellt"), ("pegel", "Pegelmessung am Dorfbach")):
        (tmp_path / "seed" / "case-studies" / slug).mkdir(parents=True)
        (tmp_path / "seed" / "case-studies" / slug / "index.md").write_bytes(case_study(slug, title))
    SeedImporter(node.repository).init(tmp_path / "seed")
    node.follow()
    return node
