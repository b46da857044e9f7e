"""Keep lines of the audit log on PostgreSQL as they are kept on SQLite, and give a time its zone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_FUNCTION = """\
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {when} THEN
    RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END
$$
"""
_FUNCTIONS = {
    "review_event_kept": "true",
    # Measured against the newest line, as in 0019.
    "review_event_kept_while_young": "OLD.at > (SELECT max(at) FROM review_event) - interval '36 months'",
}
_TRIGGERS = {
    "review_event_update": ("UPDATE", "ROW", "review_event_kept"),
    "review_event_truncate": ("TRUNCATE", "STATEMENT", "review_event_kept"),
    "review_event_delete": ("DELETE", "ROW", "review_event_kept_while_young"),
}


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for name, when in _FUNCTIONS.items():
        op.execute(_FUNCTION.format(name=name, when=when))
    for name, (deed, each, function) in _TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} BEFORE {deed} ON review_event FOR EACH {each} EXECUTE FUNCTION {function}()")
    zoned = sa.DateTime(timezone=True)
    op.alter_column("identity_trace", "seen_at", type_=zoned, postgresql_using="seen_at AT TIME ZONE 'UTC'")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.alter_column("identity_trace", "seen_at", type_=sa.DateTime(), postgresql_using="seen_at AT TIME ZONE 'UTC'")
    for name in _TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON review_event")
    for name in _FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
