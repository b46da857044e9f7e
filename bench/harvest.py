"""How fast a node takes in what another one publishes, and what a look at a peer without news costs.

The answers of the other node are made beforehand, so that only this side is measured: reading XML, verifying, checking
against the schema, storing statement and catalogue row, comparing states. Indexing for the search comes afterwards and
is measured with the search.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.database import schema_version
from app.federation.entity import TYP, EntityConfiguration, NodeState, state_root, write_configuration
from app.federation.fetching import Fetched, FetchFailed, Wanted
from app.federation.harvest.report import End
from app.federation.issuer import Issuer
from app.federation.jose import KeySet, SigningKey, sign
from app.federation.oai import xml
from app.federation.oai.xml import written
from app.federation.statement import TYP as STATEMENT_TYP
from app.federation.statement import Statement
from app.records.record_reader import RecordReader
from app.records.schema import SchemaSet
from app.shared.config import Settings
from app.wiring import Services
from bench.corpus import ROOT, case_study

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PAGE = 100
POLLS = 200


@dataclass
class PlayedPeer:
    """A peer whose answers are ready. `etag` stays the same while nothing changes."""

    issuer: Issuer
    key: SigningKey
    statements: list[Statement]
    pages: list[bytes] = field(default_factory=list)
    configuration: bytes = b""

    def prepare(self) -> None:
        """Sign everything and write all pages."""
        for start in range(0, len(self.statements), PAGE):
            more = str(start // PAGE + 1) if start + PAGE < len(self.statements) else ""
            self.pages.append(_page(self.statements[start : start + PAGE], self.key, more))
        root = state_root((one.sub, one.ver, one.digest) for one in self.statements)
        keys = KeySet([self.key.public])
        facts = EntityConfiguration(
            issuer=self.issuer,
            issued_at=NOW,
            expires_at=NOW + timedelta(hours=24),
            federation_keys=keys,
            record_keys=keys,
            name="Beispielnetz",
            contact="",
            oai_pmh_endpoint=f"{self.issuer.address}/oai",
            payload_limit=262_144,
            state=NodeState(seq=len(self.statements), count=len(self.statements), root=root),
        )
        self.configuration = sign(write_configuration(facts), self.key, TYP).encode()

    def fetch(self, wanted: Wanted) -> Fetched:
        """Answer at once."""
        parts = urlsplit(wanted.url)
        if parts.path.endswith("openid-federation"):
            if wanted.etag:
                return Fetched(status=304, body=b"", etag=wanted.etag)
            return Fetched(status=200, body=self.configuration, etag='"1"')
        if parts.path != "/oai":
            raise FetchFailed("status", "404")
        token = parse_qs(parts.query).get("resumptionToken", ["0"])[0]
        body = self.pages[int(token)]
        return Fetched(status=200, body=body, wire=len(body))


def played_peer(size: int) -> PlayedPeer:
    """Return a peer with so many records, about 7 KB of Markdown each."""
    peer = PlayedPeer(Issuer.parse("https://anderswo.example"), SigningKey.generate(), [])
    reader = RecordReader(SchemaSet.load(ROOT / "schemas"))
    for number in range(size):
        record = reader.read(f"case-studies/muster-{number:05d}", case_study(number))
        peer.statements.append(Statement.about(record, issuer=peer.issuer, ver=1, issued_at=NOW))
    peer.prepare()
    return peer


def measure_harvest(folder: Path, size: int) -> Mapping[str, Any]:
    """Return records per second and the milliseconds of an empty look, for one core."""
    peer = played_peer(size)
    services = _node(folder, peer)
    seen = services.harvest.look(peer.issuer)
    services.harvest.add(seen, federation_key=seen.federation_key)
    start = time.perf_counter()
    report = services.harvest.harvest(peer.issuer, seconds=3600)
    took = time.perf_counter() - start
    if report.taken != size or report.error:
        raise RuntimeError(f"{report.taken} of {size} taken: {report.error} {dict(report.reasons)}")
    polls = [_poll(services, peer.issuer) for _ in range(POLLS)]
    services.close()
    return {"harvest_records_per_s": round(size / took), "empty_poll_ms": round(statistics.median(polls), 2)}


def _node(folder: Path, peer: PlayedPeer) -> Services:
    settings = Settings.model_validate({"data": folder / "node", "issuer": "https://hier.example"})
    services = Services(settings, lambda: NOW, peer)
    settings.data.mkdir(parents=True, exist_ok=True)
    services.repository.create()
    services.federation.keys.ensure()
    schema_version.upgrade(services.sessions.engine)
    services.harvest.follow = lambda: None
    return services


def _poll(services: Services, peer: Issuer) -> float:
    start = time.perf_counter()
    report = services.harvest.harvest(peer)
    if report.end is not End.UNCHANGED:
        raise RuntimeError(f"{report.end}: {report.error}")
    return (time.perf_counter() - start) * 1000


def _page(statements: Sequence[Statement], key: SigningKey, token: str) -> bytes:
    root = xml.envelope(NOW, "https://anderswo.example/oai", {"verb": "ListRecords"})
    listed = xml.add(root, "ListRecords")
    for statement in statements:
        record = xml.add(listed, "record")
        header = xml.add(record, "header")
        xml.add(header, "identifier", statement.sub)
        xml.add(header, "datestamp", written(NOW))
        metadata = xml.add(record, "metadata")
        xml.add_root(metadata, xml.ENET, "statement", None, None).text = sign(statement.payload(), key, STATEMENT_TYP)
    xml.add(listed, "resumptionToken", token)
    return xml.serialised(root)
