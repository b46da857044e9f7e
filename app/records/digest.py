"""The fingerprint that identifies a version: the same in links, memos, differences, proposals and statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, cast

import rfc8785

from app.records.json_value import JsonValue, thaw
from app.records.record import Record, StoredFile

PAYLOAD_LIMIT = 256 * 1024
"""Bytes of the payload of a statement about one version."""

CONTENT_LIMIT = PAYLOAD_LIMIT - 4 * 1024
"""Bytes of canonical content; issuer, number, date and topics around it take less than the rest."""


def canonical_content(front: Mapping[str, JsonValue], body: str, files: Sequence[StoredFile]) -> bytes:
    """Return the canonical JSON (RFC 8785) of record, body and files: the bytes that the digest is taken of."""
    listed = [{"name": f.name, "size": f.size, "sha256": f.sha256} for f in sorted(files, key=lambda f: f.name)]
    payload = {"record": thaw(front), "body": body, "files": listed}
    return bytes(rfc8785.dumps(cast("Any", payload)))


def digest(front: Mapping[str, JsonValue], body: str, files: Sequence[StoredFile]) -> str:
    """Return "sha256:" and the hex SHA-256 over the canonical JSON (RFC 8785) of record, body and files."""
    return digest_of(canonical_content(front, body, files))


def wording(record: Record) -> str:
    """Return a short name of what a record says of which places: a copy under another identifier has the same."""
    places = [[place.name, place.state, place.ars] for place in record.municipalities]
    said = [record.kind, record.title, record.summary, record.body, places]
    return sha256(rfc8785.dumps(cast("Any", said))).hexdigest()[:16]


def digest_of(content: bytes) -> str:
    """Return the digest of canonical content, however it came here."""
    return f"sha256:{sha256(content).hexdigest()}"
