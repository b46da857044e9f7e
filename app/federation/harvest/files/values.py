"""What is said of files: which are wanted, which are here, what a run brought and why something did not come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from app.federation.issuer import Issuer

MOST_FILES = 46
"""Files fetched of one record: as many as the schema of a concept lists (20 media, 20 templates, 6 translations)."""

PICTURES: Mapping[str, str] = MappingProxyType({"png": "png", "jpg": "jpg", "jpeg": "jpg", "webp": "webp"})
"""Endings of names, and the kind of picture that each promises."""


class FileReason(StrEnum):
    """Why a file is not here, beside the codes of a fetch that failed (`app.federation.fetching.port`).

    `file_size`, `file_hash`: the bytes are not those that the statement names. `origin_full`: its origin has as many
    bytes here as it may have. `no_space`: the disk has no room, or could not be written to. `too_large`, `too_many`: a
    limit for files is exceeded, so nobody is asked.
    """

    SIZE = "file_size"
    HASH = "file_hash"
    ORIGIN_FULL = "origin_full"
    NO_SPACE = "no_space"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFile:
    """A file to ask for. `digest` names the version that lists it, `via` is the node its statement came from."""

    id: int
    origin: str
    record_id: str
    digest: str
    via: Issuer
    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFile:
    """A file of another node's record that is here. `is_picture`: its bytes are the picture that its name promises."""

    name: str
    size: int
    sha256: str
    is_picture: bool


@dataclass(slots=True)
class FileTally:
    """What became of files in one run. `reasons` counts those asked for in vain, `missing` all that are not here.

    `interrupted`: time was up and more could be asked for.
    """

    arrived: int = 0
    size: int = 0
    missing: int = 0
    interrupted: bool = False
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def findings(self) -> bool:
        """Tell whether something needs the operator's eyes: wrong bytes, or no room for them."""
        return bool(_SERIOUS & self.reasons.keys())


_SERIOUS = frozenset({FileReason.SIZE, FileReason.HASH, FileReason.ORIGIN_FULL, FileReason.NO_SPACE})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCounts:
    """The files of one origin: how many are here with how many bytes, and how many are missing, with the reasons.

    A file that several peers could not give counts once for each reason; one nobody was asked for yet has none.
    """

    held: int = 0
    size: int = 0
    missing: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
