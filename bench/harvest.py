"""How fast a node takes in the list of another one, and what a look at a list without news costs.

The list is written beforehand and its files are handed over without a network, so that only this side is measured:
signatures and hashes, checking against the schema, storing rows of records and catalogue. Indexing for the search comes
afterwards and is measured with the search.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import TargetFile

from app.database import schema_version
from app.federation.harvest.report import End, Outcome
from app.federation.issuer import Issuer
from app.federation.listing.keys import first_root
from app.federation.listing.reading import LISTS
from app.federation.listing.repository import OwnList, Target
from app.federation.statement import Statement
from app.fetching import Fetched, FetchFailed, Wanted
from app.records.record_reader import RecordReader
from app.records.schema import SchemaSet
from app.shared.config import Settings
from app.wiring import Services
from bench.corpus import ROOT, case_study

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
POLLS = 200
PEER = Issuer.parse("https://anderswo.example")


@dataclass(frozen=True)
class PlayedPeer:
    """A peer whose list lies in `folder`."""

    folder: Path

    def fetch(self, wanted: Wanted) -> Fetched:
        """Answer at once."""
        try:
            body = (self.folder / urlsplit(wanted.url).path.removeprefix(f"{LISTS}/")).read_bytes()
        except OSError as error:
            raise FetchFailed("status", "404") from error
        return Fetched(body=body)


def _played_peer(folder: Path, size: int) -> tuple[PlayedPeer, str]:
    """Return a peer with so many records, about 7 KB of Markdown each, and the SHA-256 of its first root."""
    reader, online = RecordReader(SchemaSet.load(ROOT / "schemas")), CryptoSigner(Ed25519PrivateKey.generate())
    listed = OwnList(folder, lambda: NOW)
    root = first_root(online.public_key, [online.public_key], online, NOW)
    listed.begin(root)
    changes = dict[str, TargetFile | None]()
    for number in range(size):
        record = reader.read(f"case-studies/muster-{number:05d}", case_study(number))
        said = Statement.about(record, issuer=PEER, ver=1, issued_at=NOW)
        path = f"records/{record.id}.json"
        changes[path] = listed.stage(path, Target(said.payload()))
    listed.publish(online, changes, total=size)
    return PlayedPeer(folder), root.sha256


def measure_harvest(folder: Path, size: int) -> Mapping[str, Any]:
    """Return records per second and the milliseconds of an empty look, for one core."""
    peer, root = _played_peer(folder / "tuf", size)
    services = _node(folder, peer)
    services.harvest.add(PEER, root)
    start = time.perf_counter()
    report = services.harvest.read(PEER, seconds=3600)
    took = time.perf_counter() - start
    if report.tally.outcomes[Outcome.NEW] != size or report.error:
        raise RuntimeError(f"{report.tally} of {size} taken: {report.error}")
    polls = [_poll(services) for _ in range(POLLS)]
    services.close()
    return {"harvest_records_per_s": round(size / took), "empty_poll_ms": round(statistics.median(polls), 2)}


def _node(folder: Path, peer: PlayedPeer) -> Services:
    settings = Settings.model_validate({"data": folder / "node", "issuer": "https://hier.example"})
    services = Services(settings, lambda: NOW, peer)
    settings.data.mkdir(parents=True, exist_ok=True)
    services.repository.create()
    schema_version.upgrade(services.sessions.engine)
    services.federation.listing.ensure()
    services.harvest.follow = lambda: None
    return services


def _poll(services: Services) -> float:
    start = time.perf_counter()
    report = services.harvest.read(PEER)
    if report.end is not End.UNCHANGED:
        raise RuntimeError(f"{report.end}: {report.error}")
    return (time.perf_counter() - start) * 1000
