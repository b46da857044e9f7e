# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Folders of git: read from tree objects, and built with fast-import.

fast-import cannot sign. So it makes a plain commit that no ref ever names, and the caller signs a commit of its own
over the same tree. That plain commit carries a constant author and date, so building the same tree twice makes the
same object; garbage collection removes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.content.git.command import Git
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


TreeChange = tuple[str, bytes | None]
"""A file's path from the root and its new content; None removes the file or folder."""

_SCRATCH = b"refs/scratch/tree"
_SECONDS = 1800.0


def build_tree(git: Git, changes: Iterable[TreeChange], *, base: str | None) -> str:
    """Store a tree and return its id.

    `base` is the commit whose tree is changed; None starts from an empty tree. Paths must have been
    checked before. Raises GitFailed and GitTimeout.
    """
    done = git.feed("fast-import", "--quiet", "--done", chunks=_stream(changes, base), seconds=_SECONDS)
    return git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{done.line}^{{tree}}").line


def _stream(changes: Iterable[TreeChange], base: str | None) -> Iterator[bytes]:
    yield b"commit %s\nmark :1\ncommitter tree <tree@localhost> 0 +0000\ndata 0\n" % _SCRATCH
    yield b"from %s\n" % base.encode() if base else b"deleteall\n"
    for path, content in changes:
        name = path.encode("ascii")
        if content is None:
            yield b"D %s\n" % name
        else:
            yield b"M 100644 inline %s\ndata %d\n" % (name, len(content))
            yield content
            yield b"\n"
    # A reset without a starting point leaves no ref behind.
    yield b"\nget-mark :1\nreset %s\n\ndone\n" % _SCRATCH
