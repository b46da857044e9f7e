"""The mark of a database is another one whenever somebody has written, on a standby of PostgreSQL too."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from app.database.sessions import mark_of
from tests.database import USER, engine_in, on_postgresql
from tests.postgresql import LEADING, Server

there = pytest.mark.skipif(not on_postgresql(), reason="runs on PostgreSQL: make test-postgresql")


def engine_of(server: Server) -> Engine:
    return create_engine(f"postgresql+psycopg://{USER}@/postgres?host={server.folder}")


@pytest.fixture
def servers() -> Iterator[tuple[Engine, Engine]]:
    """A server, and one that follows it."""
    leader = Server(more=LEADING)
    standby = Server(leader)
    engines = engine_of(leader), engine_of(standby)
    yield engines
    for engine in engines:
        engine.dispose()
    standby.stop()
    leader.stop()


def replayed(leader: Engine, standby: Engine) -> None:
    """Wait until the standby has what the leader has."""
    with leader.connect() as db:
        wanted = db.scalar(text("SELECT pg_current_wal_insert_lsn()"))
        # Nobody waits for the log of a server that is unsafe and fast; this writes it.
        db.execute(text("SELECT pg_switch_wal()"))
    end = time.monotonic() + 30
    with standby.connect() as db:
        while not db.scalar(text("SELECT pg_last_wal_replay_lsn() >= CAST(:lsn AS pg_lsn)"), {"lsn": wanted}):
            assert time.monotonic() < end
            time.sleep(0.02)
            db.rollback()


def test_whoever_has_written_changes_it(tmp_path: Path) -> None:
    engine = engine_in(tmp_path)
    mark = mark_of(engine)
    # On a server that tests share, others write too, and it counts the transactions of all databases together.
    assert any(mark() == mark() for _ in range(50))
    before = mark()
    with engine.begin() as db:
        db.execute(text("CREATE TABLE said (words TEXT)"))
    assert mark() != before
    engine.dispose()


@there
def test_on_a_standby_one_that_ends_between_a_later_and_an_earlier_changes_it(servers: tuple[Engine, Engine]) -> None:
    leader, standby = servers
    with leader.begin() as db:
        db.execute(text("CREATE TABLE said (words TEXT)"))
    first, second, third = (leader.connect() for _ in range(3))
    for number, one in enumerate((first, second, third)):
        one.execute(text("INSERT INTO said VALUES (:word)"), {"word": str(number)})
    third.commit()
    replayed(leader, standby)
    mark = mark_of(standby)
    before = mark()
    assert mark() == before
    second.commit()
    replayed(leader, standby)
    with standby.connect() as db:
        assert db.scalars(text("SELECT words FROM said ORDER BY words")).all() == ["1", "2"]
    assert mark() != before
    first.rollback()
    for one in (first, second, third):
        one.close()
