"""The node's published vocabularies, and their last good files for machines without a repository."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from app.catalogue.models import VocabularyRow
from app.database import Sessions
from app.records.problem import Problem
from app.records.schema import SchemaSet
from app.records.vocabulary import Vocabulary, VocabularyMissing, VocabularyReader, VocabularySource


class VocabularyRows:
    """Stores the vocabulary files for machines without a repository, with the repository's interface."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def head(self) -> str:
        """Return a name for the state of all vocabularies."""
        return hashlib.sha256(repr(sorted(self.files().items())).encode()).hexdigest()

    def vocabulary_names(self) -> tuple[str, ...]:
        """Return the names of all vocabularies, sorted."""
        return tuple(sorted(self.files()))

    def vocabulary(self, name: str, commit: str | None = None) -> bytes:  # noqa: ARG002 - there is one state only
        """Return the file of a vocabulary; raises KeyError if there is none."""
        return self.files()[name].encode()

    def vocabulary_commits(self, name: str) -> Sequence[str]:  # noqa: ARG002 - the same
        """Return nothing: the stored files are good, so no earlier commit is needed."""
        return ()

    def files(self) -> Mapping[str, str]:
        """Return all files by name."""
        with self._sessions.reading() as db:
            return {row.name: row.content for row in db.scalars(select(VocabularyRow))}

    def store(self, files: Mapping[str, str]) -> None:
        """Replace all stored files by these."""
        if self.files() == files:
            return
        with self._sessions.begin() as db:
            rows = {row.name: row for row in db.scalars(select(VocabularyRow))}
            for name in rows.keys() - files.keys():
                db.delete(rows[name])
            for name, content in files.items():
                row = rows.get(name) or VocabularyRow(name=name, content=content)
                row.content = content
                db.add(row)


class Vocabularies(Mapping[str, Vocabulary]):
    """Vocabularies by file name ("topics"), all replaced by `refresh` and read from memory otherwise."""

    def __init__(self, repository: VocabularySource, schemas: SchemaSet, handed_on: VocabularyRows) -> None:
        """Read from `repository`; store copies in `handed_on` for machines without one."""
        self._repository = repository
        self._handed_on = handed_on
        self._reader = VocabularyReader(repository, schemas)
        self._current: Mapping[str, Vocabulary] = {}
        self._read_from: Mapping[str, bytes] = {}
        self.state = ""
        """Changes whenever a vocabulary changes; the same in all processes that read the same files."""

    def refresh(self) -> None:
        """Load what is published; an unreadable file keeps its last version. Raises NotInitialised."""
        names = self._repository.vocabulary_names()
        files = {name: self._repository.vocabulary(name) for name in names}
        unchanged = {name: self._current.get(name) for name, raw in files.items() if self._read_from.get(name) == raw}
        found = {name: unchanged.get(name) or self._good(name) for name in files}
        self._current = {name: vocabulary for name, vocabulary in found.items() if vocabulary is not None}
        if files != self._read_from:
            self.state = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:20]
        self._read_from = files

    def renew(self) -> None:
        """Load what is published and store it for machines without a repository. Raises NotInitialised."""
        self.refresh()
        self.hand_on()

    def hand_on(self) -> None:
        """Store the files for machines without a repository; broken files do not replace the last good ones."""
        before = self._handed_on.files()
        files = {name: raw.decode("utf-8", "replace") for name, raw in self._read_from.items()}
        broken = {name for name, text in files.items() if before.get(name) != text and self._reader.problems(name)}
        kept = {name: before[name] for name in broken & before.keys()}
        self._handed_on.store({name: text for name, text in files.items() if name not in broken} | kept)

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems of the published files; reads them again."""
        return tuple(found for name in self._repository.vocabulary_names() for found in self._reader.problems(name))

    def __getitem__(self, name: str) -> Vocabulary:
        return self._current[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current)

    def __len__(self) -> int:
        return len(self._current)

    def _good(self, name: str) -> Vocabulary | None:
        try:
            return self._reader.get(name)
        except VocabularyMissing:
            return None
