"""Reads lists of other nodes (The Update Framework), one process per node; each node has a folder for verified data."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import IO, TypeVar

from securesystemslib.exceptions import StorageError
from tuf.api.exceptions import (
    DownloadError,
    DownloadHTTPError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
)
from tuf.api.metadata import Metadata, Snapshot, SuccinctRoles, TargetFile, Targets, Timestamp
from tuf.ngclient import Updater, UpdaterConfig
from tuf.ngclient.fetcher import FetcherInterface

from app.federation.issuer import Issuer
from app.federation.listing.repository import PREFIX
from app.fetching import Fetcher, FetchFailed, FetchRefused, Limits, Wanted
from app.shared.errors import Unavailable

LISTS = "/netz/tuf"
"""Path of the list at its node; those of others that a node hands on lie under `mirrors/` and their short name."""
TARGET_LIMIT = 10 * 1024 * 1024
"""Bytes of the largest target that is fetched: files have the same limit."""
ITEMS = 20_000
"""Targets of a list that are read."""

_CONFIG = UpdaterConfig(
    max_root_rotations=64,
    max_delegations=2,
    root_max_length=64 * 1024,
    timestamp_max_length=16 * 1024,
    snapshot_max_length=256 * 1024,
    targets_max_length=2 * 1024 * 1024,
)
SECONDS = 20.0
"""For one document, so that a mirror is still asked where a home sends byte by byte."""
MOST_BITS = 8
"""A list has at most 256 parts."""
_HIGHEST = 2**31 - 1
_LONGEST = timedelta(days=8)
"""A timestamp counts for seven days; a day more for clocks that differ."""
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
Held = TypeVar("Held", Timestamp, Snapshot, Targets)
Found = TypeVar("Found")


class ListRefused(Unavailable):
    """A list does not hold.

    `code` is stable: `expired`, `future` (it would count for longer than a week), `number`, `bins`, `items`, `hash`,
    `root`, `signature`, `not_found`, or that of a FetchFailed.
    """

    code: str
    detail: str

    message = "the list of the node does not hold: %(code)s %(detail)s"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list may be fetched: at home, or at a mirror."""

    node: Issuer
    path: str

    @property
    def address(self) -> str:
        """Return the address of its folder."""
        return f"{self.node.address}{self.path}"


class _Door(FetcherInterface):
    """Fetches by the guarded fetcher; a limit counts on the wire already."""

    def __init__(self, fetcher: Fetcher, node: Issuer, seconds_left: Callable[[], float]) -> None:
        self._fetcher = fetcher
        self._node = node
        self._seconds_left = seconds_left

    def get(self, url: str, most: int) -> bytes:
        """Return at most `most` bytes; raises DownloadHTTPError and DownloadError, of a FetchFailed."""
        limits = Limits(wire=most + 1024, inflated=most, seconds=min(SECONDS, max(self._seconds_left(), 0.1)))
        try:
            return self._fetcher.fetch(Wanted(peer=self._node, url=url, limits=limits)).body
        except FetchFailed as error:
            if error.is_absence:
                raise DownloadHTTPError(url, 404) from error
            raise DownloadError(url) from error

    def _fetch(self, url: str) -> Iterator[bytes]:
        yield self.get(url, TARGET_LIMIT)

    @contextmanager
    def download_file(self, url: str, max_length: int) -> Iterator[IO[bytes]]:
        yield BytesIO(self.get(url, max_length))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """The newest valid list: its number, its hash, and until when it counts as confirmed."""

    version: int
    sha256: str
    expires: datetime
    root_version: int


class PeerList:
    """The list of one node. `refresh` it first."""

    def __init__(
        self,
        fetcher: Fetcher,
        source: Source,
        folder: Path,
        root: bytes | None,
        clock: Callable[[], datetime],
        seconds_left: Callable[[], float] = lambda: SECONDS,
    ) -> None:
        """`root` is the trusted first root; None goes on from the one that is kept in `folder`."""
        self._folder = folder
        self._clock = clock
        self._door = _Door(fetcher, source.node, seconds_left)
        self._base = source.address
        self._bins: SuccinctRoles | None = None
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._updater = Updater(
                str(folder), f"{self._base}/metadata/", fetcher=self._door, config=_CONFIG, bootstrap=root
            )
        except (RepositoryError, OSError) as error:
            raise ListRefused("root", type(error).__name__) from error
        # The library asks the system's clock.
        self._updater._trusted_set.reference_time = clock()  # noqa: SLF001

    def refresh(self) -> ListState:
        """Take the newest list in as far as it is valid, and return its state; raises ListRefused and FetchFailed."""
        self._ask(self._updater.refresh)
        state = self.state()
        if state.expires > self._clock() + _LONGEST:
            # It would hide for as long that its home has fallen silent, or that somebody keeps a newer one back.
            raise ListRefused("future", state.expires.isoformat())
        if state.version > _HIGHEST:
            raise ListRefused("number", str(state.version)[:40])
        return state

    def state(self) -> ListState:
        """Return the state of the newest list that was valid; raises ListRefused where there is none."""
        timestamp, snapshot = self._kept(Timestamp), self._kept(Snapshot)
        root = Metadata.from_file(str(self._folder / "root.json")).signed
        return ListState(
            version=snapshot.version,
            sha256=(timestamp.snapshot_meta.hashes or {}).get("sha256", ""),
            expires=timestamp.expires,
            root_version=root.version,
        )

    def changes(self, taken: Mapping[str, int]) -> Iterator[tuple[str, int, Mapping[str, TargetFile]]]:
        """Yield the bins whose number is not in `taken`; call after `refresh`. Raises ListRefused and FetchFailed."""
        roles, snapshot, count = self._roles(), self._kept(Snapshot), 0
        for name in roles.get_roles():
            meta = snapshot.meta.get(f"{name}.json")
            if meta is None:
                raise ListRefused("bins", name)
            if taken.get(name) == meta.version:
                continue
            self._ask(partial(self._updater.get_targetinfo, _probe(name, roles.bit_length)))
            found = self._kept(Targets, name)
            count += len(found.targets)
            if count > ITEMS:
                raise ListRefused("items", str(count))
            # A part may speak only about the names that fall to it, or one record could stand in two of them.
            mine = {path: one for path, one in found.targets.items() if roles.get_role_for_target(path) == name}
            yield name, meta.version, mine

    def names(self) -> frozenset[str]:
        """Return the names of all parts of the newest list."""
        return frozenset(self._roles().get_roles())

    def bin_of(self, path: str) -> str:
        """Return the name of the part in which a target is listed."""
        return self._roles().get_role_for_target(path)

    def fetch(self, target: TargetFile) -> bytes:
        """Return the bytes of a target; raises FetchFailed, and ListRefused where the list itself is at fault."""
        if target.length > TARGET_LIMIT:
            raise ListRefused("too_large", target.path)
        if target.hashes.keys() != {"sha256"} or _HASH.fullmatch(target.hashes["sha256"]) is None:
            raise ListRefused("hash", target.path)
        (place,) = target.get_prefixed_paths()
        data = self._ask(lambda: self._door.get(f"{self._base}/targets/{place}", target.length))
        try:
            target.verify_length_and_hashes(data)
        except LengthOrHashMismatchError as error:
            # Another source may have the right ones, so this says nothing about the list.
            raise FetchRefused("hash", target.path) from error
        return data

    def _roles(self) -> SuccinctRoles:
        if self._bins is None:
            top = self._kept(Targets)
            self._bins = top.delegations.succinct_roles if top.delegations and not top.targets else None
        if self._bins is None or self._bins.bit_length > MOST_BITS or self._bins.name_prefix != PREFIX:
            raise ListRefused("bins", "")
        return self._bins

    def _kept(self, kind: type[Held], name: str = "") -> Held:
        try:
            return Metadata[Held].from_file(str(self._folder / f"{name or kind.type}.json")).signed
        except (RepositoryError, StorageError) as error:
            raise ListRefused("not_found", name or kind.type) from error

    def _ask(self, question: Callable[[], Found]) -> Found:
        try:
            return question()
        except ExpiredMetadataError as error:
            raise ListRefused("expired", str(error)) from error
        except DownloadError as error:
            if isinstance(error.__cause__, FetchFailed):
                raise error.__cause__ from None
            raise ListRefused("not_found", str(error)) from error
        except RepositoryError as error:
            raise ListRefused("signature", str(error)[:200]) from error


@lru_cache(maxsize=512)
def _probe(name: str, bits: int) -> str:
    """Return a path that is listed in a bin, if anything is: the client loads bins by what is looked up in them."""
    roles = SuccinctRoles([], 1, bits, name.rpartition("-")[0])
    return next(path for number in range(100_000) if roles.get_role_for_target(path := str(number)) == name)


_NUMBERED = re.compile(r"([1-9][0-9]{0,9})\.(root|snapshot|targets|bin-[0-9a-f]{1,2})\.json", re.ASCII)


def kept_metadata(folder: Path, name: str) -> bytes | None:
    """Return a file of the metadata that was read from a node, byte by byte, None where that is not here."""
    found = _NUMBERED.fullmatch(name)
    try:
        if name == "timestamp.json":
            return (folder / name).read_bytes()
        if found is None:
            return None
        if found[2] == "root":
            return (folder / "root_history" / name).read_bytes()
        data = (folder / f"{found[2]}.json").read_bytes()
        # Kept under one name, so what is there may be another number by now.
        return data if Metadata.from_bytes(data).signed.version == int(found[1]) else None
    except (OSError, RepositoryError):
        return None
