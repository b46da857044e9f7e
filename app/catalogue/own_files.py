"""Files of own versions by hash, shared by all machines of a node and restorable from the repository."""

import json
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import structlog
from sqlalchemy import func, select
from sqlmodel import col

from app.catalogue.agreement import Difference, Disagreement
from app.catalogue.entry import State
from app.catalogue.ledger import Progress, silent
from app.catalogue.models import OWN, TextRow, VersionRow
from app.catalogue.texts import TextRows
from app.database import Sessions
from app.records.file_store import PATIENCE, FileStore, StoreBusy, StoreUnavailable, one_by_one
from app.records.git.errors import ObjectMissing, ObjectUnreadable
from app.records.paths import UnsafePath
from app.records.record import Record
from app.records.record_reader import digest_of
from app.records.schema import SchemaError

ReadFile: TypeAlias = Callable[[str, str, int, str], bytes]
"""Returns a file by kind, slug, version and name from the repository; raises ObjectMissing,
ObjectUnreadable, and SchemaError or UnsafePath for what a newer release published."""
_NOBODY_HAS = "0" * 64
_NO_FILES = '%","files":[],"record":{%'
"""Matches the canonical text of a version without files; quotes in a body are escaped, so a body cannot match."""
_SHORTLY = 1.0
"""Seconds that a publishing process waits for another one; if it gives up, the next round tries again."""
_FIRST_PAUSE, _LONGEST_PAUSE = 15.0, 60.0
"""Seconds to wait after a partial failure before everything is checked again."""
_MAX_AGE_SECONDS = 60.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FilePlace:
    """The location of a file in the repository."""

    kind: str
    slug: str
    ver: int
    name: str


class OwnFiles:
    """Keeps the files of readable versions in the store, and nothing else. Only one machine writes to it."""

    def __init__(self, store: FileStore, sessions: Sessions, read: ReadFile, restored: Path) -> None:
        """Remove nothing while the file `restored` exists: the catalogue is then older than the store."""
        self._store = store
        self._sessions = sessions
        self._texts = TextRows(sessions)
        self._read = read
        self._restored = restored
        self._seen = 0
        self._was_restored = False
        self._failed, self._again, self._pause = 0, 0.0, 0.0
        self._checked: tuple[bool, float] | None = None

    def file(self, record: Record, name: str) -> bytes | None:
        """Return a file of a version; None if it is damaged or not available here."""
        found = next((file for file in record.files if file.name == name), None)
        # On a machine with a repository, that is read instead.
        return self.kept(found.sha256) if found else None

    def kept(self, name: str) -> bytes | None:
        """Return the file with this SHA-256, whichever version names it; None if not available here, see `trouble`."""
        try:
            return self._store.read(name)
        except (OSError, StoreUnavailable):
            return None

    def knows(self, names: Collection[str]) -> bool:
        """Return whether a readable version names any of these files."""
        return not self._wanted(0)[0].keys().isdisjoint(names)

    def look(self) -> None:
        """Raise OSError or StoreUnavailable if the store is unreachable or belongs to another node."""
        self._store.sizes(_NOBODY_HAS)

    def trouble(self) -> str:
        """Return why the store is unreachable now, "" if it is not."""
        try:
            self.look()
        except (OSError, StoreUnavailable) as error:
            return str(error)
        return ""

    def check(self) -> None:
        """Try to reach the store, however long it takes, and remember the result."""
        self._checked = not self.trouble(), time.monotonic()

    def was_reached(self) -> bool | None:
        """Return whether the last `check` reached it (None: none yet); False if that was over a minute ago."""
        if self._checked is None:
            return None
        reached, at = self._checked
        return reached and time.monotonic() - at < _MAX_AGE_SECONDS

    def follow(self) -> None:
        """Store the files published since the last call, which the next call completes if it fails."""
        last, only_more = self._since(self._seen)
        # Once the file `restored` is gone, files that had to be kept may be removable.
        restored = self._restored.exists()
        is_other = restored != self._was_restored
        if last == self._seen and not is_other:
            return
        if last == self._failed and time.monotonic() < self._again:
            return
        try:
            self._settle(self._seen if only_more and not is_other else 0, patience=_SHORTLY)
        except StoreBusy:
            return
        except (OSError, StoreUnavailable) as error:
            _log.error("files.not_kept", reason=type(error).__name__)
            # Retry at once the first time, then after longer and longer pauses.
            self._failed, self._again = last, time.monotonic() + self._pause
            self._pause = min(max(_FIRST_PAUSE, 2 * self._pause), _LONGEST_PAUSE)
            # Then also look for other files that the store lost meanwhile.
            self._seen = 0
        else:
            self._seen, self._was_restored, self._pause = last, restored, 0.0

    def settle(self) -> None:
        """Make the store hold exactly the files of readable versions. Raises StoreUnavailable and OSError."""
        lacking, _surplus = self.disagreements()
        self._settle(0, lacking)

    def clear(self) -> bool:
        """Remove superfluous files; return whether none is left. Raises StoreUnavailable and OSError."""
        if not self._settle(0):
            return False
        present, (wanted, _are_all) = self._store.sizes().keys(), self._wanted(0)
        return not present - wanted.keys()

    def disagreements(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return missing or damaged hashes, and superfluous ones if all file lists are known."""
        present, (wanted, are_all) = self._store.sizes().keys(), self._wanted(0)
        surplus = present - wanted.keys() if are_all and not self._restored.exists() else ()
        return frozenset(name for name in wanted if self._store.read(name) is None), frozenset(surplus)

    def agree(self, _progress: Progress = silent) -> tuple[Difference, ...]:
        """Return the `disagreements` as differences between the versions and the store, by hash."""
        missing, surplus = self.disagreements()
        return (
            *(Difference(code=Disagreement.MISSING, subject=name, expected=name) for name in sorted(missing)),
            *(Difference(code=Disagreement.SURPLUS, subject=name, found=name) for name in sorted(surplus)),
        )

    def _settle(self, after: int, damaged: Collection[str] = (), *, patience: float = PATIENCE) -> bool:
        """Store missing or `damaged` files; with `after` 0 remove others, and return whether all could go."""
        with self._store.exclusive(patience):
            # Read what is present before what is wanted, both under the lock: others may store files of a new version.
            present = {} if after else self._store.sizes()
            wanted, are_all = self._wanted(after)
            surplus = present.keys() - wanted.keys()
            restored = self._restored.exists()
            stays = bool(surplus) and (restored or not are_all)
            if stays:
                _log.warning("files.nothing_removed", surplus=len(surplus), restored=restored)
            # Remove first: deleting what must not be read any more should not wait for missing files.
            _done, not_removed = one_by_one(() if stays else surplus, self._store.remove)

            def keep(name: str) -> None:
                if name in damaged or name not in (self._store.sizes(name) if after else present):
                    self._keep(name, wanted[name], over=name in damaged)

            _done, not_kept = one_by_one(wanted, keep)
        if error := not_removed or not_kept:
            raise error
        return not stays

    def _keep(self, name: str, place: FilePlace, *, over: bool) -> None:
        try:
            data = self._read(place.kind, place.slug, place.ver, place.name)
        except (ObjectMissing, ObjectUnreadable, SchemaError, UnsafePath) as error:
            _log.error("files.unreadable", file=f"{place.kind}/{place.slug}/{place.name}", reason=type(error).__name__)
        else:
            if over:
                self._store.remove(name)
            self._store.put(name, data)

    def _since(self, seq: int) -> tuple[int, bool]:
        """Return the last change number of own versions, and whether all changes after `seq` only add something."""
        later = (col(VersionRow.origin) == OWN, col(VersionRow.seq) > seq)
        with self._sessions.reading() as db:
            last = db.scalar(select(func.max(col(VersionRow.seq))).where(*later))
            other = db.scalar(
                select(col(VersionRow.seq)).where(*later, col(VersionRow.state) != State.PUBLISHED).limit(1)
            )
        return last or seq, other is None

    def _wanted(self, after: int) -> tuple[Mapping[str, FilePlace], bool]:
        """Return the files of the stored texts by hash, and whether no text is missing or damaged."""
        place = (col(VersionRow.kind), col(VersionRow.slug), col(VersionRow.ver))
        stored = select(*place, col(TextRow.digest), col(TextRow.content))
        joined = stored.join(TextRow, col(TextRow.digest) == col(VersionRow.digest))
        with_files = (col(VersionRow.origin) == OWN, col(VersionRow.seq) > after, ~col(TextRow.content).like(_NO_FILES))
        found: dict[str, FilePlace] = {}
        are_all = bool(after) or not self._texts.lacking(told=False)
        with self._sessions.reading() as db:
            for kind, slug, ver, digest, content in db.execute(joined.where(*with_files)):
                if digest_of(content.encode()) != digest:
                    # `doctor` reports it, and rebuilding the catalogue repairs it.
                    _log.error("files.text_damaged", version=f"{kind}/{slug}/v/{ver}")
                    are_all = False
                    continue
                for file in json.loads(content)["files"]:
                    found[file["sha256"]] = FilePlace(kind, slug, ver, file["name"])
        return found, are_all
