"""The lower half of a node: repository, database and catalogue in one folder, without the site above them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from app.catalogue import CatalogueService
from app.database import Sessions
from app.records.commits import CommitKey
from app.records.record_reader import RecordReader
from app.records.repository import ContentRepository
from app.records.schema import SchemaSet
from app.records.service import ContentService
from tests.database import engine_in
from tests.webnode.clock import SteppingClock

SCHEMAS = Path(__file__).parents[2] / "schemas"
BEGIN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class StoredNode:
    """One process's view of a node; another object on the same folder is another process."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] | None = None) -> None:
        self.folder = folder
        self.clock = clock or SteppingClock(BEGIN)
        self.schemas = SchemaSet.load(SCHEMAS)
        self.repository = ContentRepository(
            folder / "content.git",
            plurals=[kind.plural for kind in self.schemas.kinds],
            key=CommitKey(folder / "keys"),
            clock=self.clock,
        )
        self.repository.create()
        self.engine = engine_in(folder)
        self.sessions = Sessions(self.engine)
        self.content = ContentService(self.repository, RecordReader(self.schemas), self.schemas)
        self.catalogue = CatalogueService(self.sessions, self.content, self.clock)

    def publish(self, changes: Mapping[str, bytes | None]) -> str:
        """Publish files beside review, as `sync` does; return the commit."""
        head = self.repository.head()
        return self.repository.write(changes, message="Edit", author="seed", expected_head=head)

    def close(self) -> None:
        """Let go of git and the database."""
        self.repository.close()
        self.engine.dispose()
