"""What every command works on: settings, stores, and the content of this node itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property, partial
from pathlib import Path
from urllib.parse import urlsplit

from app.catalogue.own_files import OwnFiles
from app.catalogue.vocabularies import Vocabularies, VocabularyRows
from app.database import Sessions, make_engine
from app.database.jobs import LastResults, Schedule
from app.database.writer import WriterLease
from app.documents.confined import ConfinedDocuments
from app.documents.writing.exports import PageExports
from app.federation.harvest.files.file_rows import names_any
from app.federation.higher_versions import HigherVersions
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
"""The file in the data folder of a node that came from a backup: others may hold later versions of its records."""
OWN, FOREIGN = "own", "foreign-files"
"""Folders of files that own records name, and of those that records of other nodes do."""


class Foundation:
    """Each part is made when it is first asked for, and stays."""

    def __init__(self, settings: Settings, clock: Clock, after_step: AfterStep) -> None:
        self.settings = settings
        self.clock = clock
        self.after_step = after_step
        self.heavy_threads = Threads(max(1, settings.threads // 2))
        """The threads of this process that files and documents together may hold; the others are for readers."""
        self.restored = settings.data / RESTORED
        """See `RESTORED`; removed once all peers were asked which versions they hold."""
        self.vault = Vault(lambda: read_secret_key(settings))

    @cached_property
    def schemas(self) -> SchemaSet:
        return SchemaSet.load(self.settings.schemas_path)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(make_engine(self.settings.database_url, reads_only=self.settings.reads_only))

    @cached_property
    def confinement(self) -> Confinement:
        """Places for the files that people send: a node reads and cleans two at a time, one of each person."""
        # As much as the largest picture takes that is allowed. Whoever comes next waits for five seconds at most.
        limits = Limits(memory=768 * 1024 * 1024, seconds=20, wall=30)
        folder = self.settings.data / "confined"
        return Confinement(folder, places=2, patience=5, limits=limits, threads=self.heavy_threads)

    @cached_property
    def documents(self) -> ConfinedDocuments:
        return ConfinedDocuments(self.confinement)

    @cached_property
    def memo_pages(self) -> PageExports:
        """Draws memos: two at a time for two askers; a third waits for a moment, who comes then is asked to return."""
        return self._pages("exports", patience=2)

    @cached_property
    def sheets(self) -> PageExports:
        """Draws records for whoever asks, in places of its own, so that memos never wait for them."""
        return self._pages("sheets", patience=0)

    def _pages(self, name: str, patience: float) -> PageExports:
        fonts, folder = self.settings.static_path / "vendor" / "fira-sans", self.settings.data / "confined" / name
        return PageExports(fonts, Confinement(folder, places=2, patience=patience, threads=self.heavy_threads))

    @cached_property
    def results(self) -> LastResults:
        return LastResults(self.sessions, self.clock)

    @cached_property
    def schedule(self) -> Schedule:
        return Schedule(self.sessions, self.clock)

    @cached_property
    def repository(self) -> ContentRepository:
        return ContentRepository(
            self.settings.repository_path,
            plurals=[kind.plural for kind in self.schemas.kinds],
            key=CommitKey(self.settings.keys_path),
            clock=self.clock,
            host=urlsplit(self.settings.issuer).hostname or "node.invalid",
            gate=self._may_publish,
            present=self.lease.hold if self.settings.reads_only else lambda: None,
        )

    @cached_property
    def lease(self) -> WriterLease:
        return WriterLease(self.sessions, self.settings.machine, reads_only=self.settings.reads_only)

    def _may_publish(self, paths: Collection[str]) -> Mapping[str, int]:
        self.lease.hold()
        if self.restored.exists():
            raise PublishingStopped
        return self.higher_versions.least_numbers(paths)

    @cached_property
    def public_copy(self) -> PublicCopy:
        return PublicCopy(self.repository)

    @cached_property
    def content(self) -> ContentService:
        return ContentService(self.repository, RecordReader(self.schemas), self.schemas)

    @cached_property
    def own_files(self) -> OwnFiles | None:
        """The files of own versions where several machines serve; one alone reads them from its repository."""
        if not self.settings.files:
            return None

        def names_any_own(names: Collection[str]) -> bool:
            return self.own_files is not None and self.own_files.knows(names)

        store = self._store(OWN, names_any_own)
        return OwnFiles(store, self.sessions, self.content.file, self.restored)

    @cached_property
    def foreign_store(self) -> FileStore:
        """Where pictures and files of other nodes' records lie."""
        return self._store(FOREIGN, partial(names_any, self.sessions))

    def files_folder(self, name: str) -> Path:
        """Return a folder of pictures and files: in the data folder, or where several machines reach it."""
        return Path(self.settings.files or self.settings.data) / name

    def _store(self, name: str, knows: Callable[[Collection[str]], bool]) -> FileStore:
        folder, settings = self.files_folder(name), self.settings
        if not settings.files:
            return FileStore(folder)
        return SharedFileStore(folder, settings.issuer, settings.moved_from.rstrip("/"), knows)

    @cached_property
    def vocabularies(self) -> Vocabularies:
        handed_on = VocabularyRows(self.sessions)
        return Vocabularies(handed_on if self.settings.reads_only else self.repository, self.schemas, handed_on)

    @cached_property
    def higher_versions(self) -> HigherVersions:
        return HigherVersions(self.sessions)

    @cached_property
    def followers(self) -> FollowerStore:
        """The addresses of people who follow something."""
        return FollowerStore(self.sessions, self.vault)

    @cached_property
    def confirmations(self) -> Confirmations:
        """What people without an account have to confirm."""
        return Confirmations(self.sessions, self.clock, self.vault, is_offered=bool(self.settings.smtp_host))

    @cached_property
    def related(self) -> NeighbourStore:
        """The lists of records that are alike."""
        return NeighbourStore(self.sessions)
