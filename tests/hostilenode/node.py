"""What such a node signs and lays out: a repository of The Update Framework with keys of its own."""

from __future__ import annotations

import json
import shutil
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner, Key
from tuf.api.metadata import (
    Delegations,
    Metadata,
    MetaFile,
    Role,
    Root,
    Signed,
    Snapshot,
    SuccinctRoles,
    TargetFile,
    Targets,
    Timestamp,
)

LISTS = "netz/tuf"
WEEK = timedelta(days=7)
_LASTING = timedelta(days=365)


def canonical(value: object) -> bytes:
    """Return JSON as RFC 8785 writes it, for names in ASCII and whole numbers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass
class HostileNode:
    """One node; what it does becomes visible to others with `write`."""

    nodes: Path
    address: str
    name: str = "Beispielnetz"
    recovery: CryptoSigner = field(default_factory=CryptoSigner.generate_ed25519)
    online: CryptoSigner = field(default_factory=CryptoSigner.generate_ed25519)
    roots: int = 0
    number: int = 0
    stamp: int = 0
    targets: dict[str, bytes] = field(default_factory=dict)
    lies: dict[str, TargetFile] = field(default_factory=dict)
    """What the list says of a path in place of the truth."""
    misplaced: dict[str, str] = field(default_factory=dict)
    """The part in which a path is listed in place of its own."""
    prefix: str = "bin"
    bits: int = 5

    @property
    def origin(self) -> str:
        """Return its short name."""
        return self.address.partition("://")[2].replace("/", "~")

    @property
    def folder(self) -> Path:
        """Return where its list lies."""
        return self.nodes / self.address.rpartition("/")[2] / LISTS

    def payload(self, record: Mapping[str, Any], body: str, **values: Any) -> bytes:
        """Return what this node says of a record; `values` take the place of members."""
        content = {"body": body, "files": values.pop("files", []), "record": dict(record)}
        return canonical(
            {
                "content": content, "iat": int(time.time()), "iss": self.address,
                "slug": f"eintrag-{record['id'][-6:]}", "status": "published",
                "sub": f"{self.address}/r/{record['id']}", "ver": 1, **values,
            }
        )  # fmt: skip

    def publish(self, record: Mapping[str, Any], body: str, **values: Any) -> None:
        """List a record and write the list."""
        self.targets[f"records/{record['id']}.json"] = self.payload(record, body, **values)
        self.write()

    @property
    def snapshot(self) -> str:
        """Return the SHA-256 of the newest snapshot."""
        return sha256((self.folder / f"metadata/{self.number}.snapshot.json").read_bytes()).hexdigest()

    def rotate(self) -> CryptoSigner:
        """Write a new root with another online key; return the former one, which whoever stole it goes on using."""
        stolen, self.online, self.stamp = self.online, CryptoSigner.generate_ed25519(), 0
        self.write_root()
        return stolen

    def write_root(self) -> None:
        """Write the next root."""
        self.roots += 1
        keys: dict[str, Key] = {key.keyid: key for key in (self.recovery.public_key, self.online.public_key)}
        roles = {name: Role([self.online.public_key.keyid], 1) for name in ("timestamp", "snapshot", "targets")}
        roles["root"] = Role([self.recovery.public_key.keyid], 1)
        self.lay(f"{self.roots}.root.json", Root(self.roots, expires=_until(_LASTING), keys=keys, roles=roles))

    @property
    def root(self) -> str:
        """Return the SHA-256 of its first root."""
        return sha256((self.folder / "metadata" / "1.root.json").read_bytes()).hexdigest()

    def write(self, *, number: int = 0, life: timedelta = WEEK, key: CryptoSigner | None = None) -> None:
        """Lay out everything as list `number`, signed with `key`, the timestamp last."""
        key = key or self.online
        if not self.roots:
            self.write_root()
        self.targets["node.json"] = canonical({"name": self.name})
        self.number = number or self.number + 1
        self.stamp = max(self.stamp + 1, number)
        keyid, parts = key.public_key.keyid, defaultdict[str, dict[str, TargetFile]](dict)
        roles = SuccinctRoles([keyid], 1, self.bits, self.prefix)
        for path, data in self.targets.items():
            found = self.lies.get(path) or TargetFile.from_data(path, data, ["sha256"])
            parts[self.misplaced.get(path) or roles.get_role_for_target(path)][path] = found
            self._store(path, data)
        said = Delegations({keyid: key.public_key}, succinct_roles=roles)
        top = Targets(self.number, expires=_until(_LASTING), delegations=said)
        meta = {"targets.json": MetaFile(self.number)}
        self.lay(f"{self.number}.targets.json", top, key)
        for name in roles.get_roles():
            meta[f"{name}.json"] = MetaFile(self.number)
            part = Targets(self.number, expires=_until(_LASTING), targets=parts[name])
            self.lay(f"{self.number}.{name.replace('/', '%2F')}.json", part, key)
        snapshot = self.lay(
            f"{self.number}.snapshot.json",
            Snapshot(self.number, expires=_until(timedelta(1000 + self.stamp % 1000)), meta=meta),
            key,
        )
        named = MetaFile.from_data(self.number, snapshot, ["sha256"])
        self.lay("timestamp.json", Timestamp(self.stamp, expires=_until(life), snapshot_meta=named), key)

    def lay(self, name: str, signed: Signed, key: CryptoSigner | None = None) -> bytes:
        """Sign a part of the list, a root with the recovery key, and put it in its place."""
        metadata: Metadata[Any] = Metadata(signed)
        metadata.sign(key or (self.recovery if isinstance(signed, Root) else self.online))
        data = metadata.to_bytes()
        self.put(f"metadata/{name}", data)
        return data

    def put(self, name: str, data: bytes) -> None:
        """Put any bytes below the list of this node."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.new")
        draft.write_bytes(data)
        draft.replace(path)

    def _store(self, path: str, data: bytes) -> None:
        folder, _, name = path.rpartition("/")
        # What has no place in a folder is only spoken of.
        if ".." not in path and path.isprintable() and len(path) < 150 and not path.startswith("/"):
            self.put(f"targets/{folder}/{sha256(data).hexdigest()}.{name}", data)

    def saved(self) -> Path:
        """Keep everything as it lies there now; return where."""
        kept = self.nodes / f"kept-{time.monotonic_ns()}"
        shutil.copytree(self.folder, kept)
        return kept

    def answer_with(self, kept: Path) -> None:
        """Answer with what was kept, and nothing else."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(kept, self.folder)

    def fall_silent(self) -> None:
        """Answer nothing any more."""
        shutil.rmtree(self.folder)

    def mirror(self, node: HostileNode, kept: Path | None = None) -> Path:
        """Hand on the list of another node as it is, or as it was kept; return where it lies."""
        place = self.folder / "mirrors" / node.origin
        shutil.rmtree(place, ignore_errors=True)
        return Path(shutil.copytree(kept or node.folder, place))


def _until(life: timedelta) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + life
