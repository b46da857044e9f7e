"""The paths that a content repository may contain.

- `<kind plural>/<slug>/index.md`: the record, or its tombstone
- `<kind plural>/<slug>/<file>`: pictures and other files that belong to it
- `vocabulary/<name>.yaml`
- `README.md`, for people who clone the repository
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from app.documents.limits import FILE_LIMIT
from app.shared.errors import Invalid

INDEX_FILE = "index.md"
VOCABULARY_FOLDER = "vocabulary"
README = "README.md"

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_SLUG_LENGTH = 80
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*", re.ASCII)
_FILE_NAME_LENGTH = 100


_OF_DEVICES = frozenset({"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)})


class UnsafePath(Invalid):
    """A content repository must not contain anything at `path`."""

    path: str


class FileTooLarge(Invalid):
    """The file at `path` has `size` bytes; FILE_LIMIT are allowed."""

    path: str
    size: int


def is_slug(text: str) -> bool:
    """Return whether `text` consists of a-z and 0-9 in groups joined by single hyphens, 80 characters at most."""
    return len(text) <= _SLUG_LENGTH and _SLUG.fullmatch(text) is not None


def is_file_name(text: str) -> bool:
    """Return whether `text` is a plain name: ASCII letters, digits, `_`, `-` and single inner dots."""
    return len(text) <= _FILE_NAME_LENGTH and _FILE_NAME.fullmatch(text) is not None


def is_of_device(name: str) -> bool:
    """Return whether Windows reserves this name for a device (`aux`, `con`), so that a checkout would fail there."""
    return name.partition(".")[0].casefold() in _OF_DEVICES


_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_MAX_STEM_LENGTH = 60


def file_name(upload: str, ending: str, taken: Collection[str]) -> str:
    """Return a safe name for an uploaded file, based on its own and different from those `taken`."""
    path = upload.replace("\\", "/")
    stem = path.rpartition("/")[2].rpartition(".")[0] or upload
    spelled = unicodedata.normalize("NFKD", stem.lower().translate(_SPELLED)).encode("ascii", "ignore").decode()
    short = "-".join(re.findall(r"[a-z0-9]+", spelled))[:_MAX_STEM_LENGTH].strip("-") or "datei"
    known = {INDEX_FILE, *(one.casefold() for one in taken)}
    number, name = 1, f"{short}.{ending}"
    while is_of_device(name) or name.casefold() in known:
        number += 1
        name = f"{short}-{number}.{ending}"
    return name


def alike(names: Iterable[str]) -> tuple[str, ...]:
    """Return names that differ from an earlier one only in case; many file systems keep only one of them."""
    first: dict[str, str] = {}
    return tuple(name for name in names if first.setdefault(name.casefold(), name) != name)


class ContentLayout:
    """The paths that records of the known kinds and the vocabulary may have."""

    def __init__(self, plurals: Collection[str]) -> None:
        """Allow records in the folders `plurals`, for example `case-studies`."""
        self.plurals = tuple(sorted(plurals))
        self._known = frozenset(plurals)

    def is_record(self, path: str) -> bool:
        """Return whether `path` is the folder of a record, such as `case-studies/ulm`."""
        plural, separator, slug = path.partition("/")
        return bool(separator) and plural in self._known and is_slug(slug)

    def record_of(self, path: str) -> str | None:
        """Return the record folder of a file; None if it belongs to no record."""
        folder, _, name = path.rpartition("/")
        return folder if self.is_record(folder) and is_file_name(name) else None

    def check_record(self, path: str) -> str:
        """Return `path` if it is a record folder; raises UnsafePath otherwise."""
        if not self.is_record(path):
            raise UnsafePath(path)
        return path

    @staticmethod
    def is_vocabulary(path: str) -> bool:
        """Return whether `path` is the file of a vocabulary."""
        folder, _, name = path.partition("/")
        return folder == VOCABULARY_FOLDER and name.endswith(".yaml") and is_slug(name.removesuffix(".yaml"))

    def check_file(self, path: str, content: bytes | None = None) -> str:
        """Return `path` if a file with this content is allowed there; raises UnsafePath and FileTooLarge."""
        if self.record_of(path) is None and not self.is_vocabulary(path) and path != README:
            raise UnsafePath(path)
        if content is not None and len(content) > FILE_LIMIT:
            raise FileTooLarge(path, size=len(content))
        return path

    def replacing(self, path: str, files: Mapping[str, bytes]) -> list[tuple[str, bytes | None]]:
        """Return the changes that make a record folder hold exactly `files`; raises UnsafePath and FileTooLarge."""
        changed = [(self.check_file(f"{path}/{name}", data), data) for name, data in files.items()]
        return [(self.check_record(path), None), *changed]
