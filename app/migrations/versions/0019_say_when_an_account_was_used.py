"""Say when an account was used last, and let lines of the audit log go whose time is over."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_USED = (
    ("identity_role", "granted_at", " AND source = 'provider'"),
    ("identity_trace", "seen_at", ""),
    ("identity_session", "seen_at", ""),
    ("identity_token", "used_at", ""),
)
_DROP = "DROP TRIGGER review_event_delete"
_KEPT = """\
CREATE TRIGGER review_event_delete BEFORE DELETE ON review_event{when}
BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END
"""
# Measured against the newest line, which the removal itself writes first: the database knows no other clock of ours.
_YOUNG = "\nWHEN OLD.at > datetime((SELECT max(at) FROM review_event), '-36 months')"


def upgrade() -> None:
    for name in ("seen_at", "announced_at"):
        op.add_column("identity_person", sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.execute("UPDATE identity_person SET seen_at = created_at WHERE deleted_at IS NULL")
    for table, column, where in _USED:
        last = f"(SELECT max({column}) FROM {table} WHERE person_id = identity_person.id{where})"  # noqa: S608 - of here
        op.execute(f"UPDATE identity_person SET seen_at = {last} WHERE seen_at < {last}")  # noqa: S608 - the same
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_DROP)
        op.execute(_KEPT.format(when=_YOUNG))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_DROP)
        op.execute(_KEPT.format(when=""))
    for name in ("announced_at", "seen_at"):
        op.drop_column("identity_person", name)
