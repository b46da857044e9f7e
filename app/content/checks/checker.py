# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Check a record, a file or a whole folder of content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from app.clock import Clock, utc_now
from app.content.checks.across import Gathering
from app.content.checks.folder import RecordFolder, content_root, record_folders, strays
from app.content.checks.report import Report
from app.content.checks.single import SubjectReader, single_problems
from app.content.checks.subject import Subject
from app.content.checks.vocabularies import FOLDER, VocabularyFile, read_vocabulary
from app.content.problem import InvalidRecord, Problem
from app.content.schema import SchemaSet

Progress = Callable[[int], None]
"""Is told the number of records read so far."""


class Checker:
    """Applies all rules; `clock` says which day it is."""

    def __init__(self, schemas: SchemaSet, clock: Clock = utc_now) -> None:
        self._schemas = schemas
        self._reader = SubjectReader(schemas, clock().date())

    def check_record(
        self,
        path: str,
        text: bytes | str,
        files: Mapping[str, int] | None = None,
        read: Callable[[str], bytes] | None = None,
    ) -> tuple[Problem, ...]:
        """Return what is wrong with the record in folder `path` ("case-studies/<slug>"), other records left aside.

        `files` gives the size in bytes of each file beside it, `read` its bytes.
        """
        try:
            found = self._reader.read(path, text, files or {}, read or _nothing)
        except InvalidRecord as error:
            return error.problems
        return _sorted(single_problems(found)) if isinstance(found, Subject) else ()

    def check_tree(self, root: Path, progress: Progress | None = None) -> Report:
        """Return everything that is wrong below `root`, which holds the folders of records and vocabularies."""
        problems = [*strays(root, self._schemas)]
        gathering = Gathering(self._schemas, self._read_vocabularies(root, problems))
        for count, folder in enumerate(record_folders(root, self._schemas), 1):
            problems += self._one(folder, gathering)
            if progress:
                progress(count)
        problems += gathering.findings()
        return Report(problems=_sorted(problems), schemas=self._schemas, records=gathering.records)

    def check_path(self, path: Path, progress: Progress | None = None) -> Report:
        """Return what is wrong with a folder or file of a content folder, checked against the rest of it.

        Raises:
            NoContentFolder: the path lies in none.
        """
        root = content_root(path, self._schemas)
        return self.check_tree(root, progress).below(path.resolve().relative_to(root).as_posix())

    def _one(self, folder: RecordFolder, gathering: Gathering) -> Iterable[Problem]:
        try:
            found = self._reader.read(folder.path, folder.text(), folder.sizes(), folder.reader())
        except InvalidRecord as error:
            return error.problems
        if isinstance(found, Subject):
            gathering.add(found)
            return single_problems(found)
        gathering.add_withdrawn(found)
        return ()

    def _read_vocabularies(self, root: Path, problems: list[Problem]) -> list[VocabularyFile]:
        vocabularies: list[VocabularyFile] = []
        for path in sorted((root / FOLDER).glob("*.yaml")):
            found = read_vocabulary(path, root, self._schemas)
            if isinstance(found, VocabularyFile):
                vocabularies.append(found)
            else:
                problems += found
        return vocabularies


def check_tree(root: Path, schemas: SchemaSet, clock: Clock = utc_now) -> Report:
    """Return everything that is wrong in a content folder, or with one file or folder in it."""
    return Checker(schemas, clock).check_path(root)


def _nothing(name: str) -> bytes:
    del name
    return b""


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.order))
