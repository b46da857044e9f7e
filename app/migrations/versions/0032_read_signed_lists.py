"""Read the signed lists of other nodes instead of their statements; what was fetched before is fetched anew.

Who was a partner has to be added again, because nodes know each other by their first root now. Decisions of moderators
stay, and hold again as soon as a record or a node comes back.
"""

import sqlalchemy as sa
import structlog
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_GONE = (
    "federation_peer",
    "federation_issuer",
    "federation_statement",
    "federation_record",
    "federation_quarantine",
    "federation_lost",
)
_EMPTIED = ("federation_file_attempt", "federation_file", "federation_topic", "federation_item", "federation_position")


def upgrade() -> None:
    addresses = op.get_bind().execute(sa.text("SELECT address FROM federation_peer ORDER BY address")).scalars().all()
    if addresses:
        # Said once: this step is not taken a second time.
        say = "erfahrungsnetz peers add ADDRESS, or join LINK where an association takes part"
        structlog.get_logger(__name__).warning("federation.partners_forgotten", partners=list(addresses), again=say)
    for name in _GONE:
        op.drop_table(name)
    for name in _EMPTIED:
        op.execute(sa.delete(sa.table(name)))
    version = sa.table("catalogue_version", sa.column("origin"))
    op.execute(sa.delete(version).where(version.c.origin != ""))
    cursor = sa.table("catalogue_cursor", sa.column("generation"))
    # Whatever is derived from the catalogue is made anew, without what came from elsewhere.
    op.execute(sa.update(cursor).values(generation=cursor.c.generation + 1))
    op.create_table(
        "federation_node",
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("association", sa.String(length=200), nullable=False),
        sa.Column("organisations", sa.Boolean(), nullable=False),
        sa.Column("mirror", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("daily_new", sa.Integer(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("next_at", UTCDateTime(), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("tried_at", UTCDateTime(), nullable=True),
        sa.Column("succeeded_at", UTCDateTime(), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.Column("list_version", sa.Integer(), nullable=False),
        sa.Column("list_sha256", sa.String(length=64), nullable=False),
        sa.Column("confirmed_until", UTCDateTime(), nullable=True),
        sa.Column("freshness", sa.String(length=16), nullable=False),
        sa.Column("taken", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_federation_node")),
    )
    op.create_index(op.f("ix_federation_node_origin"), "federation_node", ["origin"], unique=True)
    op.create_table(
        "federation_record",
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=71), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("first_at", UTCDateTime(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("origin", "record_id", name=op.f("pk_federation_record")),
    )
    op.create_index(op.f("ix_federation_record_origin_slug"), "federation_record", ["origin", "slug"])
    op.create_table(
        "federation_quarantine",
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("path", sa.String(length=100), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("origin", "path", name=op.f("pk_federation_quarantine")),
    )
