"""Moves all rows of a node into another, empty database, as from SQLite to PostgreSQL."""

from sqlalchemy import Connection, Engine, func, insert, inspect, select, text
from sqlalchemy.schema import Table as SqlTable

from app.database import schema_version
from app.database.table import Table
from app.database.writer import WriterRow
from app.shared.errors import Conflict, NotFound

_AT_ONCE = 500
_CONTINUE = text("SELECT setval(pg_get_serial_sequence(:table, :column), (:highest)::bigint)")


class TargetNotEmpty(Conflict):
    """The other database holds rows in `table`."""

    table: str

    message = "the other database is not empty (table %(table)s). Nothing was changed; name one that was just created"


class NothingToMove(NotFound):
    """The node has no database yet."""

    message = "there is no node here yet; set NODE_DATABASE_URL and call erfahrungsnetz init"


def move(source: Engine, target: Engine) -> int:
    """Copy all rows but the writer's lease; return their number. Raises OtherTables, NothingToMove, TargetNotEmpty."""
    schema_version.check(source)
    if schema_version.current(source) is None:
        raise NothingToMove
    with target.connect() as there:
        for name in inspect(there).get_table_names():
            if name != "alembic_version" and there.scalar(select(1).select_from(text(f'"{name}"')).limit(1)):
                raise TargetNotEmpty(name)
    schema_version.upgrade(target)
    # Both are writing transactions, which wait for every other writer of their database.
    with source.begin() as here, target.begin() as there:
        tables = [table for table in Table.metadata.sorted_tables if table.name != WriterRow.__tablename__]
        return sum(_copy(here, there, table) for table in tables)


def _copy(here: Connection, there: Connection, table: SqlTable) -> int:
    number = 0
    for rows in here.execution_options(yield_per=_AT_ONCE).execute(select(table)).mappings().partitions():
        there.execute(insert(table), [dict(row) for row in rows])
        number += len(rows)
    column = table.autoincrement_column
    if number and column is not None and there.dialect.name == "postgresql":
        # The rows brought their numbers along, so the server's counter still stands at the beginning.
        highest = there.scalar(select(func.max(column)))
        there.execute(_CONTINUE, {"table": table.name, "column": column.name, "highest": highest})
    return number
