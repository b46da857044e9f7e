"""What such a node signs and lays out: sections 2 to 6 of docs/federation.md, with keys of its own."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.hostilenode.server import FROZEN

DAY = 86_400
_PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>{at}</responseDate><request>x</request>\
<ListRecords>{records}</ListRecords></OAI-PMH>"""
_NONE = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>{at}</responseDate><request>x</request>\
<error code="noRecordsMatch"/></OAI-PMH>"""
_RECORD = """<record><header><identifier>{sub}</identifier><datestamp>{at}</datestamp></header><metadata>\
<statement xmlns="https://erfahrungsnetz.example/ns/statement/1.0/">{jws}</statement></metadata></record>"""


def canonical(value: object) -> bytes:
    """Return JSON as RFC 8785 writes it, for names in ASCII and whole numbers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned_header() -> str:
    """Return the header of a statement that says to need no signature."""
    return _b64(canonical({"alg": "none", "kid": "x", "typ": "enet-record+jwt"}))


class Key:
    """An Ed25519 key that is named by its thumbprint."""

    def __init__(self) -> None:
        self._private = Ed25519PrivateKey.generate()
        x = _b64(self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        named = {"crv": "Ed25519", "kty": "OKP", "x": x}
        self.kid = _b64(sha256(canonical(named)).digest())
        self.public: dict[str, Any] = {**named, "alg": "Ed25519", "kid": self.kid, "use": "sig"}

    def sign(self, payload: object, typ: str) -> str:
        """Return a compact JWS."""
        header = {"alg": "Ed25519", "kid": self.kid, "typ": typ}
        signed = f"{_b64(canonical(header))}.{_b64(canonical(payload))}"
        return f"{signed}.{_b64(self._private.sign(signed.encode()))}"


@dataclass(frozen=True, kw_only=True)
class Said:
    """A signed version of a record."""

    sub: str
    ver: int
    digest: str
    jws: str

    @property
    def line(self) -> str:
        """Return its line in the state of the node."""
        return f"{self.sub} {self.ver} {self.digest}\n"


@dataclass
class HostileNode:
    """One node; what it does becomes visible to others with `write`. Times are seconds since 1970."""

    folder: Path
    address: str
    name: str = "Beispielnetz"
    federation: Key = field(default_factory=Key)
    record: Key = field(default_factory=Key)
    former: list[dict[str, Any]] = field(default_factory=list)
    dated: int = 0
    """When the configuration was written, 0 for now, and for how long it says to count."""
    life: int = DAY
    is_frozen: bool = False
    own: dict[str, Said] = field(default_factory=dict)
    handed_on: list[Said] = field(default_factory=list)
    introduced: list[HostileNode] = field(default_factory=list)
    seq: int = 0

    @property
    def origin(self) -> str:
        """Return its short name."""
        return self.address.partition("://")[2].replace("/", "~")

    def sign(self, record: Mapping[str, Any], body: str, key: Key | None = None, **values: Any) -> Said:
        """Sign a version without listing it; `values` take the place of members of the payload."""
        content = {"body": body, "files": values.pop("files", []), "record": dict(record)}
        payload = {
            "content": content,
            "iat": int(time.time()),
            "iss": self.address,
            "slug": f"eintrag-{record['id'][-6:]}",
            "status": "published",
            "sub": f"{self.address}/r/{record['id']}",
            "ver": 1,
            **values,
        }
        jws = (key or self.record).sign(payload, "enet-record+jwt")
        digest = f"sha256:{sha256(canonical(content)).hexdigest()}"
        return Said(sub=str(payload["sub"]), ver=int(payload["ver"]), digest=digest, jws=jws)

    def publish(self, record: Mapping[str, Any], body: str, **values: Any) -> Said:
        """Sign a version and stand by it."""
        said = self.sign(record, body, **values)
        self.own[said.sub] = said
        self.write()
        return said

    def supersede(self) -> Key:
        """Take a new record key; return the former one, which whoever stole it goes on using."""
        before, now = self.record, int(time.time())
        self.former.append({**before.public, "exp": now, "revoked": {"revoked_at": now, "reason": "superseded"}})
        self.record = Key()
        return before

    def hand_on(self, node: HostileNode, *said: Said) -> None:
        """Hand on what another node said, and vouch for it."""
        self.handed_on += said or node.own.values()
        self.introduced += [] if node in self.introduced else [node]
        self.write()

    @property
    def lines(self) -> str:
        """Return the lines behind the state root."""
        return "".join(said.line for _, said in sorted(self.own.items()))

    def configuration(self) -> str:
        """Say who the node is and in which state."""
        at = self.dated or int(time.time())
        root = f"sha256:{sha256(self.lines.encode()).hexdigest()}"
        payload = {
            "iss": self.address,
            "sub": self.address,
            "iat": at,
            "exp": at + self.life,
            "jwks": {"keys": [self.federation.public]},
            "metadata": {
                "federation_entity": {
                    "organization_name": self.name,
                    "federation_resolve_endpoint": f"{self.address}/fed/resolve",
                },
                "knowledge_node": {
                    "jwks": {"keys": [self.record.public, *self.former]},
                    "oai_pmh_endpoint": f"{self.address}/oai",
                    "limits": {"payload": 262_144},
                    "state": {"seq": self.seq, "count": len(self.own), "root": root},
                },
            },
        }
        return self.federation.sign(payload, "entity-statement+jwt")

    def write(self) -> None:
        """Lay out everything that others may ask for."""
        self.seq += 1
        listed, at = [*self.own.values(), *self.handed_on], f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        records = "".join(_RECORD.format(sub=said.sub, at=at, jws=said.jws) for said in listed)
        configuration = self.configuration()
        documents = {
            ".well-known/openid-federation": configuration,
            "oai": (_PAGE if listed else _NONE).format(at=at, records=records),
            f"state.txt {self.origin}": self.lines,
            **{f"v/{said.digest[7:]} {said.sub}": said.jws for said in listed},
            **{f"state.txt {node.origin}": node.lines for node in self.introduced},
            **{f"fed/resolve {node.address}": self._vouched(node, configuration) for node in self.introduced},
            **({FROZEN: ""} if self.is_frozen else {}),
        }
        written = self.folder / f"{self.address.rpartition('/')[2]}.new"
        written.write_text(json.dumps(documents), encoding="utf-8")
        written.rename(written.with_suffix(".json"))

    def _vouched(self, node: HostileNode, configuration: str) -> str:
        now = int(time.time())
        about = {"iss": self.address, "sub": node.address, "iat": now, "exp": now + DAY}
        keys = {"jwks": {"keys": [node.federation.public]}}
        chain = [node.configuration(), self.federation.sign({**about, **keys}, "entity-statement+jwt"), configuration]
        return self.federation.sign({**about, "metadata": {}, "trust_chain": chain}, "resolve-response+jwt")
