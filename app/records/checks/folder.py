"""A folder of content as it lies on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.records.paths import INDEX_FILE, VOCABULARY_FOLDER
from app.records.problem import Problem, Severity
from app.records.schema import SchemaSet
from app.shared.errors import NotFound


class NoContentFolder(NotFound):
    """Neither the path nor a folder above it holds folders of records."""

    path: Path

    message = "%(path)s is no content folder and lies in none"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFolder:
    """One record's folder; `path` is relative to the content ("case-studies/<slug>")."""

    path: str
    folder: Path

    def text(self) -> bytes:
        """Return the bytes of its `index.md`."""
        return (self.folder / INDEX_FILE).read_bytes()

    def sizes(self) -> Mapping[str, int]:
        """Return the size in bytes of each file beside `index.md`, by name."""
        found = {entry.name: entry.stat().st_size for entry in self.folder.iterdir() if entry.is_file()}
        return {name: size for name, size in sorted(found.items()) if name != INDEX_FILE}

    def reader(self) -> Callable[[str], bytes]:
        """Return a function that reads a file of this folder."""
        return lambda name: (self.folder / name).read_bytes()


def content_root(path: Path, schemas: SchemaSet) -> Path:
    """Return the content folder that `path` is or lies in; raises NoContentFolder where there is none."""
    names = {kind.plural for kind in schemas.kinds} | {VOCABULARY_FOLDER}
    for candidate in (path.resolve(), *path.resolve().parents):
        if candidate.name not in names and any((candidate / name).is_dir() for name in names):
            return candidate
    raise NoContentFolder(path)


def record_folders(root: Path, schemas: SchemaSet) -> Iterator[RecordFolder]:
    """Yield the folders that hold an `index.md`, in order."""
    for kind in schemas.kinds:
        parent = root / kind.plural
        for folder in sorted(parent.iterdir()) if parent.is_dir() else ():
            if (folder / INDEX_FILE).is_file():
                yield RecordFolder(path=f"{kind.plural}/{folder.name}", folder=folder)


def strays(root: Path, schemas: SchemaSet) -> Iterator[Problem]:
    """Report what lies where nothing reads it: unknown folders, files without a record, folders inside records."""
    plurals = {kind.plural for kind in schemas.kinds}
    for entry in sorted(root.iterdir()):
        if entry.is_dir() and entry.name not in plurals | {VOCABULARY_FOLDER} and not entry.name.startswith("."):
            yield _stray(root, entry, "unknown_folder", folder=entry.name, allowed=", ".join(sorted(plurals)))
        elif entry.is_dir() and entry.name in plurals:
            yield from _within(root, entry)


def _within(root: Path, parent: Path) -> Iterator[Problem]:
    for entry in sorted(parent.iterdir()):
        if not (entry / INDEX_FILE).is_file():
            yield _stray(root, entry, "no_record_here")
            continue
        for inner in sorted(entry.iterdir()):
            if inner.is_dir():
                yield _stray(root, inner, "folder_in_record")


def _stray(root: Path, entry: Path, code: str, **params: str) -> Problem:
    file = entry.relative_to(root).as_posix()
    return Problem(file=file, code=code, severity=Severity.WARNING, params=params)
