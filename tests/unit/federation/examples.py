"""Statements to try things on."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.federation.issuer import Issuer
from app.federation.statement import Statement
from app.records.record import Record, StoredFile, Withdrawn
from tests.unit.records import examples as content

ISSUER = Issuer.parse("https://erfahrungen.example")
OTHER = Issuer.parse("https://anderswo.example")
AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PICTURE = StoredFile(name="plan.png", size=12, sha256="ab" * 32)


def statement(found: Record | Withdrawn | None = None, **values: Any) -> Statement:
    """Return a statement about an example record."""
    given = {"issuer": ISSUER, "ver": 2, "issued_at": AT, "prev": f"sha256:{'0' * 64}", **values}
    return Statement.about(found or replace(content.record(), files=(PICTURE,)), **given)


def withdrawn(**values: Any) -> Withdrawn:
    """Return the note that stands in place of the example record."""
    record = content.record()
    front = {"schema": "withdrawn/1", "id": record.id, "kind": record.kind, "reason": "legal", **values}
    return Withdrawn(
        id=record.id,
        kind=record.kind,
        slug=record.slug,
        plural=record.plural,
        reason="legal",
        digest="",
        topics=tuple(values.get("topics", ())),
        data=front,
    )


def payload(**values: object) -> bytes:
    """Return the payload of the example with changed members; None removes one. The content comes first."""
    members = json.loads(statement().payload())
    members.update(values)
    kept = {name: value for name, value in members.items() if value is not None}
    return json.dumps(kept, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()


def changed_content(**values: object) -> bytes:
    """Return the payload of the example with a changed content."""
    content_ = json.loads(statement().payload())["content"]
    content_.update(values)
    return payload(content={name: value for name, value in content_.items() if value is not None})
