"""Cleans what strangers send in a process of its own, so that no file takes the node's memory or time."""

from __future__ import annotations

import structlog

from app.documents.cleaning.attachment import cleaned
from app.documents.errors import DocumentDamaged, DocumentTooLarge
from app.documents.kinds import Family, FileKind, kind_by_mark, kind_of_name
from app.documents.limits import UNPACKED
from app.shared.confinement import Confinement, Exhausted, WorkFailed

_log = structlog.get_logger()


class AttachmentCleaner:
    """Does what `cleaned` of `attachment` does, for files of whoever may send some: `asker` says who does."""

    def __init__(self, confinement: Confinement) -> None:
        self._confinement = confinement

    def cleaned(self, asker: str, name: str, data: bytes) -> tuple[FileKind, bytes]:
        """Return what a file is, and its bytes without what they say about its makers.

        Raises DocumentRefused, and Busy while others are cleaned.
        """
        if _is_plain_text(name, data):
            return cleaned(name, data)
        try:
            return self._confinement.call_for(asker, cleaned, name, data)
        except Exhausted as error:
            if error.what == "memory":
                raise DocumentTooLarge("unpacked", size=UNPACKED + 1, limit=UNPACKED) from error
            raise DocumentDamaged from error
        except WorkFailed as error:
            _log.error("attachment.not_cleaned", exc_info=error)
            raise DocumentDamaged from error


def _is_plain_text(name: str, data: bytes) -> bool:
    kind = kind_of_name(name)
    return kind is not None and kind.family is Family.TEXT and kind_by_mark(data) is None
