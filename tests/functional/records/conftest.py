from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from app.records.commits import CommitKey
from app.records.repository import ContentRepository
from app.records.seed import SeedImporter
from tests.webnode.clock import SteppingClock
from tests.webnode.stored import BEGIN

PLURALS = ("case-studies", "concepts")
Open = Callable[[], ContentRepository]


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(BEGIN)


@pytest.fixture
def open_repository(tmp_path: Path, clock: SteppingClock) -> Iterator[Open]:
    """Open the same node's repository, as another process would."""
    git, key = tmp_path / "node" / "content.git", CommitKey(tmp_path / "node" / "keys")
    with ExitStack() as opened:
        yield lambda: opened.enter_context(closing(ContentRepository(git, plurals=PLURALS, key=key, clock=clock)))


@pytest.fixture
def empty(open_repository: Open) -> ContentRepository:
    repository = open_repository()
    repository.create()
    return repository


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    root = tmp_path / "seed"
    for slug in ("ulm", "nottuln"):
        (root / "case-studies" / slug).mkdir(parents=True)
        (root / "case-studies" / slug / "index.md").write_text(f"first {slug}\n")
    (root / "case-studies" / "ulm" / "karte.png").write_bytes(b"\x89PNG map")
    (root / "vocabulary").mkdir()
    (root / "vocabulary" / "topics.yaml").write_text("id: topics\n")
    return root


@pytest.fixture
def repository(empty: ContentRepository, seed: Path) -> ContentRepository:
    SeedImporter(empty).init(seed)
    return empty
