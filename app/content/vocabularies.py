# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The vocabularies as published; a broken file leaves the last good version in force."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

import structlog

from app.content.document import FrontMatterError
from app.content.git.errors import ObjectMissing
from app.content.paths import VOCABULARY_FOLDER
from app.content.problem import Problem
from app.content.repository import MAIN, ContentRepository
from app.content.schema import SchemaSet
from app.content.vocabulary import Vocabulary, load
from app.errors import NotFound

_log = structlog.get_logger(__name__)


class VocabularyMissing(NotFound):
    """No good version of the vocabulary `name` has ever been published."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class VocabularyReader:
    """Reads vocabularies from the published line; what was read is kept until main moves."""

    def __init__(self, repository: ContentRepository, schemas: SchemaSet) -> None:
        """Read from `repository` and check with `schemas`."""
        self._repository = repository
        self._schemas = schemas
        self._at = lru_cache(maxsize=64)(self._newest_good)

    def get(self, name: str) -> Vocabulary:
        """Return the newest good version of the vocabulary `name` (`topics`); raises VocabularyMissing."""
        return self._at(name, self._repository.head())

    def problems(self, name: str) -> tuple[Problem, ...]:
        """Return what is wrong with the published file `name`; empty when nothing is. Raises ObjectMissing."""
        return self._checked(name, self._repository.vocabulary(name))[1]

    def _newest_good(self, name: str, head: str) -> Vocabulary:
        for commit in chain([head], self._earlier(name)):
            try:
                found, problems = self._checked(name, self._repository.vocabulary(name, commit))
            except ObjectMissing:
                continue
            if found is not None:
                return found
            _log.warning("vocabulary.broken", name=name, commit=commit, codes=[problem.code for problem in problems])
        raise VocabularyMissing(name)

    def _earlier(self, name: str) -> Iterator[str]:
        path = self._repository.layout.check_file(f"{VOCABULARY_FOLDER}/{name}.yaml")
        yield from self._repository.git.run("log", "--first-parent", "--format=%H", MAIN, "--", path).line.split()

    def _checked(self, name: str, raw: bytes) -> tuple[Vocabulary | None, tuple[Problem, ...]]:
        file = f"{VOCABULARY_FOLDER}/{name}.yaml"
        try:
            front, lines = load(raw)
        except FrontMatterError as error:
            return None, (Problem(file=file, line=error.line, code=error.code, params=error.params),)
        errors = self._schemas.validate_vocabulary(front)
        if errors:
            return None, tuple(
                Problem(file=file, line=lines.get(e.path, 1), field=e.path, code=e.code, params=e.params)
                for e in errors
            )
        return Vocabulary.parse(raw), ()
