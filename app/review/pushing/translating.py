# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes submissions of what stands in commits."""

from __future__ import annotations

from app.content.paths import INDEX_FILE
from app.content.problem import InvalidRecord
from app.content.reading import RecordReader
from app.content.schema import SchemaSet
from app.content.sharing.pushed import PushedRecord
from app.identity import Person
from app.review.model.submission import RawText, Submission, Via
from app.review.text.examining import described

REASON_LIMIT = 2000
"""Characters of a commit message that go along as the reason."""


class PushTranslator:
    """Knows which record a folder holds and which version a text was made from."""

    def __init__(self, schemas: SchemaSet) -> None:
        self._schemas = schemas
        self._records = RecordReader(schemas)

    def submission(self, record: PushedRecord, reason: str, commit: str, author: Person, via: Via) -> Submission:
        """Return what the text of `record` in `commit` asks for; the same commit asks for the same thing."""
        plural, _, slug = record.path.partition("/")
        return Submission(
            kind=self._schemas.kind_of_folder(plural).name,
            author=author,
            text=RawText(index=record.text),
            slug=slug,
            base=self._base(record),
            files=record.files,
            reason=reason[:REASON_LIMIT],
            via=via,
            key=f"{commit}:{record.path}",
        )

    def _base(self, record: PushedRecord) -> str | None:
        if record.base is None:
            return None
        files = {**record.base_files, INDEX_FILE: record.base}
        try:
            return self._records.read_any(record.path, record.base, described(files), files.__getitem__).digest
        except InvalidRecord:
            # What is broken in the published line has no digest; the proposal that mends it starts from the newest.
            return None
