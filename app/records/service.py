"""A node's own records at any version, read from git and checked."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import lru_cache

from app.records.git.errors import ObjectMissing
from app.records.history import VersionRef, numbered
from app.records.paths import INDEX_FILE
from app.records.problem import InvalidRecord, Problem
from app.records.record import Record, Withdrawn
from app.records.record_reader import RecordReader, VersionText, canonical_content
from app.records.repository import ContentRepository
from app.records.schema import SchemaSet

_CACHE_SIZE = 64
"""Records cached here; few, because the catalogue has a cache of its own."""


class ContentService:
    """Returns records by path and commit, and the versions of a path, as stored in git."""

    def __init__(self, repository: ContentRepository, reader: RecordReader, schemas: SchemaSet) -> None:
        self._repository = repository
        self._reader = reader
        self._schemas = schemas
        self._cached = lru_cache(maxsize=_CACHE_SIZE)(self._read)

    def read(self, path: str, commit: str) -> Record | Withdrawn:
        """Return the record or tombstone at `commit`. Raises InvalidRecord, ObjectMissing, ObjectUnreadable."""
        return self._cached(path, commit, "")

    def read_version(self, version: VersionRef) -> Record | Withdrawn:
        """Return a version without searching its folder among all records; raises like `read`."""
        return self._cached(version.path, version.commit, version.tree)

    def text(self, version: VersionRef) -> VersionText:
        """Return a good version in a form that can be read without git; raises like `read`."""
        found = self.read_version(version)
        if isinstance(found, Withdrawn):
            return VersionText(content=canonical_content(found.data, found.body, ()).decode(), beside={})
        texts = (item.file for item in found.translations if item.file)
        return VersionText(
            content=canonical_content(found.data, found.body, found.files).decode(),
            beside={name: self._file(version, name).decode() for name in texts},
        )

    def file(self, kind: str, slug: str, ver: int, name: str) -> bytes:
        """Return a file of version `ver` of a record; raises ObjectMissing, UnsafePath and SchemaError."""
        return self._file(self.version(self.path_of(kind, slug), ver), name)

    def version(self, path: str, ver: int) -> VersionRef:
        """Return version `ver` of the folder `path`; raises ObjectMissing."""
        version = numbered(self._repository.versions(path), ver)
        if version is None:
            raise ObjectMissing(f"{path} v{ver}")
        return version

    def versions(self, path: str) -> Sequence[VersionRef]:
        """Return all versions of the folder `path`, oldest first."""
        return self._repository.versions(path)

    def path_of(self, kind: str, slug: str) -> str:
        """Return the folder of a record, such as `case-studies/ulm`; raises SchemaError for an unknown kind."""
        return f"{self._schemas.kind(kind).plural}/{slug}"

    def kind_of(self, path: str) -> str:
        """Return the kind of the records in the same folder as `path`; raises SchemaError."""
        return self._schemas.kind_of_folder(path.partition("/")[0]).name

    def head(self) -> str:
        """Return the commit id of what is published; raises NotInitialised."""
        return self._repository.head()

    def versions_since(self, commit: str | None, head: str) -> Sequence[VersionRef] | None:
        """Return what was published after `commit` up to `head`; None if `commit` is no longer on main."""
        return self._repository.history.since(commit, head)

    def exclusive(self, name: str) -> AbstractContextManager[None]:
        """Hold the lock `name` across all threads and processes of the machine; raises RepositoryBusy."""
        return self._repository.exclusive(name)

    def _file(self, version: VersionRef, name: str) -> bytes:
        return self._repository.file(version.path, name, version.commit, version.tree)

    def _read(self, path: str, commit: str, tree: str) -> Record | Withdrawn:
        folder = self._repository.folder(path, commit, tree)

        def load(name: str) -> bytes:
            try:
                return self._repository.file(path, name, commit, tree)
            except ObjectMissing as error:
                missing = Problem(file=f"{path}/{INDEX_FILE}", code="file_missing", params={"file": name})
                raise InvalidRecord(path, (missing,)) from error

        return self._reader.read_any(path, folder.text, folder.files, load)
