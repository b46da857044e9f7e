"""Alembic's entry: runs the migrations on the connection that the caller gives."""

from __future__ import annotations

from alembic import context

# Their tables register themselves.
import app.catalogue.models
import app.database.last_results
import app.database.schedule
import app.federation.harvest.files.models
import app.federation.harvest.models
import app.federation.models
import app.following.models
import app.identity.models
import app.kickoff.memo.models
import app.review.models
import app.search.models
import app.survey.models  # noqa: F401
from app.database import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    # SQLite cannot alter most things in place, so tables are copied.
    render_as_batch=True,
    # Alembic takes SQLite for a database without transactional DDL; it has it when transactions are begun explicitly.
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
