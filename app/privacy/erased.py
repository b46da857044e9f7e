"""The list of what was erased: ids, day and reason. No backup holds it, so that a restored node can do it again."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from app.shared.errors import Invalid

FILE = "erased.log"
"""Its name in the data folder; a backup leaves out what ends like this."""


class ErasedListInvalid(Invalid):
    """`path` is no list of what was erased."""

    path: Path

    message = "%(path)s is no list of what was erased; it is called erased.log in the data folder before the restore"


class Kind(StrEnum):
    """What was erased."""

    PERSON = "person"
    ADDRESS = "address"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """One erasure; `ids` name the account, the record, or the entries of an address, and `at` is a moment in UTC."""

    at: str
    kind: Kind
    ids: tuple[str, ...]
    reason: str


class ErasedList:
    """The list in a data folder, one line of JSON for each erasure."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE

    def add(self, at: datetime, kind: Kind, ids: tuple[str, ...], reason: str) -> None:
        """Add an erasure and wait until it lies on the disk."""
        self.take_over([Erased(at=at.isoformat(timespec="seconds"), kind=kind, ids=ids, reason=reason)])

    def take_over(self, several: Iterable[Erased]) -> None:
        """Add erasures of another list, unless they are known here."""
        known = set(read_erased(self._path)) if self._path.exists() else set()
        lines = [json.dumps(asdict(one)) for one in several if one not in known]
        opened = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(opened, "a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())


def read_erased(path: Path) -> tuple[Erased, ...]:
    """Return the erasures in a list, oldest first; raises ErasedListInvalid."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return tuple(Erased(**{**row, "kind": Kind(row["kind"]), "ids": tuple(row["ids"])}) for row in rows)
    except (ValueError, TypeError, KeyError, OSError) as error:
        raise ErasedListInvalid(path) from error
