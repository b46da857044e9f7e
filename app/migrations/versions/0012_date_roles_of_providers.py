"""Date roles of providers by the last sign-in, from which on they count for a while."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # So far the day stood there on which the provider named the role for the first time. Of whoever has not signed in
    # for so long that no session is left, nothing better is known.
    op.execute(
        "UPDATE identity_role SET granted_at = (SELECT max(created_at) FROM identity_session"
        " WHERE identity_session.person_id = identity_role.person_id)"
        " WHERE source = 'provider' AND person_id IN (SELECT person_id FROM identity_session)"
    )


def downgrade() -> None:
    """Leave the later dates: an earlier release does not look at them."""
