"""The files of other nodes' records put together, and fetched from the peer that a run asks while it has time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from app.database import Sessions
from app.federation.fetching import FetchFailed
from app.federation.harvest.documents import PeerDocuments
from app.federation.harvest.files.held_files import FileWrong, HeldFiles
from app.federation.harvest.files.queue import FileQueue
from app.federation.harvest.files.values import FileReason, FileTally, WantedFile
from app.federation.harvest.models import Peer
from app.federation.harvest.record_list import RenewedLease
from app.records.file_store import FileStore, StoreUnavailable
from app.shared.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignFiles:
    """The parts. `limit` is how many bytes the files of one origin may take; 0 fetches none."""

    held: HeldFiles
    queue: FileQueue
    limit: int


def open_files(
    store: FileStore, *, limit: int, sessions: Sessions, clock: Clock, keeps: Callable[[], bool]
) -> ForeignFiles:
    """Put the parts together, `keeps` as in `HeldFiles`; nothing is read or made."""
    return ForeignFiles(
        held=HeldFiles(sessions, store, keeps),
        queue=FileQueue(sessions, clock),
        limit=limit,
    )


MOST_TROUBLES = 3
"""Files that may fail in a run because the peer or the line does not work; then nothing more is asked for."""

MOST_FAILURES = 5
"""Files of one origin that may fail in a run for whatever reason; then its others wait for the next run."""

_AT_ONCE = 200
_TROUBLES = frozenset({"unreachable", "deadline", "cut_off", "protocol"})
_NO_TLS = "tls"
"""How all codes begin that tell why there was no safe connection."""
_log = structlog.get_logger(__name__)


class FileRun:
    """The files of one run. Each is kept as soon as it is there, so that the next run goes on from any point."""

    def __init__(
        self,
        files: ForeignFiles,
        peer: Peer,
        origin: str,
        documents: PeerDocuments,
        lease: RenewedLease,
    ) -> None:
        """Ask `peer` through `documents`: for files of its own `origin`, and of all others if it is a hub."""
        self._files = files
        self._peer = peer
        self._origin = None if peer.hub else origin
        self._documents = documents
        self._lease = lease
        self._failures: Counter[str] = Counter()
        self._troubles = 0
        self._passed_over: set[str] = set()
        self._kept: set[tuple[str, int]] = set()
        self._used: dict[str, int] = {}
        self._tally = FileTally()

    def run(self) -> FileTally:
        """Fetch what is due and return what became of it; only the database may raise."""
        if self._files.queue.is_empty():
            return self._tally
        if self._files.limit:
            asked: set[int] = set()
            while self._goes_on(batch := self._due(), asked):
                asked |= {wanted.id for wanted in batch}
        self._tally.missing = self._files.queue.missing(self._origin)
        return self._tally

    def _due(self) -> Sequence[WantedFile]:
        return self._files.queue.due(self._peer.issuer, self._origin, self._passed_over, _AT_ONCE)

    def _goes_on(self, batch: Sequence[WantedFile], asked: set[int]) -> bool:
        """Fetch a batch and tell whether there may be another one."""
        # What was asked for has been kept or waits; anything else would go round for ever.
        fresh = [wanted for wanted in batch if wanted.id not in asked]
        for wanted in fresh:
            if wanted.origin in self._passed_over or (wanted.sha256, wanted.size) in self._kept:
                continue
            if self._lease.seconds_left() <= 0:
                self._tally.interrupted = True
                return False
            if not self._one(wanted):
                return False
        return bool(fresh)

    def _one(self, wanted: WantedFile) -> bool:
        """Fetch a file and tell whether to go on."""
        reason = self._fetched(wanted)
        if reason is None:
            return False
        if not reason:
            self._kept.add((wanted.sha256, wanted.size))
            self._tally.arrived += 1
            self._tally.size += wanted.size
            self._used[wanted.origin] += wanted.size
            return self._still_entitled()
        self._files.queue.failed(wanted, self._peer.issuer, reason)
        self._tally.reasons[reason] += 1
        self._count(wanted, reason)
        return self._still_entitled() and self._troubles < MOST_TROUBLES and reason != FileReason.NO_SPACE

    def _still_entitled(self) -> bool:
        self._lease()
        return self._lease.is_kept

    def _has_share(self, wanted: WantedFile) -> bool:
        """Tell whether the origin may have so many bytes more; they are added up once in a run."""
        if wanted.origin not in self._used:
            self._used[wanted.origin] = self._files.held.used(wanted.origin)
        return self._used[wanted.origin] + wanted.size <= self._files.limit

    def _count(self, wanted: WantedFile, reason: str) -> None:
        self._troubles += reason in _TROUBLES or reason.startswith(_NO_TLS)
        self._failures[wanted.origin] += 1
        # A hub that does not have what came from elsewhere will hardly have the next one.
        elsewhere = reason == "status" and wanted.via != self._peer.issuer and wanted.origin != self._peer.issuer.origin
        if elsewhere or reason == FileReason.ORIGIN_FULL or self._failures[wanted.origin] >= MOST_FAILURES:
            self._passed_over.add(wanted.origin)

    def _fetched(self, wanted: WantedFile) -> str | None:
        """Fetch and keep a file; return "", why that failed, or None where the store cannot be worked on now."""
        held = self._files.held
        try:
            if not self._has_share(wanted):
                return FileReason.ORIGIN_FULL
            if not held.has_room(wanted.size):
                return FileReason.NO_SPACE
            held.take(wanted, self._documents.file(wanted.digest, wanted.name, wanted.size, self._lease.seconds_left()))
        except FetchFailed as error:
            return error.code
        except FileWrong as error:
            return error.reason
        except StoreUnavailable:
            return None
        except OSError as error:
            _log.warning("files.not_kept", error=type(error).__name__, errno=error.errno)
            return FileReason.NO_SPACE
        return ""
