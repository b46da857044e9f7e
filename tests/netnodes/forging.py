"""Statements that a node signs although it never published them, and pages that deliver them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.federation.fetching import Fetched, Wanted
from app.federation.jose import SigningKey, sign
from app.federation.keys import KeyRole
from app.federation.oai.xml import written
from app.federation.statement import TYP, Statement
from app.records.json_value import thaw
from app.records.record import StoredFile
from app.records.record_reader import canonical_content, digest_of
from tests.netnodes.net import Net, NetNode, Tamper

PAGE = """\
<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>{now}</responseDate>
<request>x</request><ListRecords>{records}{token}</ListRecords></OAI-PMH>"""
RECORD = """\
<record><header><identifier>{sub}</identifier><datestamp>{at}</datestamp></header><metadata>
<statement xmlns="https://erfahrungsnetz.example/ns/statement/1.0/">{jws}</statement></metadata></record>"""


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


def signed(node: NetNode, statement: Statement, key: SigningKey | None = None) -> str:
    """Return a statement signed with the node's record key."""
    return sign(statement.payload(), key or node.services.federation.keys.signer(KeyRole.RECORD), TYP)


def page(net: Net, found: Sequence[tuple[str, str]], token: str = "") -> bytes:
    """Return a page that lists (sub, jws)."""
    now = written(net.clock())
    records = "".join(RECORD.format(sub=sub, at=now, jws=jws) for sub, jws in found)
    last = f"<resumptionToken>{token}</resumptionToken>" if token else ""
    return PAGE.format(now=now, records=records, token=last).encode()


def delivering(net: Net, *found: tuple[str, str]) -> Tamper:
    """Return what puts these statements in place of every list that is fetched."""

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        return replace(answer, body=page(net, found)) if "/oai?" in wanted.url else answer

    return tamper


def _plain(statement: Statement) -> dict[str, Any]:
    plain: Any = thaw(statement.record)
    return dict(plain)
