from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

import app.catalogue.models
import app.database.schedule
import app.federation.harvest.models
import app.federation.models  # noqa: F401
from app.database import Table, make_engine
from app.database.schema_version import SCRIPTS, current, downgrade, upgrade
from tests.database import database_in, engine_in


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_in(tmp_path, revision="")
    yield engine
    engine.dispose()


def constraints(engine: Engine, table: str) -> list[str]:
    found = inspect(engine)
    checks, uniques, indexes = (
        found.get_check_constraints(table),
        found.get_unique_constraints(table),
        found.get_indexes(table),
    )
    return sorted(str(constraint) for constraint in (*checks, *uniques, *indexes))


def test_models_and_migrations_agree(engine: Engine) -> None:
    upgrade(engine)
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


def test_every_migration_goes_down_and_up_again(engine: Engine) -> None:
    upgrade(engine)
    newest = current(engine)
    downgrade(engine, "base")
    assert current(engine) is None
    assert set(inspect(engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    upgrade(engine)
    assert current(engine) == newest


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    before = current(engine)
    upgrade(engine)
    assert current(engine) == before


def test_there_is_one_newest_migration() -> None:
    from app.database.schema_version import _config  # noqa: PLC0415 - only this test looks at the scripts

    script = ScriptDirectory.from_config(_config(None))
    assert script.dir.endswith(SCRIPTS.replace(":", "/"))
    assert len(script.get_heads()) == 1


def upgrade_at(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


def test_two_processes_may_upgrade_at_once(tmp_path: Path) -> None:
    engine_in(tmp_path, revision="").dispose()
    fresh = multiprocessing.get_context("spawn")
    workers = [fresh.Process(target=upgrade_at, args=(database_in(tmp_path),)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
