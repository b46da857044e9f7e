"""Git folders: read from tree objects, and written here for a few changes, or with fast-import for many.

fast-import cannot sign, so it creates an unsigned commit that no ref points to, and the caller signs another commit of
the same tree. The unsigned commit has a constant author and date, so building the same tree twice creates the same
object; garbage collection removes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.records.git.command import Git
from app.records.git.errors import ObjectMissing
from app.records.git.objects import ObjectReader, ObjectStore

_ID_BYTES = 20
_FILE_MODES = frozenset({"100644", "100755"})
_FOLDER_MODE = "40000"
_FOLDER = b"40000"
_ENTRY = re.compile(rb"([0-7]+ ([^\0]+)\0.{20})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One name in a folder; `oid` is the id of its object."""

    name: str
    mode: str
    oid: str

    @property
    def is_file(self) -> bool:
        """Return whether it is a plain file, not a folder, a symbolic link or a submodule."""
        return self.mode in _FILE_MODES

    @property
    def is_folder(self) -> bool:
        """Return whether it is a folder."""
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
    """Return the entries of the folder `name` (a tree id or `<commit>:<path>`); empty if there is no such folder."""
    try:
        found = reader.read(name)
    except ObjectMissing:
        return ()
    return parse_tree(found.data) if found.kind == "tree" else ()


TreeChange = tuple[str, bytes | None]
"""A file's path from the root and its new content; None removes the file or folder."""


def changed_tree(reader: ObjectReader, store: ObjectStore, changes: Iterable[TreeChange], *, base: str) -> str:
    """Store the tree of `base` with a few changes (checked paths); return its id. Raises ObjectMissing, OSError."""
    root = _Folder(reader, reader.resolve(f"{base}^{{tree}}"))
    for path, content in changes:
        root.put(path.encode("ascii"), None if content is None else store.write("blob", content))
    return root.stored(store) or store.write("tree", b"")


class _Folder:
    """A folder being changed; of its subfolders only changed ones are read."""

    def __init__(self, reader: ObjectReader, tree: str) -> None:
        self._reader = reader
        found = _ENTRY.findall(reader.read(tree).data) if tree else []
        self._entries: dict[bytes, bytes] = {name: entry for entry, name in found}
        self._opened: dict[bytes, _Folder] = {}

    def put(self, path: bytes, blob: str | None) -> None:
        name, _, rest = path.partition(b"/")
        if rest:
            self._open(name).put(rest, blob)
            return
        self._opened.pop(name, None)
        self._entries.pop(name, None)
        if blob is not None:
            self._entries[name] = _entry(b"100644", name, blob)

    def _open(self, name: bytes) -> _Folder:
        if name not in self._opened:
            entry = self._entries.get(name, b"")
            tree = entry[-_ID_BYTES:].hex() if entry.startswith(_FOLDER) else ""
            self._opened[name] = _Folder(self._reader, tree)
        return self._opened[name]

    def stored(self, store: ObjectStore) -> str:
        """Return the id of the tree, "" for an empty folder, which git does not store."""
        for name, folder in self._opened.items():
            self._entries.pop(name, None)
            if tree := folder.stored(store):
                self._entries[name] = _entry(_FOLDER, name, tree)
        # git sorts folders as if their names ended with a slash.
        named = ((name + b"/" if entry.startswith(_FOLDER) else name, entry) for name, entry in self._entries.items())
        return store.write("tree", b"".join(entry for _, entry in sorted(named))) if self._entries else ""


def _entry(mode: bytes, name: bytes, oid: str) -> bytes:
    return b"%s %s\0%s" % (mode, name, bytes.fromhex(oid))


_SCRATCH = b"refs/scratch/tree"
_TIMEOUT_SECONDS = 1800.0


def build_tree(git: Git, changes: Iterable[TreeChange], *, base: str | None) -> str:
    """Store a tree of `base` (None: empty) with many changes (checked paths). Raises GitFailed and GitTimeout."""
    done = git.feed("fast-import", "--quiet", "--done", chunks=_stream(changes, base), seconds=_TIMEOUT_SECONDS)
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
    # A reset without a starting point creates no ref.
    yield b"\nget-mark :1\nreset %s\n\ndone\n" % _SCRATCH
