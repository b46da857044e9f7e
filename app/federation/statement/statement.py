"""The value that is signed, and the bytes that stand for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

import rfc8785

from app.federation.issuer import Issuer
from app.records.json_value import JsonValue
from app.records.record import Record, StoredFile, Withdrawn
from app.records.record_reader import PAYLOAD_LIMIT, canonical_content, digest_of

TYP = "enet-record+jwt"
CONTENT_START = b'{"content":'
CONTENT_END = b',"iat":'
"""What stands before and after the content. No text can contain the second: quotes in texts are escaped."""


__all__ = ["CONTENT_END", "CONTENT_START", "PAYLOAD_LIMIT", "TYP", "Statement", "Status"]


class Status(StrEnum):
    """What has become of the record with this version."""

    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One version of one record.

    `content` holds record (front matter), body and file list as the bytes that were signed; `digest` is their
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
    sub: str = ""

    def __post_init__(self) -> None:
        """Name the record after its issuer unless it came from another address (a node that has moved)."""
        if not self.sub:
            object.__setattr__(self, "sub", self.issuer.sub(self.record_id))

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
        sub: str = "",
    ) -> Statement:
        """Return the statement about a version of an own record; `topics` only count for a withdrawn one.

        `sub` is given for a record that was named at an earlier address of the issuer.
        """
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
            sub=sub,
        )

    @property
    def kind(self) -> str:
        """Return the kind of the record."""
        return str(self.record["kind"])

    @property
    def reason(self) -> str | None:
        """Return why the record was withdrawn: error, superseded, legal or personal-data."""
        return self._text("reason")

    @property
    def successor(self) -> str | None:
        """Return what takes the place of a withdrawn record: `<kind>/<slug>` of the same node, or an address."""
        return self._text("successor")

    def payload(self) -> bytes:
        """Return the canonical bytes (RFC 8785) that the issuer signs."""
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

    def _text(self, member: str) -> str | None:
        value = self.record.get(member) if self.status is Status.WITHDRAWN else None
        return value if isinstance(value, str) else None
