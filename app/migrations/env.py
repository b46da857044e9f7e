"""Alembic's entry: runs the migrations on the connection that the caller gives."""

from alembic import context

# Their tables register themselves.
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
