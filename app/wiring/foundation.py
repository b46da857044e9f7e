"""The basis of all commands: settings, stores, and the node's own content."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from app.catalogue.own_files import OwnFiles
from app.catalogue.vocabularies import Vocabularies, VocabularyRows
from app.database import Sessions, make_engine
from app.database.jobs import LastResults, Schedule
from app.database.writer import WriterLease
from app.documents.confined import ConfinedDocuments
from app.documents.writing.exports import PageExports
from app.federation.harvest.held_files import names_any
from app.following.service import FollowerStore
from app.records.commits import CommitKey
from app.records.file_store import FileStore, SharedFileStore
from app.records.record_reader import RecordReader
from app.records.repository import ContentRepository, PublishingStopped
from app.records.schema import SchemaSet
from app.records.service import ContentService
from app.records.sharing.public_copy import PublicCopy
from app.review.confirmations import Confirmations, Vault
from app.review.context import AfterStep
from app.search.neighbours import NeighbourStore
from app.shared.clock import Clock
from app.shared.config import Settings
from app.shared.config.load import read_secret_key
from app.shared.confinement import Confinement, Limits, Threads

RESTORED = "restored"
"""Name of a marker file in the data folder of a restored node: peers may hold later versions of its records."""
OWN, FOREIGN = "own", "foreign-files"
"""Folders for files of own records and of other nodes' records."""


class Foundation:
    """The stores of a node, and services on its own content. Reads only the schemas at first, and writes nothing."""

    def __init__(self, settings: Settings, clock: Clock, after_step: AfterStep) -> None:
        self.settings = settings
        self.clock = clock
        self.after_step = after_step
        self.restored = settings.data / RESTORED
        """Path of the marker `RESTORED`, which is removed once all peers have been asked for their versions."""
        self.vault = Vault(lambda: read_secret_key(settings))
        self.schemas = SchemaSet.load(settings.schemas_path)
        self.sessions = sessions = Sessions(make_engine(settings.database_url, reads_only=settings.reads_only))
        self.lease = WriterLease(sessions, settings.machine, reads_only=settings.reads_only)
        self.results = LastResults(sessions, clock)
        self.schedule = Schedule(sessions, clock)
        self.followers = FollowerStore(sessions, self.vault)
        self.confirmations = Confirmations(sessions, clock, self.vault, is_offered=bool(settings.smtp_host))
        self.related = NeighbourStore(sessions)
        self.repository = ContentRepository(
            settings.repository_path,
            plurals=[kind.plural for kind in self.schemas.kinds],
            key=CommitKey(settings.keys_path),
            clock=clock,
            host=urlsplit(settings.issuer).hostname or "node.invalid",
            gate=self._may_publish,
            present=self.lease.hold if settings.reads_only else lambda: None,
        )
        self.public_copy = PublicCopy(self.repository)
        self.content = ContentService(self.repository, RecordReader(self.schemas), self.schemas)
        handed_on = VocabularyRows(sessions)
        self.vocabularies = Vocabularies(handed_on if settings.reads_only else self.repository, self.schemas, handed_on)
        self.own_files = self._own_files() if settings.files else None
        """Files of own versions for several machines; None on a single one, which reads them from its repository."""
        self.foreign_store = self._store(FOREIGN, partial(names_any, sessions))
        self.heavy_threads = Threads(max(1, settings.threads // 2))
        """Limits the threads of this process that files and documents may occupy; the others are for pages."""
        # The memory suffices for the largest picture allowed. Two files are cleaned at a time, one per person.
        limits, folder = Limits(memory=768 * 1024 * 1024, seconds=20, wall=30), settings.data / "confined"
        self.confinement = Confinement(folder, places=2, patience=5, limits=limits, threads=self.heavy_threads)
        self.documents = ConfinedDocuments(self.confinement)
        self.memo_pages = self._pages("exports", patience=2)
        """Renders memos, two at a time; a third waits for two seconds, then the reader is asked to retry."""
        self.sheets = self._pages("sheets", patience=0)
        """Renders records as documents, separately from memos, so that memos never wait for them."""

    def _pages(self, name: str, patience: float) -> PageExports:
        fonts, folder = self.settings.static_path / "vendor" / "fira-sans", self.settings.data / "confined" / name
        return PageExports(fonts, Confinement(folder, places=2, patience=patience, threads=self.heavy_threads))

    def _may_publish(self, _paths: Collection[str]) -> Mapping[str, int]:
        self.lease.hold()
        if self.restored.exists():
            raise PublishingStopped
        return {}

    def files_folder(self, name: str) -> Path:
        """Return the path of a folder for files: in the shared place if set, otherwise in the data folder."""
        return Path(self.settings.files or self.settings.data) / name

    def _own_files(self) -> OwnFiles:
        store = self._store(OWN, lambda names: found.knows(names))  # noqa: PLW0108 - made with it
        found = OwnFiles(store, self.sessions, self.content.file, self.restored)
        return found

    def _store(self, name: str, knows: Callable[[Collection[str]], bool]) -> FileStore:
        folder, settings = self.files_folder(name), self.settings
        if not settings.files:
            return FileStore(folder)
        return SharedFileStore(folder, settings.issuer, settings.moved_from.rstrip("/"), knows)
