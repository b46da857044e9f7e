"""How fast a node takes in the list of another one, and what a look at a list without news costs.

The list is written beforehand and its files are handed over without a network, so that only this side is measured, in
processor time: signatures and hashes, checking against the schema, storing rows of records and catalogue, and then with
indexing for the search. What a publication costs where so many records are listed, and a quiet round with a hundred
nodes, is measured beside it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from sqlalchemy import func, select
from tuf.api.metadata import TargetFile

from app.database import Table, schema_version
from app.federation.harvest.nodes import DAILY_NEW, INTERVAL
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
PUBLICATIONS = 20
NODES = 100
PEER = Issuer.parse("https://anderswo.example")


@dataclass(frozen=True)
class PlayedPeer:
    """A peer whose list lies in `folder`."""

    folder: Path
    asked: list[str] = field(default_factory=list)

    def fetch(self, wanted: Wanted) -> Fetched:
        """Answer at once."""
        self.asked.append(wanted.url)
        try:
            body = (self.folder / urlsplit(wanted.url).path.removeprefix(f"{LISTS}/")).read_bytes()
        except OSError as error:
            raise FetchFailed("status", "404") from error
        return Fetched(body=body)


def _played_peer(folder: Path, size: int) -> tuple[PlayedPeer, str, float]:
    """Return a peer with so many records of some 7 KB, the SHA-256 of its first root, and ms for a publication."""
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
    published = []
    for number in range(PUBLICATIONS):
        path = f"records/{number:08d}-0000-4000-8000-000000000000.txt"
        start = time.process_time()
        listed.publish(online, {path: listed.stage(path, Target(b"{}"))}, total=size)
        published.append((time.process_time() - start) * 1000)
    return PlayedPeer(folder), root.sha256, statistics.median(published)


def measure_harvest(folder: Path, size: int) -> Mapping[str, Any]:
    """Return the figures of one core."""
    folder.mkdir(parents=True)
    peer, root, published = _played_peer(folder / "tuf", size)
    services = _node(folder, peer)
    services.harvest.add(PEER, root)
    # One first: dictionaries are read and the index begins with the first record a node has, whosever it is.
    services.harvest.nodes.change(PEER, daily_new=1)
    services.harvest.read(PEER)
    services.search.catch_up()
    services.harvest.nodes.change(PEER, daily_new=DAILY_NEW)
    start = time.process_time()
    report = services.harvest.read(PEER, seconds=3600)
    stored = time.process_time()
    if report.tally.outcomes[Outcome.NEW] != size - 1 or report.error:
        raise RuntimeError(f"{report.tally} of {size} taken: {report.error}")
    services.search.catch_up()
    indexed = time.process_time()
    peer.asked.clear()
    polls = [_poll(services) for _ in range(POLLS)]
    asked = len(peer.asked) / POLLS
    quiet = _quiet_round(services, root)
    services.close()
    return {
        "harvest_records_per_s": round(size / (stored - start)),
        "harvest_indexed_per_s": round(size / (indexed - start)),
        "publication_ms": round(published, 2),
        "empty_poll_ms": round(statistics.median(polls), 2),
        "empty_poll_requests": asked,
        **quiet,
    }


def _quiet_round(services: Services, root: str) -> Mapping[str, Any]:
    """Return the share of a core that asking a hundred nodes every quarter of an hour takes, and the rows it adds."""
    issuers = [Issuer.parse(f"https://ort-{number}.example") for number in range(NODES)]
    for issuer in issuers:
        services.harvest.add(issuer, root)
        services.harvest.nodes.change(issuer, daily_new=0)
        services.harvest.read(issuer)
        services.harvest.nodes.change(issuer, taken=services.harvest.nodes.get(PEER).taken)
    before, start = _rows(services), time.process_time()
    for issuer in issuers:
        services.harvest.read(issuer)
    took = time.process_time() - start
    return {
        "quiet_round_100_core_percent": round(took / INTERVAL.total_seconds() * 100, 3),
        "quiet_round_100_new_rows": _rows(services) - before,
    }


def _rows(services: Services) -> int:
    with services.sessions.reading() as db:
        return sum(db.scalar(select(func.count()).select_from(one)) or 0 for one in Table.metadata.sorted_tables)


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
    start = time.process_time()
    report = services.harvest.read(PEER)
    if report.end is not End.UNCHANGED:
        raise RuntimeError(f"{report.end}: {report.error}")
    return (time.process_time() - start) * 1000
