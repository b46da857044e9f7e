# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands in commits, as submissions with clean files: who takes a photo tells where, whatever way it comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.content.attachments import AttachmentRefused, cleaned
from app.content.attachments.errors import problem_of
from app.content.attachments.kinds import kind_of_name
from app.content.paths import INDEX_FILE
from app.content.problem import InvalidRecord, Problem
from app.content.record_reader import RecordReader
from app.content.schema import SchemaSet
from app.content.sharing.pushed import PushedRecord
from app.identity import Person
from app.review.model.submission import RawText, Submission, Via
from app.review.text.examiner import described

_SAID_OF_FILES = frozenset({"file_type", "file_content", "file_too_large", "file_empty"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedRecord:
    """A pushed record with clean files. `mended` names those that were changed, `problems` those that are refused."""

    record: PushedRecord
    mended: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def besides(self, found: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return the refused files and what else was found; of each file one thing is said."""
        refused = {problem.params["file"] for problem in self.problems}
        others = (one for one in found if one.code not in _SAID_OF_FILES or one.params.get("file") not in refused)
        return (*self.problems, *others)


def cleaned_record(record: PushedRecord) -> CleanedRecord:
    """Return a pushed record as it may be proposed.

    A file that is published already stays byte for byte, also where it never went through the cleaning: whoever pushes
    it back has not changed it.
    """
    published = frozenset(record.base_files.values())
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for name, data in record.files.items():
        files[name] = data
        if data in published:
            continue
        try:
            kind, clean = cleaned(name, data)
        except AttachmentRefused as error:
            problems.append(problem_of(error, f"{record.path}/{name}", shown=name))
            continue
        # What is called something else than it is stays as it came; the checks say so.
        if kind is kind_of_name(name):
            files[name] = clean
    mended = tuple(sorted(name for name, data in files.items() if data != record.files[name]))
    return CleanedRecord(record=replace(record, files=files), mended=mended, problems=tuple(problems))


REASON_LIMIT = 2000
"""Characters of a commit message that go along as the reason."""


def submission_of(
    schemas: SchemaSet, record: PushedRecord, reason: str, commit: str, author: Person, via: Via
) -> Submission:
    """Return what the text of `record` in `commit` asks for; the same commit asks for the same thing."""
    plural, _, slug = record.path.partition("/")
    return Submission(
        kind=schemas.kind_of_folder(plural).name,
        author=author,
        text=RawText(index=record.text),
        slug=slug,
        base=_base(schemas, record),
        files=record.files,
        reason=reason[:REASON_LIMIT],
        via=via,
        key=f"{commit}:{record.path}",
    )


def _base(schemas: SchemaSet, record: PushedRecord) -> str | None:
    """Return the digest of the version that a text was made from."""
    if record.base is None:
        return None
    files = {**record.base_files, INDEX_FILE: record.base}
    try:
        found = RecordReader(schemas).read_any(record.path, record.base, described(files), files.__getitem__)
    except InvalidRecord:
        # What is broken in the published line has no digest; the proposal that mends it starts from the newest.
        return None
    return found.digest
