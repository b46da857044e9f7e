"""Cleans and reads untrusted files in a separate process, so that no file exhausts the node's memory or time."""

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

import structlog

from app.documents import limits
from app.documents.cleaning.attachment import cleaned
from app.documents.errors import DocumentDamaged, DocumentTooLarge, DocumentTooSlow
from app.documents.kinds import Family, FileKind, kind_by_mark, kind_of_name
from app.documents.reading import ImportedDocument
from app.documents.reading.reader import read_document
from app.shared.confinement import Confinement, Exhausted, WorkFailed

_log = structlog.get_logger()
Found = TypeVar("Found")
Given = TypeVarTuple("Given")


class ConfinedDocuments:
    """Processes untrusted files of `asker`; raises DocumentRefused, and Busy while it handles others."""

    def __init__(self, confinement: Confinement) -> None:
        self._confinement = confinement

    def cleaned(self, asker: str, name: str, data: bytes) -> tuple[FileKind, bytes]:
        """Return the kind of a file, and its bytes without metadata about its makers."""
        kind = kind_of_name(name)
        if kind is not None and kind.family is Family.TEXT and kind_by_mark(data) is None:
            return cleaned(name, data)
        return self._confined(asker, cleaned, name, data)

    def read(self, asker: str, data: bytes, language: str) -> ImportedDocument:
        """Return title and sections of a DOCX, ODT or PDF file, with notes to its author in `language`."""
        limits.check("bytes", len(data), limits.FILE_LIMIT)
        return self._confined(asker, read_document, data, language)

    def _confined(self, asker: str, function: Callable[[*Given], Found], *given: *Given) -> Found:
        try:
            return self._confinement.call_for(asker, function, *given)
        except Exhausted as error:
            if error.what == "time":
                raise DocumentTooSlow from error
            raise DocumentTooLarge("unpacked", size=limits.UNPACKED + 1, limit=limits.UNPACKED) from error
        except WorkFailed as error:
            _log.error("document.failed", exc_info=error)
            raise DocumentDamaged from error
