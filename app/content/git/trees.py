# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The wire form of git trees and the walk from a commit to a folder."""

from __future__ import annotations

from dataclasses import dataclass

from app.content.git.errors import ObjectMissing
from app.content.git.object_reader import ObjectReader

_ID_BYTES = 20
_FILE_MODES = frozenset({"100644", "100755"})
_FOLDER_MODE = "40000"


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One name in a folder; `oid` is the id of what stands there."""

    name: str
    mode: str
    oid: str

    @property
    def is_file(self) -> bool:
        """Tell a plain file from a folder, a symbolic link or a submodule."""
        return self.mode in _FILE_MODES

    @property
    def is_folder(self) -> bool:
        """Tell a folder from everything else."""
        return self.mode == _FOLDER_MODE


def parse_tree(data: bytes) -> tuple[TreeEntry, ...]:
    """Read the body of a tree object: `<mode> <name> NUL <20 byte id>`, repeated."""
    entries: list[TreeEntry] = []
    at = 0
    while at < len(data):
        space = data.index(b" ", at)
        end = data.index(b"\0", space)
        oid = data[end + 1 : end + 1 + _ID_BYTES].hex()
        name = data[space + 1 : end].decode("utf-8", "surrogateescape")
        entries.append(TreeEntry(name, data[at:space].decode("ascii"), oid))
        at = end + 1 + _ID_BYTES
    return tuple(entries)


def read_folder(reader: ObjectReader, name: str) -> tuple[TreeEntry, ...]:
    """Return what stands in the folder `name` (a tree id or `<commit>:<path>`); empty when there is none."""
    try:
        found = reader.read(name)
    except ObjectMissing:
        return ()
    return parse_tree(found.data) if found.kind == "tree" else ()
