# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files that come with git are cleaned like those of the form: who takes a photo tells where, whatever way it comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.content.attachments import AttachmentRefused, cleaned
from app.content.attachments.kinds import kind_of_name
from app.content.attachments.refusing import problem_of
from app.content.problem import Problem
from app.content.sharing.pushed import PushedRecord

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
