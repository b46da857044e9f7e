"""Reads the payload of a statement as it was received; nothing is written anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from app.federation.issuer import Issuer, IssuerInvalid
from app.federation.jose import NotStrictJson, TokenTooLarge, loads
from app.federation.statement.errors import PayloadWrong
from app.federation.statement.statement import CONTENT_END, CONTENT_START, PAYLOAD_LIMIT, Statement, Status
from app.records.json_value import JsonValue
from app.records.paths import is_file_name, is_slug
from app.records.record import StoredFile
from app.records.record_reader import digest_of

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SUB = re.compile(r"https?://[!-~]{1,200}/r/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.ASCII)
_LAST_SECOND = 253_402_300_799
_MOST_FILES = 500
_MOST_TOPICS = 50
_HIGHEST_VERSION = 2**31 - 1
_WITHDRAWN_SCHEMA = "withdrawn/"

_Members = Mapping[str, JsonValue]


def read_payload(raw: bytes) -> Statement:
    """Return the statement written in `raw`.

    Whether the issuer may speak about the record, and whether the record keeps to its schema, is not asked here.
    Raises TokenTooLarge, NotStrictJson and PayloadWrong.
    """
    if len(raw) > PAYLOAD_LIMIT:
        raise TokenTooLarge(len(raw), PAYLOAD_LIMIT)
    content, members = _parts(raw)
    inner = _object(loads(content), "content")
    if inner.keys() != {"body", "files", "record"}:
        raise PayloadWrong("content")
    sub, record_id = _sub(members)
    record = _object(inner["record"], "content.record")
    return Statement(
        issuer=_issuer(members),
        record_id=record_id,
        sub=sub,
        ver=_integer(members, "ver", _HIGHEST_VERSION),
        status=_status(members, record),
        slug=_slug(members.get("slug"), "slug"),
        issued_at=datetime.fromtimestamp(_integer(members, "iat", _LAST_SECOND), UTC),
        record=_record(record, record_id),
        body=_text(inner["body"], "content.body"),
        files=_files(inner["files"]),
        content=content,
        digest=digest_of(content),
        prev=_prev(members),
        topics=_topics(members),
    )


def _parts(raw: bytes) -> tuple[bytes, _Members]:
    """Return the bytes of the content and the other members.

    Both halves are read by themselves. If both are valid, the whole is, and the content is exactly these bytes.
    """
    end = raw.rfind(CONTENT_END)
    if not raw.startswith(CONTENT_START) or end < 0:
        raise PayloadWrong("content")
    members = _object(loads(b"{" + raw[end + 1 :]), "payload")
    if "content" in members:
        raise NotStrictJson("duplicate_key")
    return raw[len(CONTENT_START) : end], members


def _issuer(members: _Members) -> Issuer:
    try:
        return Issuer.parse(_text(members.get("iss"), "iss"))
    except IssuerInvalid as error:
        raise PayloadWrong("iss") from error


def _sub(members: _Members) -> tuple[str, str]:
    sub = _text(members.get("sub"), "sub")
    found = _SUB.fullmatch(sub)
    if found is None:
        raise PayloadWrong("sub")
    return sub, found.group(1)


def _status(members: _Members, record: _Members) -> Status:
    """Return the status; the schema of the record has to say the same, because only it is part of the digest."""
    schema = _text(record.get("schema"), "content.record.schema")
    status = Status.WITHDRAWN if schema.startswith(_WITHDRAWN_SCHEMA) else Status.PUBLISHED
    if members.get("status") != status.value:
        raise PayloadWrong("status")
    return status


def _record(record: _Members, record_id: str) -> _Members:
    if record.get("id") != record_id:
        raise PayloadWrong("content.record.id")
    _slug(record.get("kind"), "content.record.kind")
    return record


def _files(value: JsonValue) -> tuple[StoredFile, ...]:
    if not isinstance(value, list) or len(value) > _MOST_FILES:
        raise PayloadWrong("content.files")
    files = tuple(_file(entry) for entry in value)
    if len({file.name for file in files}) != len(files):
        raise PayloadWrong("content.files.name")
    return files


def _file(value: JsonValue) -> StoredFile:
    entry = _object(value, "content.files")
    name, sha256 = _text(entry.get("name"), "content.files.name"), _text(entry.get("sha256"), "content.files.sha256")
    if entry.keys() != {"name", "sha256", "size"}:
        raise PayloadWrong("content.files")
    if not is_file_name(name):
        raise PayloadWrong("content.files.name")
    if _HASH.fullmatch(sha256) is None:
        raise PayloadWrong("content.files.sha256")
    return StoredFile(name=name, size=_integer(entry, "size", _HIGHEST_VERSION, least=0), sha256=sha256)


def _prev(members: _Members) -> str | None:
    if "prev" not in members:
        return None
    prev = _text(members["prev"], "prev")
    if _DIGEST.fullmatch(prev) is None:
        raise PayloadWrong("prev")
    return prev


def _topics(members: _Members) -> tuple[str, ...]:
    topics = members.get("topics", [])
    if not isinstance(topics, list) or len(topics) > _MOST_TOPICS:
        raise PayloadWrong("topics")
    return tuple(_slug(topic, "topics") for topic in topics)


def _object(value: JsonValue, member: str) -> _Members:
    if not isinstance(value, dict):
        raise PayloadWrong(member)
    return value


def _text(value: JsonValue, member: str) -> str:
    if not isinstance(value, str):
        raise PayloadWrong(member)
    return value


def _slug(value: JsonValue, member: str) -> str:
    text = _text(value, member)
    if not is_slug(text):
        raise PayloadWrong(member)
    return text


def _integer(members: _Members, member: str, most: int, *, least: int = 1) -> int:
    value = members.get(member)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise PayloadWrong(member)
    return value
