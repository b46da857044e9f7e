"""Reads the texts behind a proposal: published ones by digest, proposed ones by proposal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from app.records.git.errors import ObjectMissing
from app.records.history import VersionRef
from app.records.paths import INDEX_FILE
from app.records.problem import InvalidRecord
from app.records.proposals import ProposalRefs
from app.records.record import Record, Withdrawn
from app.records.repository import ContentRepository
from app.records.service import ContentService
from app.review.errors import BaseUnknown, RecordGone
from app.review.text.record_text import RecordText


@dataclass(frozen=True, kw_only=True)
class StoredText:
    """A git folder with `index.md` and others, read on demand; `ver` is the version, 0 for a proposed text."""

    commit: str
    read: Callable[[], Mapping[str, bytes]] = field(compare=False, repr=False)
    found: Record | Withdrawn
    ver: int = 0

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """Return all files of the folder; raises ObjectMissing and ObjectUnreadable."""
        return self.read()

    @property
    def index(self) -> bytes:
        return self.files[INDEX_FILE]

    @property
    def record(self) -> Record:
        """Return the record; raises RecordGone if it has been withdrawn."""
        if isinstance(self.found, Withdrawn):
            raise RecordGone(self.found.path)
        return self.found

    @property
    def record_text(self) -> RecordText:
        return RecordText.of_folder(self.files)

    @property
    def beside(self) -> dict[str, bytes]:
        return {name: data for name, data in self.files.items() if name != INDEX_FILE}


class StoredTexts:
    """Returns stored texts, with no cache besides that of `ContentService`."""

    def __init__(self, repository: ContentRepository, content: ContentService, refs: ProposalRefs) -> None:
        self._repository = repository
        self._content = content
        self._refs = refs

    def published(self, path: str) -> StoredText | None:
        """Return the last good version, as in the catalogue, or a tombstone; None if there is none."""
        for version in reversed(self._repository.versions(path)):
            try:
                return self._read(path, version.commit, version.ver)
            except (ObjectMissing, InvalidRecord):
                continue
        return None

    def by_digest(self, path: str, digest: str) -> StoredText:
        """Return the newest published version with this digest; raises BaseUnknown."""
        for version, found in self._versions(path):
            if found.digest == digest:
                return self._read(path, version.commit, version.ver)
        raise BaseUnknown(digest)

    def record_with(self, path: str, digest: str) -> Record | None:
        """Return the record published with this digest, without its files; None if there is none."""
        records = (found for _, found in self._versions(path) if isinstance(found, Record))
        return next((found for found in records if found.digest == digest), None)

    def last_good(self, path: str) -> StoredText:
        """Return the newest version that is not a tombstone; raises BaseUnknown."""
        for version, found in self._versions(path):
            if isinstance(found, Record):
                return self._read(path, version.commit, version.ver)
        raise BaseUnknown(path)

    def last_record(self, path: str) -> Record | None:
        """Return the newest version that is not a tombstone, without its files; None if there is none."""
        return next((found for _, found in self._versions(path) if isinstance(found, Record)), None)

    def proposed(self, proposal_id: str, path: str) -> StoredText | None:
        """Return the proposed text; None if its reference is gone."""
        tip = self._refs.tip(proposal_id)
        return self._read(path, tip, 0) if tip else None

    def at(self, path: str, commit: str) -> StoredText:
        """Return the version that `commit` published; raises ObjectMissing and InvalidRecord."""
        ver = next((version.ver for version in self._repository.versions(path) if version.commit == commit), 0)
        return self._read(path, commit, ver)

    def knows(self, slug: str) -> bool:
        """Return whether a record of any kind has ever had this slug; withdrawn ones keep theirs."""
        return any(self._repository.versions(f"{plural}/{slug}") for plural in self._repository.layout.plurals)

    def path(self, kind: str, slug: str) -> str:
        """Return the folder of a record; raises SchemaError."""
        return self._content.path_of(kind, slug)

    def newest_version(self, path: str) -> int:
        """Return the number of the newest version in git, 0 for a new path."""
        versions = self._repository.versions(path)
        return versions[-1].ver if versions else 0

    def _versions(self, path: str) -> Iterator[tuple[VersionRef, Record | Withdrawn]]:
        """Yield the readable versions, newest first."""
        for version in reversed(self._repository.versions(path)):
            try:
                yield version, self._content.read_version(version)
            except (ObjectMissing, InvalidRecord):
                continue

    def _read(self, path: str, commit: str, ver: int) -> StoredText:
        found = self._content.read(path, commit)
        return StoredText(commit=commit, read=lambda: self._refs.files(path, commit), found=found, ver=ver)
