from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from app.records.seed import SeedImporter
from app.records.vocabulary import Vocabulary
from app.search.analysis.analyser import GermanAnalyser, load_analyser
from app.search.engine import IndexPlace
from app.search.plan import QueryPlanner
from app.search.service import SearchService
from app.search.synonyms import Synonyms
from tests.contract.search_documents import VOCABULARY
from tests.webnode.stored import StoredNode
from tests.webnode.texts import case_study

ROOT = Path(__file__).parents[3]


class Node(StoredNode):
    """A node with a search; its case studies are edited one by one."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.index = folder / "index"
        names = ("terms", "topics")
        self.vocabularies = {n: Vocabulary.parse((ROOT / f"content/vocabulary/{n}.yaml").read_bytes()) for n in names}
        self.search = SearchService(IndexPlace(self.index), self.catalogue, self.schemas, self.vocabularies)

    def edit(self, slug: str, content: bytes) -> None:
        self.publish({f"case-studies/{slug}/index.md": content})

    def follow(self) -> int:
        self.catalogue.catch_up()
        return self.search.catch_up()


@pytest.fixture(scope="module")
def german() -> GermanAnalyser:
    return load_analyser()


@pytest.fixture(scope="module")
def planner(german: GermanAnalyser) -> QueryPlanner:
    synonyms = Synonyms({"terms": VOCABULARY}, german)
    return QueryPlanner(german, lambda: synonyms)


def imported(node: Node) -> Node:
    """Give a node two case studies, and catch up."""
    for slug, title in (("rufbus", "Rufbus im Landkreis eingestellt"), ("pegel", "Pegelmessung am Dorfbach")):
        file = node.folder.with_name("seed") / "case-studies" / slug / "index.md"
        file.parent.mkdir(parents=True)
        file.write_bytes(case_study(slug, title))
    SeedImporter(node.repository).init(node.folder.with_name("seed"))
    node.follow()
    return node


@pytest.fixture
def open_node(tmp_path: Path) -> Iterator[Callable[[], Node]]:
    with ExitStack() as opened:
        yield lambda: opened.enter_context(closing(Node(tmp_path / "node")))


@pytest.fixture
def node(open_node: Callable[[], Node]) -> Node:
    """A node with two case studies, caught up."""
    return imported(open_node())
