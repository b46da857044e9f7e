"""A list in a folder, its keys, and the way to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata

from app.federation.issuer import Issuer
from app.federation.listing.keys import OnlineKey, first_root, new_words, next_root, recovery_key
from app.federation.listing.reading import LISTS, PeerList, Source
from app.federation.listing.repository import OwnList, Target
from app.fetching import Fetched, FetchFailed, FetchRefused, Wanted
from tests.webnode.clock import Clock

HOME = Issuer("https://a.example")
ONE, TWO = "records/1.json", "records/2.json"


@dataclass
class Written:
    """A list that is written, in a folder of its own."""

    folder: Path
    clock: Clock
    words: str = field(default_factory=new_words)

    def __post_init__(self) -> None:
        self.key = OnlineKey(self.folder / "keys" / "online.pem")
        self.list = OwnList(self.folder / "netz", self.clock)
        signer = recovery_key(self.words)
        self.list.begin(first_root(self.key.make().public_key, [signer.public_key], signer, self.clock()))

    @property
    def metadata(self) -> Path:
        return self.folder / "netz" / "metadata"

    def publish(self, changes: Mapping[str, bytes | None], *, total: int = 1, above: int = 0) -> int:
        targets = {
            path: None if data is None else self.list.stage(path, Target(data)) for path, data in changes.items()
        }
        return self.list.publish(self.key.signer(), targets, total=total, above=above)

    def recover(self, words: str = "") -> CryptoSigner:
        """Replace the online key and sign everything anew; return the key that was replaced."""
        before, signer = self.key.signer(), recovery_key(words or self.words)
        root = next_root(self.list.root(), self.key.make().public_key, signer, self.clock())
        self.list.begin(root)
        self.list.sign_anew(self.key.signer())
        return before

    def forge(self, name: str, change: Callable[[Any], None], signer: CryptoSigner | None = None) -> None:
        """Change a file of the metadata, and sign that with the online key unless with another."""
        path = self.metadata / name
        metadata: Metadata[Any] = Metadata.from_file(str(path))
        change(metadata.signed)
        metadata.sign(signer or self.key.signer())
        path.write_bytes(metadata.to_bytes())


@dataclass
class Folder:
    """Hands out the files of a list as a web server would; `changed` are other answers by the end of the address."""

    written: Written
    asked: list[str] = field(default_factory=list)
    changed: dict[str, bytes | FetchFailed] = field(default_factory=dict)

    def fetch(self, wanted: Wanted) -> Fetched:
        name = wanted.url.removeprefix(f"{HOME.address}{LISTS}/")
        self.asked.append(name)
        path = self.written.folder / "netz" / name
        body = self.changed.get(name) or (path.read_bytes() if path.exists() else FetchFailed("status", "404"))
        if isinstance(body, FetchFailed):
            raise body
        if len(body) > wanted.limits.inflated:
            raise FetchRefused("too_large", str(len(body)))
        return Fetched(body=body)


def reader(folder: Folder, place: Path, root: bytes | None = None) -> PeerList:
    """Return who reads it: anew by the trusted root where `place` is empty, else going on."""
    first = root or (None if place.exists() else folder.written.list.root(1).data)
    return PeerList(folder, Source(HOME, LISTS), place, first, folder.written.clock)


def read(listed: PeerList) -> dict[str, bytes]:
    """Return everything that a list names, by path."""
    found = [target for _name, _number, targets in listed.changes({}) for target in targets.values()]
    return {target.path: listed.fetch(target) for target in found}
