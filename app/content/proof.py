# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What somebody needs to check one version offline with plain git: the signed commit and the way down to the text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.content.git.errors import ObjectMissing
from app.content.git.object_reader import GitObject, ObjectReader
from app.content.git.trees import TreeEntry, parse_tree
from app.content.paths import INDEX_FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """`objects` are the commit, the folders from the root down to the record's, and the text at `path`.

    `allowed_signers` lists the public halves of the keys that have ever signed commits here, as ssh-keygen reads it.
    """

    commit: str
    path: str
    objects: tuple[GitObject, ...]
    allowed_signers: str


class ProofReader:
    """Collects the objects behind a version."""

    def __init__(self, reader: ObjectReader, allowed_signers: Path) -> None:
        """Read objects through `reader`; `allowed_signers` is the file of `CommitKey`."""
        self._reader = reader
        self._allowed_signers = allowed_signers

    def proof(self, folder: str, commit: str) -> Proof:
        """Return the proof of the record in `folder` as it was at `commit`; raises ObjectMissing."""
        signed = self._reader.read(commit)
        objects = [signed, self._reader.read(f"{signed.oid}^{{tree}}")]
        for name in (*folder.split("/"), INDEX_FILE):
            objects.append(self._reader.read(_entry(objects[-1], name).oid))
        return Proof(
            commit=signed.oid,
            path=f"{folder}/{INDEX_FILE}",
            objects=tuple(objects),
            allowed_signers=self._allowed_signers.read_text("ascii"),
        )


def _entry(tree: GitObject, name: str) -> TreeEntry:
    found = next((entry for entry in parse_tree(tree.data) if entry.name == name), None)
    if found is None:
        raise ObjectMissing(f"{tree.oid}:{name}")
    return found
