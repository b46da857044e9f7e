"""Add which files of other nodes' records are here, and want those that held statements name."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_LARGEST, _MOST = 10 * 1024 * 1024, 46
_AT_ONCE = 500


def upgrade() -> None:
    table = op.create_table(
        "federation_file",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("picture", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_federation_file")),
    )
    op.create_index(op.f("ix_federation_file_origin_record_id_ver"), "federation_file", ["origin", "record_id", "ver"])
    op.create_index(op.f("ix_federation_file_sha256"), "federation_file", ["sha256"])
    op.create_index(op.f("ix_federation_file_state_origin"), "federation_file", ["state", "origin"])
    op.create_table(
        "federation_file_attempt",
        sa.Column("file_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("peer", sa.String(length=200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("next_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["federation_file.id"],
            name=op.f("fk_federation_file_attempt_file_id_federation_file"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("file_id", "peer", name=op.f("pk_federation_file_attempt")),
    )
    _want_what_is_named(table)


def downgrade() -> None:
    op.drop_table("federation_file_attempt")
    op.drop_table("federation_file")


def _want_what_is_named(table: sa.Table) -> None:
    """Statements came in before anybody noted their files; each was verified then, so only its list is read."""
    db = op.get_bind()
    wanted: list[dict[str, Any]] = []
    columns = "SELECT origin, record_id, ver, jws FROM federation_statement ORDER BY origin, record_id, ver"
    for origin, record_id, ver, jws in db.execute(sa.text(columns)).yield_per(_AT_ONCE):
        wanted += [{"origin": origin, "record_id": record_id, "ver": ver, **file} for file in _files(jws)]
    for start in range(0, len(wanted), _AT_ONCE):
        op.bulk_insert(table, wanted[start : start + _AT_ONCE])


def _files(jws: str) -> Iterator[dict[str, Any]]:
    payload = jws.split(".")[1]
    content = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["content"]
    for place, file in enumerate(content["files"]):
        refused = file["size"] > _LARGEST or place >= _MOST
        yield {
            "name": file["name"],
            "sha256": file["sha256"],
            "size": file["size"],
            "state": "refused" if refused else "wanted",
            "picture": "",
        }
