"""One run: ask a node for its list, take in what changed, and fetch the files that are missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import rmtree

import structlog
from securesystemslib.exceptions import StorageError
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, TargetFile, Timestamp

from app.catalogue.ledger import Progress
from app.federation.harvest.file_run import FileRun
from app.federation.harvest.held_files import HeldFiles
from app.federation.harvest.intake import Intake, LeaseLost
from app.federation.harvest.models import EQUIVOCATION, Node, NodeState
from app.federation.harvest.nodes import Lease, Nodes
from app.federation.harvest.report import End, RunReport, Tally
from app.federation.harvest.witness import SEEN, SEEN_LIMIT, differs, remember
from app.federation.issuer import Issuer
from app.federation.listing.keys import RootFile
from app.federation.listing.own import ABOUT, MEMBERS
from app.federation.listing.reading import LISTS, ListRefused, PeerList, Source
from app.federation.strict_json import StatementRefused, loads
from app.fetching import Fetcher, FetchFailed, FetchRefused, Limits, Wanted
from app.records.json_value import JsonValue
from app.records.repository import RepositoryBusy
from app.shared.clock import Clock

ABOUT_LIMIT = 16 * 1024
"""Bytes of what a node says of itself."""
MEMBERS_LIMIT = 2 * 1024 * 1024
_ROOT_NUMBER = "root"
"""Under this name stands, beside the parts that were taken in, under which root that was."""
_ROOT = Limits(wire=80 * 1024, inflated=64 * 1024, seconds=20)
_MOST_QUESTIONS = 5
"""Lists that are compared in a run: each may take as long as the witness likes."""
_log = structlog.get_logger(__name__)
SLICE_SECONDS = 60.0
"""A node that is slow or has much lets others have their turn after this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunParts:
    """What a run works with; `folder` keeps what was verified of each list."""

    fetcher: Fetcher
    nodes: Nodes
    intake: Intake
    files: HeldFiles
    folder: Path
    clock: Clock


JsonObject = Mapping[str, JsonValue]


def list_folder(folder: Path, node: Node) -> Path:
    """Return where what was verified of the list of a node is kept."""
    return folder / node.origin.replace(":", "_")


def first_root(fetcher: Fetcher, source: Source, seconds: float = _ROOT.seconds) -> RootFile:
    """Return the first root of a list; nothing is believed of it yet. Raises FetchFailed."""
    url = f"{source.address}/metadata/1.root.json"
    return RootFile(fetcher.fetch(Wanted(peer=source.node, url=url, limits=replace(_ROOT, seconds=seconds))).body)


def mirrored_timestamp(
    fetcher: Fetcher, mirror: Issuer, node: Issuer, root: Root, seconds: float = _ROOT.seconds
) -> Timestamp:
    """Return the newest timestamp of the list of `node` at a mirror, signed as `root` says; raises FetchFailed."""
    url = f"{mirror.address}{LISTS}/mirrors/{node.origin}/metadata/timestamp.json"
    data = fetcher.fetch(Wanted(peer=mirror, url=url, limits=replace(_ROOT, seconds=seconds))).body
    try:
        found = Metadata[Timestamp].from_bytes(data)
        root.verify_delegate(Timestamp.type, found.signed_bytes, found.signatures)
    except RepositoryError as error:
        raise FetchFailed("document", type(error).__name__) from error
    if not isinstance(found.signed, Timestamp):
        raise FetchFailed("document", Timestamp.type)
    return found.signed


class Run:
    """One run for one node. Interrupted anywhere, the next one goes on."""

    def __init__(
        self,
        parts: RunParts,
        lease: Lease,
        mirrors: tuple[Issuer, ...],
        seconds_left: Callable[[], float],
        show: Progress,
    ) -> None:
        """Ask the node itself, and `mirrors` where it does not answer, until `seconds_left()` says 0."""
        self._parts = parts
        self._lease = lease
        self._node = lease.node
        self._mirrors = mirrors
        self._seconds_left = seconds_left
        self._show = show
        self._tally = Tally()
        self.folder = list_folder(parts.folder, lease.node)

    def run(self) -> RunReport:
        """Do all of it and return what that brought; a failure is part of the report."""
        first: RunReport | None = None
        for source in self._sources():
            try:
                return self._read(source)
            except (FetchFailed, ListRefused) as error:
                report = self._report(End.FAILED, error.code)
            except RepositoryBusy as error:
                return self._report(End.FAILED, type(error).__name__)
            except LeaseLost:
                return self._report(End.BUSY)
            # What the node itself answered tells the operator more than what a mirror lacks.
            first = first or report
        return first or self._report(End.FAILED, "not_found")

    def _sources(self) -> tuple[Source, ...]:
        mirrored = (Source(one, f"{LISTS}/mirrors/{self._node.origin}") for one in self._mirrors)
        return (Source(self._node.issuer, LISTS), *(one for one in mirrored if one.node != self._node.issuer))

    def _read(self, source: Source) -> RunReport:
        node, parts = self._node, self._parts
        listed = PeerList(parts.fetcher, source, self.folder, self._trusted(source), parts.clock, self._seconds_left)
        state = listed.refresh()
        # After a new root nothing counts of the numbers before it: a thief may have used them.
        taken = node.taken if node.taken.get(_ROOT_NUMBER) == state.root_version else {}
        if taken and state.version == node.list_version and state.sha256 != node.list_sha256:
            # Two lists under one number: whoever signed both lies to somebody.
            return self._report(End.FAILED, EQUIVOCATION, notices=(EQUIVOCATION,))
        if not (self.folder / MEMBERS).exists():
            # The folder was lost: what stood beside records is read anew.
            taken = {}
        if not parts.nodes.confirm(self._lease, state):
            return self._report(End.BUSY)
        remember(self.folder, state)
        end = self._take(listed, {_ROOT_NUMBER: state.root_version, **taken})
        files = FileRun(parts.files, self._lease, source, parts.fetcher, parts.nodes, self._seconds_left).run()
        if self._tally.missing:
            # Another source may have it.
            raise self._tally.missing
        if end is End.UNCHANGED and files.arrived:
            end = End.COMPLETE
        return RunReport(
            node=node.issuer, end=End.INTERRUPTED if files.interrupted else end, tally=self._tally, files=files
        )

    def _take(self, listed: PeerList, before: Mapping[str, int]) -> End:
        node, end, names = self._node, End.UNCHANGED, listed.names() | {_ROOT_NUMBER}
        taken = {name: number for name, number in before.items() if name in names}
        self._tally.missing = None
        held: Mapping[str, str] | None = None
        for name, number, targets in listed.changes(taken):
            if end is End.UNCHANGED:
                end = End.COMPLETE
            if held is None:
                held = self._parts.intake.held(node.origin)
            if not self._in_time():
                return End.INTERRUPTED
            mine = {path: target for path, target in held.items() if listed.bin_of(path) == name}
            has_all = self._listen(listed, name, targets)
            if self._parts.intake.take(node, targets, mine, listed.fetch, self._in_time, self._tally) and has_all:
                taken[name] = number
            # Most parts of a short list are empty; noting them one by one would take longer than reading them.
            if (targets or mine) and not self._parts.nodes.took(self._lease, taken):
                return End.BUSY
            self._show(len(taken) - 1, len(names) - 1)
        if end is End.COMPLETE and not self._parts.nodes.took(self._lease, taken):
            return End.BUSY
        return end if self._in_time() else End.INTERRUPTED

    def _listen(self, listed: PeerList, part: str, targets: Mapping[str, TargetFile]) -> bool:
        """Take in what a part says beside records; tell whether all of it was there."""
        kept = [
            self._keep(listed, targets.get(path), path, most, take)
            for path, most, take in _BESIDE
            if listed.bin_of(path) == part
        ]
        return all(kept)

    def _keep(
        self, listed: PeerList, found: TargetFile | None, path: str, most: int, take: Callable[[Run, JsonObject], None]
    ) -> bool:
        """Bring a file that stands beside records to what the list names, for this node and for who reads it here."""
        file, draft = self.folder / path, self.folder / f"{path}.new"
        if found is None or found.length > most:
            if path == MEMBERS:
                # What is too long is no list, which differs from one that names nobody.
                draft.write_bytes(b'{"members": []}' if found is None else b"")
                draft.replace(file)
            else:
                file.unlink(missing_ok=True)
            return True
        with suppress(ListRefused, StatementRefused):
            try:
                data = listed.fetch(found)
            except FetchFailed as error:
                if not error.is_absence and not isinstance(error, FetchRefused):
                    raise
                self._tally.missing = error
                return False
            draft.write_bytes(data)
            draft.replace(file)
            said = loads(data)
            take(self, said if isinstance(said, dict) else {})
        return True

    def call(self, said: JsonObject) -> None:
        """Note what the node calls itself."""
        name = said.get("name")
        if isinstance(name, str):
            self._parts.nodes.call(self._lease, name[:300])

    def compare(self, said: JsonObject) -> None:
        """Pause nodes that showed another list under one number than here, if the node that says so has that list."""
        asked = 0
        for node in self._parts.nodes.all():
            theirs, folder = said.get(node.issuer.address), list_folder(self._parts.folder, node)
            if node.state is not NodeState.ACTIVE or not isinstance(theirs, dict) or not differs(folder, theirs):
                continue
            if asked == _MOST_QUESTIONS or not self._in_time():
                return
            asked += 1
            with suppress(FetchFailed, RepositoryError, StorageError):
                root = Metadata[Root].from_file(str(folder / "root.json")).signed
                seen = mirrored_timestamp(self._parts.fetcher, self._node.issuer, node.issuer, root, self._seconds())
                found = seen.snapshot_meta
                if differs(folder, {"version": found.version, "sha256": (found.hashes or {}).get("sha256", "")}):
                    _log.warning("list.equivocation", node=node.issuer.address, witness=self._node.issuer.address)
                    self._parts.nodes.change(node.issuer, state=NodeState.PAUSED, error=EQUIVOCATION, failures=1)

    def _seconds(self) -> float:
        return min(_ROOT.seconds, max(self._seconds_left(), 0.1))

    def _in_time(self) -> bool:
        return self._seconds_left() > 0

    def _trusted(self, source: Source) -> bytes | None:
        """Return the first root where none is kept yet, or another one than the trusted one is."""
        kept = self.folder / "root_history" / "1.root.json"
        if kept.exists():
            if RootFile(kept.read_bytes()).sha256 == self._node.root:
                return None
            # The operator trusts another root by now; what the old one vouched for counts no more.
            rmtree(self.folder)
        found = first_root(self._parts.fetcher, source, self._seconds())
        if found.sha256 != self._node.root:
            raise ListRefused("root", found.sha256)
        return found.data

    def _report(self, end: End, error: str = "", notices: tuple[str, ...] = ()) -> RunReport:
        return RunReport(node=self._node.issuer, end=end, tally=self._tally, error=error, notices=notices)


_BESIDE: tuple[tuple[str, int, Callable[[Run, JsonObject], None]], ...] = (
    (ABOUT, ABOUT_LIMIT, Run.call),
    (SEEN, SEEN_LIMIT, Run.compare),
    (MEMBERS, MEMBERS_LIMIT, lambda _run, _said: None),
)
"""Files beside records, how long each may be, and what becomes of it; members are read when all lists are settled."""
