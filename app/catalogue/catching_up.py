"""Takes into the catalogue what git has published, and keeps the texts beside it whole.

May run at any time, twice, and be killed anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from app.catalogue.assessment import Assessor, Identities
from app.catalogue.entry import State, Told
from app.catalogue.ledger import Ledger, Progress, silent
from app.catalogue.models import VersionRow
from app.catalogue.text_rows import IncompleteVersion, TextRows
from app.records.git.errors import ObjectMissing, ObjectUnreadable
from app.records.history import VersionRef
from app.records.problem import InvalidRecord
from app.records.record_reader import TextDamaged, VersionText
from app.records.service import ContentService

_CHUNK = 200
_log = structlog.get_logger(__name__)


class CatchUp:
    """Reads what git has published since the cursor and appends it.

    Rows, texts and cursor move in one transaction per chunk. A killed run repeats at most one chunk, and a
    version that has its row already is passed over.
    """

    def __init__(self, content: ContentService, ledger: Ledger, texts: TextRows) -> None:
        self._content = content
        self._ledger = ledger
        self._texts = texts
        self._assessor = Assessor(content)
        self._is_whole = False

    def run(self, progress: Progress = silent) -> None:
        """Append everything new; build anew when history was rewritten."""
        if self._ledger.cursor().position != self._content.head():
            with self._content.exclusive("catalogue"):
                head, position = self._content.head(), self._ledger.cursor().position
                pending = self._content.versions_since(position or None, head)
                if pending is None:
                    _log.warning("catalogue.history_rewritten", position=position, head=head)
                    self._rebuild(head, progress)
                elif position != head:
                    self._append(pending, head, progress)
        if not self._is_whole:
            self._complete_texts(progress)

    def rebuild(self, progress: Progress = silent) -> None:
        """Read all versions again and mend every row and text that is wrong, missing or too many."""
        with self._content.exclusive("catalogue"):
            self._rebuild(self._content.head(), progress)
            self._texts.drop(self._texts.damaged())
        self._complete_texts(progress)

    def expected(self, head: str, progress: Progress = silent) -> list[VersionRow]:
        """Return what the catalogue ought to hold at `head`, from git alone."""
        versions = self._content.versions_since(None, head) or ()
        identities = Identities()
        assessed: list[VersionRow] = []
        for start in range(0, len(versions), _CHUNK):
            readings = [self._assessor.read(version) for version in versions[start : start + _CHUNK]]
            assessed.extend(self._assessor.judge(readings, identities))
            progress(len(assessed), len(versions))
        return assessed

    def _append(self, pending: Sequence[VersionRef], head: str, progress: Progress) -> None:
        for start in range(0, len(pending), _CHUNK):
            end = min(start + _CHUNK, len(pending))
            rows, texts = self._assessed(pending[start:end])
            if self._ledger.append(rows, _complete(pending, start, end, head), texts):
                # Of a record that was published again after its withdrawal, the earlier texts may be read again.
                self._is_whole = False
            progress(end, len(pending))
        if not pending:
            self._ledger.append((), head, {})

    def _assessed(self, chunk: Sequence[VersionRef]) -> tuple[list[VersionRow], dict[str, VersionText]]:
        readings, texts = [], {}
        for version in chunk:
            reading = self._assessor.read(version)
            if reading.state is not State.BROKEN:
                texts[reading.digest] = self._content.text(version)
            readings.append(reading)
        places = {(self._content.kind_of(version.path), version.path.partition("/")[2]) for version in chunk}
        ids = {reading.record_id for reading in readings if reading.record_id is not None}
        rows = self._assessor.judge(readings, self._ledger.identities(places, ids))
        return rows, {row.digest: texts[row.digest] for row in rows if row.digest}

    def _rebuild(self, head: str, progress: Progress) -> None:
        done = self._ledger.replace(self.expected(head, progress), head)
        self._is_whole = False
        _log.warning("catalogue.rebuilt", **done)

    def _complete_texts(self, progress: Progress) -> None:
        """Fill in what is lacking, as on a node of an earlier release, and remove what must not be there."""
        if self._texts.lacking() or self._texts.surplus():
            with self._content.exclusive("catalogue"):
                lacking = self._texts.lacking()
                for start in range(0, len(lacking), _CHUNK):
                    part = lacking[start : start + _CHUNK]
                    self._texts.fill(*self._from_git(part))
                    progress(start + len(part), len(lacking))
                self._texts.drop(self._texts.surplus())
        self._is_whole = True

    def _from_git(
        self, incomplete: Sequence[IncompleteVersion]
    ) -> tuple[dict[str, VersionText], dict[IncompleteVersion, Told]]:
        texts: dict[str, VersionText] = {}
        told: dict[IncompleteVersion, Told] = {}
        for one in incomplete:
            try:
                version = self._content.version(self._content.path_of(one.kind, one.slug), one.ver)
                text = self._content.text(version)
                text.check(one.digest)
            except (InvalidRecord, ObjectMissing, ObjectUnreadable, TextDamaged) as error:
                # `doctor` says what is wrong; readers are given what git has, if it has anything.
                _log.warning("catalogue.text_missing", version=one.name, reason=type(error).__name__)
                continue
            texts[one.digest] = text
            told[one] = self._assessor.read(version).told
        return texts, told


def _complete(pending: Sequence[VersionRef], start: int, end: int, head: str) -> str | None:
    """Return the last commit of which no version comes after `end`; None when the chunk completes none."""
    if end == len(pending):
        return head
    following = pending[end].commit
    done = (version.commit for version in reversed(pending[start:end]) if version.commit != following)
    return next(done, None)
