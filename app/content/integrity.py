# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether what is stored is what was signed: the proof of one version, and damage in the whole repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.content.git.errors import GitFailed, ObjectMissing
from app.content.git.object_reader import GitObject, ObjectReader
from app.content.git.trees import TreeEntry, parse_tree
from app.content.paths import INDEX_FILE
from app.content.repository import MAIN, ContentRepository


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


_SEED = "refs/seed/main"
_SECONDS = 3600.0
_OBJECT_ID = re.compile(r"\b[0-9a-f]{40}\b")


class Damage(StrEnum):
    """What is wrong with a commit or object."""

    UNSIGNED = "unsigned_commit"
    BAD_SIGNATURE = "bad_signature"
    CORRUPT = "corrupt_object"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityFinding:
    """One damaged thing: `object_id` is empty when git names none, `detail` is git's own line."""

    damage: Damage
    object_id: str
    detail: str


def damaged_objects(repository: ContentRepository) -> tuple[IntegrityFinding, ...]:
    """Read every object with `git fsck` and return those that are damaged or missing."""
    done = repository.git.run(
        "fsck", "--full", "--strict", "--no-dangling", "--no-progress", accept=range(256), seconds=_SECONDS
    )
    text = (done.out + b"\n" + done.err).decode("utf-8", "replace")
    found = [_corrupt(line) for line in text.splitlines() if line.strip() and not line.startswith("notice:")]
    if done.status != 0 and not found:
        found = [_corrupt(f"git fsck ended with status {done.status}")]
    return tuple(found)


def unverified_commits(repository: ContentRepository) -> tuple[IntegrityFinding, ...]:
    """Return the commits of the published line and of the seed that do not verify with a listed key.

    Takes about 10 ms for each commit, because git starts ssh-keygen for each.
    """
    refs = [ref for ref in (MAIN, _SEED) if repository.ref(ref) is not None]
    if not refs:
        return ()
    try:
        done = repository.git.run("log", "--first-parent", "--format=%H %G?", *refs, "--", seconds=_SECONDS)
    except GitFailed as error:
        return (_corrupt(error.stderr),)
    return tuple(_unverified(done.out.decode("ascii", "replace")))


def _unverified(listing: str) -> Iterator[IntegrityFinding]:
    for line in listing.splitlines():
        commit, _, verdict = line.partition(" ")
        if verdict != "G":
            damage = Damage.UNSIGNED if verdict == "N" else Damage.BAD_SIGNATURE
            yield IntegrityFinding(damage=damage, object_id=commit, detail=f"signature: {verdict}")


def _corrupt(line: str) -> IntegrityFinding:
    named = _OBJECT_ID.search(line)
    return IntegrityFinding(damage=Damage.CORRUPT, object_id=named[0] if named else "", detail=line.strip())
