"""Say whether an invitation or the provider named the organisation of somebody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added as it is: copying a table that others refer to would take their rows along.
    set_here: sa.Column[bool] = sa.Column(
        "organisation_set_here", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("identity_person", set_here)
    # Old invitations are removed after a while, what is recorded of them stays: whoever used one that is gone keeps
    # the organisation, as it can have come from there alone.
    op.execute(
        "UPDATE identity_person SET organisation_set_here = true WHERE organisation IS NOT NULL AND ("
        " organisation IN (SELECT organisation FROM identity_invitation WHERE used_by = identity_person.id)"
        " OR (id IN (SELECT person_id FROM identity_audit WHERE event = 'invitation_used')"
        " AND id NOT IN (SELECT used_by FROM identity_invitation WHERE used_by IS NOT NULL)))"
    )


def downgrade() -> None:
    op.drop_column("identity_person", "organisation_set_here")
