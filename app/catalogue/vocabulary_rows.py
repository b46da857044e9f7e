"""The last good file of each vocabulary, for machines that have no repository."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from sqlalchemy import select

from app.catalogue.models import VocabularyRow
from app.database import Sessions


class VocabularyRows:
    """Gives vocabularies as the repository does, and takes them from whoever reads it."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def head(self) -> str:
        """Return a name of the state of all of them."""
        return sha256(repr(sorted(self.files().items())).encode()).hexdigest()

    def vocabulary_names(self) -> tuple[str, ...]:
        """Return their names, sorted."""
        return tuple(sorted(self.files()))

    def vocabulary(self, name: str, commit: str | None = None) -> bytes:  # noqa: ARG002 - there is one state only
        """Return the file of a vocabulary; raises KeyError for one that is not there."""
        return self.files()[name].encode()

    def vocabulary_commits(self, name: str) -> Sequence[str]:  # noqa: ARG002 - the same
        """Return nothing: what is here is good."""
        return ()

    def files(self) -> Mapping[str, str]:
        """Return all files by name."""
        with self._sessions.reading() as db:
            return {row.name: row.content for row in db.scalars(select(VocabularyRow))}

    def store(self, files: Mapping[str, str]) -> None:
        """Let exactly these be there."""
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
