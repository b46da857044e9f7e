"""Writes the list of this node: signed metadata and the files that it names, below one folder.

Everything is plain files, so any web server, cache or mirror can hand them out. A reader sees a publication as a whole:
`timestamp.json` is replaced last, and what it leads to has names of its own (consistent snapshots). The names of
targets are spread over hash bins (succinct roles, TAP 15), so that one publication signs one small bin.
"""

import filecmp
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import (
    Delegations,
    Metadata,
    MetaFile,
    Signed,
    Snapshot,
    SuccinctRoles,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from app.federation.listing.keys import RootFile
from app.records.json_value import JsonValue
from app.shared.errors import Unavailable

TIMESTAMP_LIFETIME = timedelta(days=7)
_LASTING = timedelta(days=3650)
"""For everything whose age the timestamp bounds already."""
SMALL, LARGE = 5, 8
"""Bits of the bin's number: 32 bins for small lists, 256 for large ones."""
SMALL_LIST = 2_000
"""Targets up to which a list is small; above, a bin stays below some ten kilobytes up to 20,000."""
KEPT = timedelta(hours=24)
"""How long what the newest list does not name any more is kept for readers in the middle of a run."""
PREFIX = "bin"
Held = TypeVar("Held", bound=Signed)


class ListDamaged(Unavailable):
    """The metadata in `folder` cannot be read; `erfahrungsnetz reindex` writes it anew."""

    folder: Path

    message = "the list in %(folder)s is damaged. Write it anew: erfahrungsnetz reindex"


@dataclass(frozen=True, slots=True)
class Target:
    """A file of the list. `custom` is what the list says of it besides length and hash."""

    data: bytes
    custom: Mapping[str, JsonValue] | None = None


class OwnList:
    """The list of one node. Several processes may write: they take turns."""

    def __init__(self, folder: Path, clock: Callable[[], datetime], turns: Path | None = None) -> None:
        """`turns` is the file by which processes take turns, beside the folder unless given."""
        self._folder = folder
        self._metadata = folder / "metadata"
        self._targets = folder / "targets"
        self._clock = clock
        # A lock of its own for each turn: the library refuses one that a process has from before a fork.
        # Not beside a list that lies on a mount: it would make a folder where the mount is missing.
        self._turns = turns or folder.parent / f"{folder.name}.lock"

    def begin(self, root: RootFile) -> None:
        """Add a root: the first one, or the next; readers follow them one after the other."""
        for folder in (self._folder, self._metadata):
            folder.mkdir(exist_ok=True)
        _write(self._metadata / f"{root.signed.version}.root.json", root.data)

    def has_place(self) -> bool:
        """Tell whether the folder may be made: its parent, which may be a mount, is never made."""
        return self._folder.parent.is_dir()

    def has_root(self) -> bool:
        """Tell whether there is a first root, which everything rests on."""
        return (self._metadata / "1.root.json").exists()

    def root(self, number: int = 0) -> RootFile:
        """Return a root by its number, the newest for 0; raises ListDamaged."""
        numbers = (
            [number] if number else [int(path.name.partition(".")[0]) for path in self._metadata.glob("*.root.json")]
        )
        if not numbers:
            raise ListDamaged(self._folder)
        return RootFile((self._metadata / f"{max(numbers)}.root.json").read_bytes())

    def version(self) -> int:
        """Return the number of the newest publication, 0 before the first."""
        found = self._timestamp()
        return found.snapshot_meta.version if found else 0

    def expires(self) -> datetime | None:
        """Return until when the list counts as confirmed."""
        found = self._timestamp()
        return found.expires if found else None

    def stage(self, path: str, target: Target) -> TargetFile:
        """Write a target and return how the list is to name it; nobody sees it before it is published."""
        custom = {"custom": dict(target.custom)} if target.custom else None
        found = TargetFile.from_data(path, target.data, ["sha256"])
        found.unrecognized_fields = custom or {}
        (place,) = found.get_prefixed_paths()
        file = self._targets / place
        if not file.exists() or file.read_bytes() != target.data:
            file.parent.mkdir(parents=True, exist_ok=True)
            _write(file, target.data)
        return found

    def publish(
        self, signer: CryptoSigner, changes: Mapping[str, TargetFile | None], *, total: int, above: int = 0
    ) -> int:
        """Publish changed targets (None removes); return the number, higher than `above`. Raises ListDamaged."""
        with FileLock(self._turns):
            timestamp, snapshot = self._timestamp(), self._snapshot()
            bins = self._bins(snapshot)
            # Never back to fewer parts: readers refuse a snapshot that lacks one which was there before.
            bits = LARGE if total > SMALL_LIST or (bins and bins.bit_length == LARGE) else SMALL
            if bins is None or bins.bit_length != bits or above > snapshot.version:
                # Others may have seen other parts under the numbers up to `above`.
                snapshot.version = max(snapshot.version, above)
                self._write_bins(signer, snapshot, bits, {**self._all(snapshot, bins), **changes})
            else:
                self._change_bins(signer, snapshot, bins, changes)
            self._confirm_new(signer, timestamp, snapshot, above)
            return snapshot.version

    def replace(self, signer: CryptoSigner, listed: Mapping[str, TargetFile | None], *, anew: bool = False) -> None:
        """Publish exactly these targets, above every number that was ever used here, whatever the metadata looks like.

        Readers see the list before or this one, and nothing in between. `anew`: others know numbers that are not known
        here any more. It then counts in tens of seconds since 1970, above any list that came out more seldom than that.
        """
        with FileLock(self._turns):
            number = max(self._highest(Snapshot.type), int(self._clock().timestamp()) // 10 if anew else 0)
            with suppress(ListDamaged):
                timestamp = self._timestamp()
                number = max(number, timestamp.version if timestamp else 0)
            snapshot = Snapshot(number + 1, expires=self._lasting(), meta={})
            had_most = next(self._metadata.glob(f"*.{PREFIX}-{(1 << LARGE) - 1:x}.json"), None)
            self._write_bins(signer, snapshot, LARGE if had_most or len(listed) > SMALL_LIST else SMALL, listed)
            self._confirm_new(signer, None, snapshot, 0)

    def renew(self, signer: CryptoSigner) -> None:
        """Confirm the list as it is, with a new timestamp, and remove what nobody needs any more."""
        with FileLock(self._turns):
            timestamp = self._timestamp()
            if timestamp:
                self._confirm(signer, timestamp, timestamp.snapshot_meta)
                self._tidy()

    def forget_old(self) -> None:
        """Remove at once what the newest list does not name any more: what was erased must not lie here for a day."""
        with FileLock(self._turns):
            self._tidy(at_once=True)

    def copy(self, folder: Path) -> int:
        """Update a copy for web servers, atomically; return the number of changed files. Raises ListDamaged."""
        changed, names = 0, {"timestamp.json"}
        with FileLock(self._turns):
            targets = self._keep(self._snapshot(), names)
            names |= {path.name for path in self._metadata.glob("[1-9]*.root.json")}
            metadata = sorted(names, key=lambda name: (name == "timestamp.json", name))
            for name in (files := [*(f"targets/{one}" for one in targets), *(f"metadata/{one}" for one in metadata)]):
                source, place = self._folder / name, folder / name
                if place.exists() and filecmp.cmp(source, place):
                    continue
                place.parent.mkdir(parents=True, exist_ok=True)
                draft = place.with_name(f".{place.name}.new")
                shutil.copy2(source, draft)
                # Made for others to read, whatever the node's umask.
                draft.chmod(0o644)
                draft.replace(place)
                changed += 1
        named = {folder / name for name in files}
        for path in (folder, *(folder / "metadata").rglob("*"), *(folder / "targets").rglob("*")):
            if path.is_dir():
                path.chmod(0o755)
            elif path not in named:
                path.unlink()
        return changed

    def sign_anew(self, signer: CryptoSigner) -> None:
        """Sign everything with another online key, after a root that names it; raises ListDamaged."""
        with FileLock(self._turns):
            timestamp, snapshot = self._timestamp(), self._snapshot()
            bins = self._bins(snapshot)
            if bins:
                self._write_bins(signer, snapshot, bins.bit_length, self._all(snapshot, bins))
            self._confirm_new(signer, timestamp, snapshot, 0)

    def entry(self, path: str) -> TargetFile | None:
        """Return what the newest publication says of one target."""
        snapshot = self._snapshot()
        bins = self._bins(snapshot)
        return self._bin(snapshot, bins.get_role_for_target(path)).targets.get(path) if bins else None

    def listed(self) -> dict[str, TargetFile]:
        """Return all targets of the newest publication by path; raises ListDamaged."""
        snapshot = self._snapshot()
        return {path: one for path, one in self._all(snapshot, self._bins(snapshot)).items() if one}

    def check(self) -> None:
        """Read everything that the newest publication names, as a reader would; raises ListDamaged."""
        timestamp, snapshot, root = self._timestamp(), self._snapshot(), self.root().signed
        if timestamp is None:
            return
        try:
            top = f"{snapshot.meta['targets.json'].version}.targets"
            for name in ("timestamp", f"{snapshot.version}.snapshot", top):
                found = Metadata[Any].from_bytes((self._metadata / f"{name}.json").read_bytes())
                root.verify_delegate(found.signed.type, found.signed_bytes, found.signatures)
            for name, meta in snapshot.meta.items():
                meta.verify_length_and_hashes((self._metadata / f"{meta.version}.{name}").read_bytes())
            for one in self.listed().values():
                (place,) = one.get_prefixed_paths()
                one.verify_length_and_hashes((self._targets / place).read_bytes())
        except (OSError, KeyError, RepositoryError) as error:
            raise ListDamaged(self._folder) from error

    def _timestamp(self) -> Timestamp | None:
        path = self._metadata / "timestamp.json"
        return self._read(Timestamp, path) if path.exists() else None

    def _snapshot(self) -> Snapshot:
        timestamp = self._timestamp()
        if timestamp is None:
            return Snapshot(1, expires=self._lasting(), meta={})
        return self._read(Snapshot, self._metadata / f"{timestamp.snapshot_meta.version}.snapshot.json")

    def _bins(self, snapshot: Snapshot) -> SuccinctRoles | None:
        found = snapshot.meta.get("targets.json")
        if found is None:
            return None
        top = self._read(Targets, self._metadata / f"{found.version}.targets.json")
        return top.delegations.succinct_roles if top.delegations else None

    def _bin(self, snapshot: Snapshot, name: str) -> Targets:
        return self._read(Targets, self._metadata / f"{snapshot.meta[f'{name}.json'].version}.{name}.json")

    def _read(self, kind: type[Held], path: Path) -> Held:
        try:
            found = Metadata.from_bytes(path.read_bytes()).signed
        except (OSError, RepositoryError) as error:
            raise ListDamaged(self._folder) from error
        if not isinstance(found, kind):
            raise ListDamaged(self._folder)
        return found

    def _all(self, snapshot: Snapshot, bins: SuccinctRoles | None) -> dict[str, TargetFile | None]:
        names = bins.get_roles() if bins else ()
        return {path: one for name in names for path, one in self._bin(snapshot, name).targets.items()}

    def _write_bins(
        self, signer: CryptoSigner, snapshot: Snapshot, bits: int, listed: Mapping[str, TargetFile | None]
    ) -> None:
        """Write all bins, and who may sign them; what another number of bins leaves over leaves the snapshot."""
        key = signer.public_key
        roles = SuccinctRoles([key.keyid], 1, bits, PREFIX)
        # Above all numbers that were ever used under these names, whatever number of bins there was.
        number, of_bins = self._highest(Targets.type) + 1, snapshot.version + 1
        top = Targets(number, expires=self._lasting(), delegations=Delegations({key.keyid: key}, succinct_roles=roles))
        sorted_in: defaultdict[str, dict[str, TargetFile]] = defaultdict(dict)
        for path, one in listed.items():
            if one:
                sorted_in[roles.get_role_for_target(path)][path] = one
        meta = {"targets.json": MetaFile(number)}
        for name in roles.get_roles():
            part = Targets(of_bins, expires=self._lasting(), targets=sorted_in[name])
            data = self._sign(signer, part, f"{of_bins}.{name}.json")
            meta[f"{name}.json"] = MetaFile.from_data(of_bins, data, ["sha256"])
        self._sign(signer, top, f"{number}.targets.json")
        snapshot.meta = meta

    def _change_bins(
        self, signer: CryptoSigner, snapshot: Snapshot, bins: SuccinctRoles, listed: Mapping[str, TargetFile | None]
    ) -> None:
        changed: dict[str, Targets] = {}
        for path, one in listed.items():
            name = bins.get_role_for_target(path)
            held = changed.setdefault(name, changed.get(name) or self._bin(snapshot, name))
            held.targets.pop(path, None)
            if one:
                held.targets[path] = one
        for name, held in changed.items():
            held.version = snapshot.version + 1
            data = self._sign(signer, held, f"{held.version}.{name}.json")
            # With its hash, so that two lists that differ in one part cannot have one snapshot.
            snapshot.meta[f"{name}.json"] = MetaFile.from_data(held.version, data, ["sha256"])

    def _confirm_new(self, signer: CryptoSigner, timestamp: Timestamp | None, snapshot: Snapshot, above: int) -> None:
        snapshot.version = max(snapshot.version, above) + 1
        snapshot.expires = self._lasting()
        data = self._sign(signer, snapshot, f"{snapshot.version}.snapshot.json")
        self._confirm(signer, timestamp, MetaFile.from_data(snapshot.version, data, ["sha256"]))

    def _confirm(self, signer: CryptoSigner, before: Timestamp | None, snapshot: MetaFile) -> None:
        number = max(before.version if before else 0, snapshot.version) + 1
        until = self._clock().replace(microsecond=0) + TIMESTAMP_LIFETIME
        self._sign(signer, Timestamp(number, expires=until, snapshot_meta=snapshot), "timestamp.json")

    def _sign(self, signer: CryptoSigner, signed: Signed, name: str) -> bytes:
        metadata: Metadata[Any] = Metadata(signed)
        metadata.sign(signer)
        data = metadata.to_bytes(JSONSerializer(compact=True))
        _write(self._metadata / name, data)
        return data

    def _highest(self, kind: str) -> int:
        """Return the highest number that metadata of this kind have here."""
        return max((int(path.name.partition(".")[0]) for path in self._metadata.glob(f"[1-9]*.{kind}.json")), default=0)

    def _lasting(self) -> datetime:
        return self._clock().replace(microsecond=0) + _LASTING

    def _tidy(self, *, at_once: bool = False) -> None:
        """Keep what the newest snapshot names and, but for `at_once`, what those name that were it within `KEPT`."""
        newest, old = self._snapshot(), self._clock().timestamp() - KEPT.total_seconds()
        numbers = sorted(int(path.name.partition(".")[0]) for path in self._metadata.glob("*.snapshot.json"))
        kept = {"timestamp.json"}
        files = self._keep(newest, kept)
        for number, following in pairwise(numbers):
            replaced = self._metadata / f"{following}.snapshot.json"
            if not at_once and following <= newest.version and replaced.stat().st_mtime >= old:
                with suppress(ListDamaged):
                    files |= self._keep(self._read(Snapshot, self._metadata / f"{number}.snapshot.json"), kept)
        for path in self._metadata.iterdir():
            if path.name not in kept and not path.name.endswith(".root.json"):
                path.unlink(missing_ok=True)
        for path in self._targets.rglob("*"):
            if path.is_file() and path.relative_to(self._targets).as_posix() not in files:
                # What was staged just now is not published yet.
                _remove_if_older(path, float("inf") if at_once else old)

    def _keep(self, snapshot: Snapshot, kept: set[str]) -> set[str]:
        """Add the files of a snapshot to `kept`, and return the targets in those that were not there."""
        names = {f"{meta.version}.{name}" for name, meta in snapshot.meta.items()} - kept
        kept |= {f"{snapshot.version}.snapshot.json", *names}
        parts = [self._read(Targets, self._metadata / name) for name in names]
        return {place for part in parts for one in part.targets.values() for place in one.get_prefixed_paths()}


def _write(path: Path, data: bytes) -> None:
    """Put a file in its place as a whole; a reader sees the one before or this one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(path)


def _remove_if_older(path: Path, moment: float) -> None:
    # Another process may tidy at the same time.
    with suppress(FileNotFoundError):
        if path.stat().st_mtime < moment:
            path.unlink()
