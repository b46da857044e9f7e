"""The examples of `docs/federation.md`, made by the program itself.

    python -m tests.unit.federation.page docs/federation.md

writes them between their marks.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from lxml import etree

from app.federation.entity import LIFETIME, EntityConfiguration, NodeState, state_line, state_root, write_configuration
from app.federation.jose import KeySet, SigningKey
from app.federation.oai import xml
from app.records.record_reader import PAYLOAD_LIMIT
from tests.unit.federation.examples import AT, ISSUER, KEY, KEYS, jws, statement, withdrawn

FEDERATION_KEY = SigningKey(
    d="INexyINATjYXL-ROBqwG6sVZlKQTnsFeZpOu5VGMl9U", x="8a9uWfLK0lxlzW3fnvkOM5O7MTNosnE7qpwXLif-qzw"
)  # Made for this page; it protects nothing.
_BLOCK = re.compile(r"(<!-- example: ([a-z-]+) -->\n```[a-z]*\n)(?:(?!```).*\n)*(```\n)")
_SHOWN = ("id", "kind", "schema", "title", "lang", "topics", "license")


def examples() -> dict[str, str]:
    """Return every example by its name."""
    published, gone = statement(), statement(withdrawn(successor="case-study/rufbus-2"), ver=3, topics=("mobility",))
    shortened = json.loads(published.payload())
    shortened["content"]["record"] = {name: published.record[name] for name in _SHOWN}
    signed = jws(gone)
    records = [(found.sub, found.ver, found.digest) for found in (gone,)]
    return {
        "keys": _pretty({"d": KEY.d, **KEY.public.as_jwk()}),
        "header": json.dumps({"alg": "Ed25519", "kid": KEY.kid, "typ": "enet-record+jwt"}, separators=(",", ":")),
        "published": _pretty(shortened),
        "withdrawn": gone.payload().decode(),
        "content": gone.content.decode(),
        "digest": gone.digest,
        "jws": signed,
        "state": "".join(state_line(*record) for record in records) + state_root(records),
        "configuration": _pretty(json.loads(write_configuration(_configuration(records)))),
        "oai": _oai(signed, gone.digest, gone.sub),
    }


def with_examples(page: str, found: Mapping[str, str]) -> str:
    """Return the page with these examples; raises KeyError for a mark that has none."""
    return _BLOCK.sub(lambda block: f"{block[1]}{found[block[2]]}\n{block[3]}", page)


def names(page: str) -> set[str]:
    """Return the names of the examples that a page shows."""
    return {block[1] for block in _BLOCK.findall(page)}


def _configuration(records: list[tuple[str, int, str]]) -> EntityConfiguration:
    issued_at = AT + timedelta(hours=1)
    return EntityConfiguration(
        issuer=ISSUER,
        issued_at=issued_at,
        expires_at=issued_at + LIFETIME,
        federation_keys=KeySet([FEDERATION_KEY.public]),
        record_keys=KEYS,
        name="Beispielverbund",
        contact="netz@erfahrungen.example",
        oai_pmh_endpoint=f"{ISSUER.address}/oai",
        resolve_endpoint=f"{ISSUER.address}/fed/resolve",
        payload_limit=PAYLOAD_LIMIT,
        state=NodeState(seq=5321, count=len(records), root=state_root(records)),
    )


def _oai(jws: str, digest: str, sub: str) -> str:
    record = etree.Element(f"{{{xml.OAI}}}record", nsmap={None: xml.OAI})
    header = xml.add(record, "header")
    xml.add(header, "identifier", sub)
    xml.add(header, "datestamp", "2026-11-24T12:00:07Z")
    for spec in ("own", f"origin:{ISSUER.origin}", "kind:case-study", "topic:mobility"):
        xml.add(header, "setSpec", spec)
    metadata = xml.add(record, "metadata")
    wrapped = xml.add_root(metadata, xml.ENET, "statement", None, None)
    wrapped.set("digest", digest)
    wrapped.text = f"{jws[:60]}…"
    etree.indent(record, " ")
    text: str = etree.tostring(record, encoding="unicode")
    return text


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(with_examples(file.read_text("utf-8"), examples()), "utf-8")
