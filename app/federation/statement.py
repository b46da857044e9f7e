"""Statements: one version of a record as its node published it (docs/federation.md). The list decides who may speak."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

import rfc8785

from app.federation.issuer import Issuer, IssuerInvalid
from app.federation.strict_json import StatementRefused, loads
from app.records.json_value import JsonValue
from app.records.paths import is_file_name, is_slug
from app.records.record import Record, StoredFile, Withdrawn
from app.records.record_reader import PAYLOAD_LIMIT, canonical_content, digest_of

CONTENT_START = b'{"content":'
CONTENT_END = b',"iat":'
"""What stands before and after the content. No text can contain the second: quotes in texts are escaped."""


class Status(StrEnum):
    """What has become of the record with this version."""

    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One version of one record.

    `content` holds record (front matter), body and file list as the bytes that were received; `digest` is their
    SHA-256 and identifies the version everywhere. `issued_at` (UTC, whole seconds) is when the version was
    published, `prev` the digest of the version before it. `topics` are the last known ones of a withdrawn record,
    and empty otherwise.
    """

    issuer: Issuer
    record_id: str
    ver: int
    status: Status
    slug: str
    issued_at: datetime
    record: Mapping[str, JsonValue]
    body: str
    files: tuple[StoredFile, ...]
    content: bytes
    digest: str
    prev: str | None = None
    topics: tuple[str, ...] = ()

    @classmethod
    def about(
        cls,
        found: Record | Withdrawn,
        *,
        issuer: Issuer,
        ver: int,
        issued_at: datetime,
        prev: str | None = None,
        topics: tuple[str, ...] = (),
    ) -> Statement:
        """Return the statement about a version of an own record; `topics` only count for a withdrawn one."""
        withdrawn = isinstance(found, Withdrawn)
        files = () if isinstance(found, Withdrawn) else found.files
        content = canonical_content(found.data, found.body, files)
        return cls(
            issuer=issuer,
            record_id=found.id,
            ver=ver,
            status=Status.WITHDRAWN if withdrawn else Status.PUBLISHED,
            slug=found.slug,
            issued_at=issued_at.replace(microsecond=0),
            record=found.data,
            body=found.body,
            files=files,
            content=content,
            digest=digest_of(content),
            prev=prev,
            topics=(found.topics or topics) if withdrawn else (),
        )

    @property
    def sub(self) -> str:
        """Return the global name of the record."""
        return self.issuer.sub(self.record_id)

    @property
    def kind(self) -> str:
        """Return the kind of the record."""
        return str(self.record["kind"])

    @property
    def reason(self) -> str | None:
        """Return why the record was withdrawn: error, superseded, legal or personal-data."""
        value = self.record.get("reason") if self.status is Status.WITHDRAWN else None
        return value if isinstance(value, str) else None

    def payload(self) -> bytes:
        """Return the canonical bytes (RFC 8785) that the list of the issuer names."""
        rest: dict[str, JsonValue] = {
            "iat": int(self.issued_at.timestamp()),
            "iss": self.issuer.address,
            "slug": self.slug,
            "status": self.status.value,
            "sub": self.sub,
            "ver": self.ver,
        }
        if self.prev:
            rest["prev"] = self.prev
        if self.status is Status.WITHDRAWN:
            rest["topics"] = list(self.topics)
        # "content" sorts before all other names, so what was written once need not be written again.
        return b"".join((CONTENT_START, self.content, b",", bytes(rfc8785.dumps(cast("Any", rest)))[1:]))


_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_LAST_SECOND = 253_402_300_799
_MOST_FILES = 500
_MOST_TOPICS = 50
_HIGHEST_VERSION = 2**31 - 1
_WITHDRAWN_SCHEMA = "withdrawn/"

_Members = Mapping[str, JsonValue]


def read_payload(raw: bytes) -> Statement:
    """Return the statement, not checked against the record's schema. Raises StatementRefused."""
    if len(raw) > PAYLOAD_LIMIT:
        raise StatementRefused("too_large", str(len(raw)))
    content, members = _parts(raw)
    try:
        issuer = Issuer.parse(_text(members.get("iss"), "iss"))
    except IssuerInvalid as error:
        raise StatementRefused("payload", "iss") from error
    inner = _object(loads(content), "content")
    if inner.keys() != {"body", "files", "record"}:
        raise StatementRefused("payload", "content")
    sub = _text(members.get("sub"), "sub")
    record_id = issuer.record_id(sub)
    if record_id is None:
        raise StatementRefused("subject", sub[:200])
    record = _object(inner["record"], "content.record")
    if record.get("id") != record_id:
        raise StatementRefused("payload", "content.record.id")
    _slug(record.get("kind"), "content.record.kind")
    prev = _text(members["prev"], "prev") if "prev" in members else None
    if prev is not None and _DIGEST.fullmatch(prev) is None:
        raise StatementRefused("payload", "prev")
    topics = members.get("topics", [])
    if not isinstance(topics, list) or len(topics) > _MOST_TOPICS:
        raise StatementRefused("payload", "topics")
    return Statement(
        issuer=issuer,
        record_id=record_id,
        ver=_integer(members, "ver", _HIGHEST_VERSION),
        status=_status(members, record),
        slug=_slug(members.get("slug"), "slug"),
        issued_at=datetime.fromtimestamp(_integer(members, "iat", _LAST_SECOND), UTC),
        record=record,
        body=_text(inner["body"], "content.body"),
        files=_files(inner["files"]),
        content=content,
        digest=digest_of(content),
        prev=prev,
        topics=tuple(_slug(topic, "topics") for topic in topics),
    )


def _parts(raw: bytes) -> tuple[bytes, _Members]:
    """Return the bytes of the content and the other members; if both halves are valid JSON, so is the whole."""
    end = raw.rfind(CONTENT_END)
    if not raw.startswith(CONTENT_START) or end < 0:
        raise StatementRefused("payload", "content")
    members = _object(loads(b"{" + raw[end + 1 :]), "payload")
    if "content" in members:
        raise StatementRefused("json", "duplicate_key")
    return raw[len(CONTENT_START) : end], members


def _status(members: _Members, record: _Members) -> Status:
    """Return the status; the schema of the record has to say the same, because only it is part of the digest."""
    schema = _text(record.get("schema"), "content.record.schema")
    status = Status.WITHDRAWN if schema.startswith(_WITHDRAWN_SCHEMA) else Status.PUBLISHED
    if members.get("status") != status.value:
        raise StatementRefused("payload", "status")
    return status


def _files(value: JsonValue) -> tuple[StoredFile, ...]:
    if not isinstance(value, list) or len(value) > _MOST_FILES:
        raise StatementRefused("payload", "content.files")
    files = tuple(_file(entry) for entry in value)
    if len({file.name for file in files}) != len(files):
        raise StatementRefused("payload", "content.files.name")
    return files


def _file(value: JsonValue) -> StoredFile:
    entry = _object(value, "content.files")
    name, sha256 = _text(entry.get("name"), "content.files.name"), _text(entry.get("sha256"), "content.files.sha256")
    if entry.keys() != {"name", "sha256", "size"}:
        raise StatementRefused("payload", "content.files")
    if not is_file_name(name):
        raise StatementRefused("payload", "content.files.name")
    if _HASH.fullmatch(sha256) is None:
        raise StatementRefused("payload", "content.files.sha256")
    return StoredFile(name=name, size=_integer(entry, "size", _HIGHEST_VERSION, least=0), sha256=sha256)


def _object(value: JsonValue, member: str) -> _Members:
    if not isinstance(value, dict):
        raise StatementRefused("payload", member)
    return value


def _text(value: JsonValue, member: str) -> str:
    if not isinstance(value, str):
        raise StatementRefused("payload", member)
    return value


def _slug(value: JsonValue, member: str) -> str:
    text = _text(value, member)
    if not is_slug(text):
        raise StatementRefused("payload", member)
    return text


def _integer(members: _Members, member: str, most: int, *, least: int = 1) -> int:
    value = members.get(member)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise StatementRefused("payload", member)
    return value
