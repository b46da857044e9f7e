"""Reads record folders and single files at any commit."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from app.records.git.errors import ObjectMissing
from app.records.git.object_reader import ObjectReader
from app.records.git.trees import TreeEntry, parse_tree, read_folder
from app.records.paths import INDEX_FILE, ContentLayout, UnsafePath, is_file_name, is_slug
from app.records.record import StoredFile

_COMMIT = re.compile(r"[0-9a-f]{40}")
_REMEMBERED_FILES = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSnapshot:
    """What stands in a record's folder at one commit: `text` is index.md, `files` are the other plain files."""

    text: bytes
    files: tuple[StoredFile, ...]


class FolderReader:
    """Record folders and files; names are checked before git sees them."""

    def __init__(self, reader: ObjectReader, layout: ContentLayout) -> None:
        """Read objects through `reader`, with paths that `layout` allows."""
        self._reader = reader
        self._layout = layout
        # The content behind an object id never changes, so its hash is worked out once per process.
        self._hashed = lru_cache(maxsize=_REMEMBERED_FILES)(self._hash)

    def record_ids(self, commit: str) -> dict[str, str]:
        """Return each record folder at `commit` (or in a tree) with its content's id, sorted by path."""
        _check_commit(commit)
        return {
            f"{plural}/{entry.name}": entry.oid
            for plural in self._layout.plurals
            for entry in read_folder(self._reader, f"{commit}:{plural}")
            if entry.is_folder and is_slug(entry.name)
        }

    def snapshot(self, path: str, commit: str, tree: str = "") -> FolderSnapshot:
        """Return the folder of a record; raises ObjectMissing when it has no plain index.md, and UnsafePath.

        Whoever knows the id of the folder names it as `tree`: git looks through all records of a commit for a path.
        """
        name = self._name(path, commit)
        index = f"{tree}:{INDEX_FILE}" if tree else f"{name}/{INDEX_FILE}"
        # Both at once: each question by itself would wait for git once more.
        folder, text = self._reader.read_together([tree or name, index])
        entries = parse_tree(folder.data) if folder is not None and folder.kind == "tree" else ()
        plain = {entry.name: entry for entry in entries if entry.is_file and is_file_name(entry.name)}
        if plain.pop(INDEX_FILE, None) is None or text is None:
            raise ObjectMissing(f"{name}/{INDEX_FILE}")
        return FolderSnapshot(text=text.data, files=tuple(self._described(entry) for entry in plain.values()))

    def file(self, path: str, name: str, commit: str, tree: str = "") -> bytes:
        """Return one plain file of a record's folder, see `snapshot`; raises ObjectMissing and UnsafePath."""
        if not is_file_name(name):
            raise UnsafePath(name)
        for entry in read_folder(self._reader, tree or self._name(path, commit)):
            if entry.name == name and entry.is_file:
                return self._reader.read(entry.oid).data
        raise ObjectMissing(f"{commit}:{path}/{name}")

    def folder_files(self, folder: str, commit: str) -> dict[str, str]:
        """Return the plain files of a top folder at `commit` with their object ids."""
        _check_commit(commit)
        return {entry.name: entry.oid for entry in read_folder(self._reader, f"{commit}:{folder}") if entry.is_file}

    def _name(self, path: str, commit: str) -> str:
        return f"{_check_commit(commit)}:{self._layout.check_record(path)}"

    def _described(self, entry: TreeEntry) -> StoredFile:
        size, digest = self._hashed(entry.oid)
        return StoredFile(name=entry.name, size=size, sha256=digest)

    def _hash(self, oid: str) -> tuple[int, str]:
        data = self._reader.read(oid).data
        return len(data), hashlib.sha256(data).hexdigest()


def _check_commit(commit: str) -> str:
    if _COMMIT.fullmatch(commit) is None:
        raise ObjectMissing(commit)
    return commit
