"""Fetches the files that are missing from the peer that a run asks."""

from collections.abc import Callable

import structlog

from app.federation.harvest.held_files import AT_ONCE, FileCounts, FileReason, FileRow, FileWrong, HeldFiles
from app.federation.harvest.nodes import Lease, Nodes
from app.federation.harvest.report import FileTally
from app.federation.listing.reading import Source
from app.fetching import KIB, Fetcher, FetchFailed, FetchRefused, Limits, Wanted
from app.records.file_store import StoreUnavailable

MOST_FAILURES = 5
"""Files that may fail in a run; then the others wait for the next run."""
FILE_SECONDS = 120.0
_log = structlog.get_logger(__name__)


class FileRun:
    """The files of one run. Each is kept as soon as it is there, so that the next run goes on from any point."""

    def __init__(
        self,
        files: HeldFiles,
        lease: Lease,
        source: Source,
        fetcher: Fetcher,
        nodes: Nodes,
        seconds_left: Callable[[], float],
    ) -> None:
        """Ask `source` for the files of the node of a lease."""
        self._files = files
        self._lease = lease
        self._source = source
        self._fetcher = fetcher
        self._nodes = nodes
        self._seconds_left = seconds_left
        self._kept: set[tuple[str, int]] = set()
        self._room = 0
        self._tally = FileTally()

    def run(self) -> FileTally:
        """Fetch what is missing and return what became of it; only the database may raise."""
        tally, origin = self._tally, self._lease.node.origin
        due = self._files.due(origin) if self._files.limit else ()
        self._room = self._files.limit - self._files.used(origin) if due else 0
        for wanted in due:
            if (wanted.sha256, wanted.size) in self._kept:
                continue
            if self._seconds_left() <= 0:
                tally.interrupted = True
                break
            if not self._try(wanted) or not self._nodes.keep(self._lease):
                break
        tally.missing = self._files.counts(origin).get(origin, FileCounts()).missing
        tally.interrupted |= len(due) == AT_ONCE and tally.arrived > 0
        return tally

    def _try(self, wanted: FileRow) -> bool:
        """Fetch a file or note why it did not come; tell whether to ask for the next one."""
        tally = self._tally
        try:
            self._fetch(wanted)
        except StoreUnavailable:
            return False
        except (FetchFailed, FileWrong, OSError) as error:
            reason, goes_on = _why(error)
            self._files.failed(wanted, reason)
            tally.reasons[reason] += 1
            return goes_on and sum(tally.reasons.values()) < MOST_FAILURES
        self._kept.add((wanted.sha256, wanted.size))
        self._room -= wanted.size
        tally.arrived += 1
        tally.size += wanted.size
        return True

    def _fetch(self, wanted: FileRow) -> None:
        """Fetch and keep a file; raises FetchFailed, FileWrong, StoreUnavailable and OSError."""
        if wanted.size > self._room:
            raise FileWrong(FileReason.ORIGIN_FULL)
        if not self._files.store.has_room(wanted.size):
            raise FileWrong(FileReason.NO_SPACE)
        # Named by its hash, which the list has signed with the record: whoever gives it need not be trusted.
        url = f"{self._source.address}/targets/files/{wanted.record_id}/{wanted.sha256}.{wanted.sha256}"
        # What cannot be packed grows a little by packing.
        wire, seconds = wanted.size + wanted.size // 1000 + KIB, min(FILE_SECONDS, max(self._seconds_left(), 0.1))
        limits = Limits(wire=wire, inflated=wanted.size, seconds=seconds)
        self._files.take(wanted, self._fetcher.fetch(Wanted(peer=self._source.node, url=url, limits=limits)).body)


def _why(error: FetchFailed | FileWrong | OSError) -> tuple[str, bool]:
    """Return why a file did not come, and whether to ask for the next."""
    if isinstance(error, FetchFailed):
        return error.code, error.is_absence or isinstance(error, FetchRefused)
    if isinstance(error, FileWrong):
        return error.reason, error.reason not in (FileReason.ORIGIN_FULL, FileReason.NO_SPACE)
    _log.warning("files.not_kept", error=type(error).__name__, errno=error.errno)
    return FileReason.NO_SPACE, False
