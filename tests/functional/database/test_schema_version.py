import hashlib
import multiprocessing
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from structlog.testing import capture_logs

from app.database import Table, make_engine
from app.database.schema_version import OLDEST, OtherTables, current, upgrade
from tests.database import database_in, engine_in


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_in(tmp_path, revision="")
    yield engine
    engine.dispose()


def constraints(engine: Engine, table: str) -> list[str]:
    found = inspect(engine)
    checks, uniques, indexes = (
        found.get_check_constraints(table), found.get_unique_constraints(table), found.get_indexes(table),
    )  # fmt: skip
    return sorted(str(constraint) for constraint in (*checks, *uniques, *indexes))


def test_models_and_migrations_agree(engine: Engine) -> None:
    upgrade(engine)
    before = current(engine)
    upgrade(engine)
    assert current(engine) == before
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_constraints_and_numbering_are_the_same_as_the_models_own(engine: Engine, tmp_path: Path) -> None:
    upgrade(engine)
    direct = engine_in(tmp_path / "direct", revision="")
    Table.metadata.create_all(direct)
    for table in Table.metadata.tables:
        assert constraints(engine, table) == constraints(direct, table)
    direct.dispose()


AT_0027 = {
    "sqlite": "bd2ae32874aaaad6426296e7fa2eded05ff8d449d2e58535ab0a98a2d47230a7",
    "postgresql": "f0c6b18acf5a35346c4277453964af940b727b56944966e63f09ac0b88530492",
}
"""SHA-256 of the tables that the 27 steps made which one step makes now."""


def test_the_first_step_makes_what_27_steps_made(engine: Engine) -> None:
    upgrade(engine, OLDEST)
    found, name = inspect(engine), engine.dialect.name
    log = {
        "sqlite": "SELECT iif(type = 'trigger', sql, name) FROM sqlite_master"
        " WHERE type = 'trigger' OR sql LIKE '%AUTOINCREMENT%' ORDER BY name",
        "postgresql": "SELECT concat(pg_get_triggerdef(t.oid), prosrc) FROM pg_trigger t JOIN pg_proc p"
        " ON p.oid = tgfoid WHERE NOT tgisinternal ORDER BY tgname",
    }[name]
    with engine.connect() as connection:
        lines = [" ".join(sql.casefold().split()) for sql in connection.scalars(text(log))]
    for table in sorted(set(found.get_table_names()) - {"alembic_version", "sqlite_sequence"}):
        lines += [f"{table} {found.get_pk_constraint(table)['constrained_columns']}"]
        lines += sorted(f"{one['name']} {one['column_names']} {one['unique']}" for one in found.get_indexes(table))
        lines += sorted(f"{one['name']} {one['column_names']}" for one in found.get_unique_constraints(table))
        lines += sorted(str(one["name"]) for one in found.get_check_constraints(table))
        for key in sorted(found.get_foreign_keys(table), key=str):
            lines.append(f"{key['name']} {key['constrained_columns']} {key['referred_table']} {key['options']}")
        for column in found.get_columns(table):
            kind = column["type"].compile(engine.dialect)
            lines.append(f"{column['name']} {kind} {column['nullable']} {column['default']}")
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == AT_0027[name]


def test_tables_of_before_release_0_9_are_refused_and_left_alone(engine: Engine) -> None:
    upgrade(engine, OLDEST)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0026'"))
    with pytest.raises(OtherTables, match=r"install release 0\.9, start it once"):
        upgrade(engine)
    assert current(engine) == "0026"


def filled(table: sa.Table, **values: object) -> dict[str, object]:
    """Return a row with something in each column that needs it."""
    some: dict[type, object] = {str: "x", int: 1, bool: False, datetime: datetime(2026, 11, 24, tzinfo=UTC)}
    needed = {one.name: some[one.type.python_type] for one in table.columns if not one.nullable}
    return {**needed, **values}


def test_a_node_that_had_partners_keeps_its_own_versions_and_loses_all_copies(engine: Engine) -> None:
    upgrade(engine, "0031")
    before = sa.MetaData()
    before.reflect(engine)
    version, cursor = before.tables["catalogue_version"], before.tables["catalogue_cursor"]
    with engine.begin() as connection:
        connection.execute(sa.delete(cursor))
        connection.execute(sa.insert(cursor).values(filled(cursor, generation=7)))
        for seq, origin in ((1, ""), (2, "a.example"), (3, "")):
            row = filled(version, seq=seq, origin=origin, record_id=f"id-{seq}", slug=f"{seq}", state="published")
            connection.execute(sa.insert(version).values(row))
        for name in ("federation_peer", "federation_statement", "federation_record", "federation_quarantine"):
            connection.execute(sa.insert(before.tables[name]).values(filled(before.tables[name])))
    with capture_logs() as log:
        upgrade(engine)
        upgrade(engine)
    assert [one["partners"] for one in log if one["event"] == "federation.partners_forgotten"] == [["x"]], "said once"
    with engine.connect() as connection:
        left = connection.execute(sa.select(version.c.record_id, version.c.origin).order_by(version.c.seq)).all()
        assert [tuple(one) for one in left] == [("id-1", ""), ("id-3", "")]
        assert connection.scalar(sa.select(cursor.c.generation)) == 8, "the index is made anew"
        for name in ("federation_node", "federation_record", "federation_quarantine", "federation_item"):
            assert connection.scalar(text(f"SELECT count(*) FROM {name}")) == 0


def upgrade_at(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


def test_two_processes_may_upgrade_at_once(tmp_path: Path) -> None:
    engine_in(tmp_path, revision="").dispose()
    workers = [
        multiprocessing.get_context("fork").Process(target=upgrade_at, args=(database_in(tmp_path),)) for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
