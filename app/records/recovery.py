# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Puts versions that this node published once and lost back on the published line, under their own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from app.records.commits import CommitNote
from app.records.git.trees import build_tree
from app.records.history import LAST_TOPICS, PREVIOUS, VERSION_OF
from app.records.paths import INDEX_FILE
from app.records.record import StoredFile
from app.records.record_reader import RecordReader
from app.records.repository import MAIN, ContentRepository
from app.shared.errors import Conflict, Invalid

_AUTHOR = "recovery"


class VersionTaken(Conflict):
    """The record in the folder `path` has a version with the number `ver` or a higher one already."""

    path: str
    ver: int


class TextDiffers(Invalid):
    """What would be written into the folder `path` is not the text that was signed."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveredVersion:
    """A version to bring back: `files` are the whole folder `path`, `at` (UTC) is when it was published.

    `digest` identifies its content, `prev` the version before it ("" for none), `topics` are the last ones of a
    withdrawn record. `source` is where it was found, a word for whoever reads the history.
    """

    path: str
    files: Mapping[str, bytes]
    ver: int
    at: datetime
    digest: str
    prev: str = ""
    topics: tuple[str, ...] = ()
    source: str


class Recovery:
    """Writes to the published line past its gate: what comes in here is what the gate waits for."""

    def __init__(self, repository: ContentRepository, reader: RecordReader) -> None:
        """Write to `repository` what `reader` finds to be the text that was signed."""
        self._repository = repository
        self._reader = reader

    def publish(self, version: RecoveredVersion) -> str:
        """Publish a version as one signed commit of its own date and return the commit's id.

        Nothing but the commit is done: the catalogue takes it in as everything that is published. Raises TextDiffers,
        VersionTaken, InvalidRecord, UnsafePath and FileTooLarge.
        """
        self._check(version)
        with self._repository.exclusive("main"):
            head = self._repository.ref(MAIN)
            if head is not None:
                known = self._repository.versions(version.path)
                if known and known[-1].ver >= version.ver:
                    raise VersionTaken(version.path, version.ver)
            changes = self._repository.layout.replacing(version.path, version.files)
            tree = build_tree(self._repository.git, changes, base=head)
            parents = (head,) if head else ()
            commit = self._repository.commits.commit(tree, parents=parents, note=_note(version), at=version.at)
            self._repository.commits.move(MAIN, commit, expected=head, reason=f"recover {version.path}")
        return commit

    def _check(self, version: RecoveredVersion) -> None:
        beside = tuple(
            StoredFile(name=name, size=len(data), sha256=sha256(data).hexdigest())
            for name, data in version.files.items()
            if name != INDEX_FILE
        )
        found = self._reader.read_any(version.path, version.files[INDEX_FILE], beside, version.files.__getitem__)
        if found.digest != version.digest:
            raise TextDiffers(version.path)


def _note(version: RecoveredVersion) -> CommitNote:
    trailers = [("Version", version.digest), (VERSION_OF, f"{version.path} {version.ver}")]
    if version.prev:
        trailers.append((PREVIOUS, version.prev))
    if version.topics:
        trailers.append((LAST_TOPICS, " ".join(version.topics)))
    trailers.append(("Recovered-From", version.source))
    return CommitNote(author=_AUTHOR, message=f"Recover {version.path}", trailers=trailers)
