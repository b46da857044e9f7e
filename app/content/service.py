# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Own records at any version, read and checked once per process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from functools import lru_cache
from operator import itemgetter

from app.content.folders import FolderSnapshot
from app.content.git.errors import ObjectMissing, ObjectUnreadable
from app.content.history import VersionRef, numbered
from app.content.paths import INDEX_FILE
from app.content.problem import InvalidRecord, Problem
from app.content.recent import Recent
from app.content.record import Record, Withdrawn
from app.content.record_reader import RecordReader, not_withdrawn
from app.content.repository import ContentRepository
from app.content.schema import SchemaSet

_REMEMBERED = 5 * 1024 * 1024
"""Bytes of texts; a record that was read takes some four times as much."""
_Wanted = tuple[VersionRef, str]
_Read = tuple[Record | Withdrawn, int]
_READ_ONCE = 64
"""What is read by commit is judged or indexed and then asked for by version, so few are kept."""


class ContentService:
    """Gives records by path and commit, and the versions of a path.

    What was read is kept, the least recently used dropped: a version never changes.
    """

    def __init__(
        self, repository: ContentRepository, reader: RecordReader, schemas: SchemaSet, *, remembered: int = _REMEMBERED
    ) -> None:
        """Read from `repository` and keep the records of up to `remembered` bytes of text in memory."""
        self._repository = repository
        self._reader = reader
        self._schemas = schemas
        self._cached = lru_cache(maxsize=_READ_ONCE)(self._read)
        self._published: Recent[_Wanted, _Read] = Recent(remembered, weigh=itemgetter(1))

    def published(self, version: VersionRef, digest: str) -> Record:
        """Return the record of a published version whose digest the caller knows.

        Working the digest out again would take as long as reading the text. Raises InvalidRecord (for a withdrawn one
        too) and ObjectMissing.
        """
        found, _size = self._published.get((version, digest), lambda: self._read_version(version, digest))
        return not_withdrawn(version.path, found)

    def read_ahead(self, wanted: Iterable[_Wanted]) -> None:
        """Read a page of versions, each with its known digest, so that `published` has them without waiting for git.

        What cannot be read is passed over; `published` then says why.
        """
        missing = [one for one in wanted if one not in self._published]
        try:
            folders = self._repository.folders.snapshots_of([version.tree for version, _ in missing])
        except ObjectUnreadable:
            # git ends at the damaged one of them; asked for one by one, the others can be read.
            return
        for (version, digest), folder in zip(missing, folders, strict=True):
            with suppress(InvalidRecord):
                if folder is not None:
                    record = self._parsed(version.path, version.commit, folder, digest)
                    self._published.put((version, digest), (record, len(folder.text)))

    def read(self, path: str, commit: str) -> Record | Withdrawn:
        """Return the record at `commit`, or the note that it was withdrawn; raises InvalidRecord and ObjectMissing."""
        return self._cached(path, commit)

    def file(self, kind: str, slug: str, ver: int, name: str) -> bytes:
        """Return a file of version `ver` of a record; raises ObjectMissing, UnsafePath and SchemaError."""
        path = self.path_of(kind, slug)
        return self._repository.file(path, name, self.version(path, ver).commit)

    def version(self, path: str, ver: int) -> VersionRef:
        """Return version `ver` of the folder `path`; raises ObjectMissing."""
        version = numbered(self._repository.versions(path), ver)
        if version is None:
            raise ObjectMissing(f"{path} v{ver}")
        return version

    def version_at(self, path: str, ver: int, at: datetime) -> VersionRef:
        """Return version `ver`, which was published at `at`; raises ObjectMissing.

        One that is known already is taken without asking git, which would take as long as reading the record. The time
        tells it from another version of this number, if history was rewritten meanwhile.
        """
        known = self._repository.history.remembered(path, ver)
        return known if known is not None and known.at == at else self.version(path, ver)

    def path_of(self, kind: str, slug: str) -> str:
        """Return the folder of a record, such as `case-studies/ulm`; raises SchemaError for an unknown kind."""
        return f"{self._schemas.kind(kind).plural}/{slug}"

    def kind_of(self, path: str) -> str:
        """Return the kind of the records that stand beside `path`; raises SchemaError."""
        return self._schemas.kind_of_folder(path.partition("/")[0]).name

    def head(self) -> str:
        """Return the commit id of what is published; raises NotInitialised."""
        return self._repository.head()

    def versions_since(self, commit: str | None, head: str) -> Sequence[VersionRef] | None:
        """Return what was published after `commit` up to `head`; None when `commit` is not on main any more."""
        return self._repository.history.since(commit, head)

    def exclusive(self, name: str) -> AbstractContextManager[None]:
        """Hold the lock `name` between all threads and processes of the machine; raises RepositoryBusy."""
        return self._repository.exclusive(name)

    def _read(self, path: str, commit: str) -> Record | Withdrawn:
        return self._parsed(path, commit, self._repository.folder(path, commit))

    def _read_version(self, version: VersionRef, digest: str) -> _Read:
        folder = self._repository.folders.snapshot_of(version.tree)
        return self._parsed(version.path, version.commit, folder, digest), len(folder.text)

    def _parsed(self, path: str, commit: str, folder: FolderSnapshot, digest: str = "") -> Record | Withdrawn:
        def load(name: str) -> bytes:
            try:
                return self._repository.file(path, name, commit)
            except ObjectMissing as error:
                missing = Problem(file=f"{path}/{INDEX_FILE}", code="file_missing", params={"file": name})
                raise InvalidRecord(path, (missing,)) from error

        return self._reader.read_any(path, folder.text, folder.files, load, digest)
