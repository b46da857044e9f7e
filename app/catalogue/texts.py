"""The texts of this node's own versions, from the database, so that no page needs the repository.

Git keeps the truth. Where a row is missing or damaged, the version is read from there, and the row is mended.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import TypeAlias

import structlog
from sqlalchemy import String, bindparam, select
from sqlmodel import col

from app.catalogue.entry import CatalogueEntry
from app.catalogue.models import TextRow
from app.database import Sessions, in_parts
from app.database.writer import WrittenElsewhere
from app.records.document_writer import write_document
from app.records.file_store import StoreUnreachable
from app.records.git.errors import ObjectMissing
from app.records.paths import INDEX_FILE
from app.records.recent import Recent
from app.records.record import Record, Withdrawn
from app.records.record_reader import TextDamaged, VersionText
from app.records.service import ContentService

REMEMBERED = 5 * 1024 * 1024
"""Characters of texts; a record that was read takes some four times as much."""
_Key: TypeAlias = tuple[str, str, str]
_Read: TypeAlias = tuple[Record | Withdrawn, int]
_log = structlog.get_logger(__name__)
# Asked with most pages, so made once.
_DIGESTS = bindparam("digests", expanding=True, type_=String)
_TEXTS = select(col(TextRow.digest), col(TextRow.content), col(TextRow.beside)).where(col(TextRow.digest).in_(_DIGESTS))


class TextNotHere(ObjectMissing):
    """The text of one version is not in the database, or damaged there, and this machine has no repository.

    Others can be read, so whoever tells of many leaves it out; whoever asks for this one comes again later.
    """


class OwnTexts:
    """Gives own records by their lines in the catalogue. What was read is kept, the least recently used dropped."""

    def __init__(self, sessions: Sessions, content: ContentService) -> None:
        self._sessions = sessions
        self._content = content
        self._kept: Recent[_Key, _Read] = Recent(REMEMBERED, weigh=itemgetter(1))

    def read(self, entry: CatalogueEntry) -> Record | Withdrawn:
        """Return the record of this version, or the note of its withdrawal.

        Raises InvalidRecord, ObjectMissing (as TextNotHere on a machine without a repository) and ObjectUnreadable.
        """
        return self._kept.get(_key(entry), lambda: self._read(entry))[0]

    def read_ahead(self, entries: Iterable[CatalogueEntry]) -> None:
        """Read several with one question, so that `read` then has them; what is not there `read` looks for."""
        missing = {_key(entry): entry for entry in entries if _key(entry) not in self._kept}
        texts = self._texts({entry.digest for entry in missing.values()})
        for key, entry in missing.items():
            found = self._found(entry, texts.get(entry.digest))
            if found is not None:
                self._kept.put(key, found)

    def file(self, entry: CatalogueEntry, name: str) -> bytes:
        """Return a file of a version from the repository; where there is none, an `index.md` that says the same.

        Raises ObjectMissing, ObjectUnreadable and UnsafePath, and StoreUnreachable for any other file there.
        """
        try:
            return self._content.file(entry.kind, entry.slug, entry.ver, name)
        except WrittenElsewhere as error:
            if name != INDEX_FILE:
                # It was asked for in vain where the files of all machines lie.
                raise StoreUnreachable("missing") from error
            found = self.read(entry)
            return write_document(found.data, found.body)

    def _read(self, entry: CatalogueEntry) -> _Read:
        found = self._found(entry, self._texts({entry.digest}).get(entry.digest))
        return found or self._from_git(entry)

    def _found(self, entry: CatalogueEntry, text: VersionText | None) -> _Read | None:
        if text is None:
            return None
        try:
            return text.read(self._content.path_of(entry.kind, entry.slug), entry.digest), text.size
        except TextDamaged:
            _log.error("catalogue.text_damaged", record=entry.id, ver=entry.ver, digest=entry.digest)
            return None

    def _from_git(self, entry: CatalogueEntry) -> _Read:
        path = self._content.path_of(entry.kind, entry.slug)
        try:
            found = self._content.read_version(self._content.version(path, entry.ver))
        except WrittenElsewhere as error:
            raise TextNotHere(f"{path} v{entry.ver}") from error
        return found, len(found.body) * 2

    def _texts(self, digests: Iterable[str]) -> dict[str, VersionText]:
        found: dict[str, VersionText] = {}
        for part in in_parts(digests):
            # Without a session, which would take as long as reading the text.
            with self._sessions.connected() as db:
                rows = db.execute(_TEXTS, {"digests": part})
                found |= {digest: VersionText(content=content, beside=beside) for digest, content, beside in rows}
        return found


def _key(entry: CatalogueEntry) -> _Key:
    return entry.kind, entry.slug, entry.digest
