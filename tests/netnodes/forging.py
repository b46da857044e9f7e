"""Records that a node lists although it never published them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.federation.listing.repository import Target
from app.federation.statement import Statement
from app.records.json_value import thaw
from app.records.record import StoredFile
from app.records.record_reader import canonical_content, digest_of
from tests.netnodes.net import NetNode


def changed(
    statement: Statement,
    record: Mapping[str, Any] | None = None,
    *,
    body: str | None = None,
    files: tuple[StoredFile, ...] | None = None,
    **values: Any,
) -> Statement:
    """Return a statement with other content; None as a value of `record` takes a member away."""
    front = {**_plain(statement), **(record or {})}
    front = {name: value for name, value in front.items() if value is not None}
    text = statement.body if body is None else body
    kept = statement.files if files is None else files
    content = canonical_content(front, text, kept)
    parts: dict[str, Any] = {"record": front, "body": text, "files": kept, "content": content}
    return replace(statement, **parts, digest=digest_of(content), **values)


def published(node: NetNode, record_id: str, ver: int = 1) -> Statement:
    """Return what a node says of a record of its own."""
    return node.services.federation.own.statement(record_id, ver)


def list_statement(node: NetNode, statement: Statement, path: str = "") -> None:
    """Let a node list a statement, under the path of its record unless another one is given."""
    list_bytes(node, path or f"records/{statement.record_id}.json", statement.payload())


def list_bytes(node: NetNode, path: str, data: bytes | None) -> None:
    """Let a node list any bytes under any path; None takes the path off the list."""
    listing = node.services.federation.listing
    staged = None if data is None else listing.listed.stage(path, Target(data))
    listing.listed.publish(listing.key.signer(), {path: staged}, total=1)


def _plain(statement: Statement) -> dict[str, Any]:
    plain: Any = thaw(statement.record)
    return dict(plain)
