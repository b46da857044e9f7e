import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, StatementError

from app.catalogue.models import VersionRow
from app.database import Sessions
from tests.database import engine_in

_SET = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout", "secure_delete")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_in(tmp_path / "new" / "folder")
    yield engine
    engine.dispose()


def row(**changes: Any) -> VersionRow:
    values: dict[str, Any] = {"origin": "", "record_id": "a", "ver": 1, "digest": "sha256:0", "state": "published"}
    values |= {"at": datetime(2026, 3, 1, tzinfo=UTC), "kind": "concept", "slug": "eins"}
    return VersionRow(**(values | changes))


@pytest.mark.sqlite
def test_every_connection_has_the_settings_sqlite_forgets(engine: Engine) -> None:
    with Sessions(engine).reading() as db:
        found = [db.scalar(text(f"PRAGMA {name}")) for name in _SET]
    assert found == ["wal", 1, 1, 15_000, 1]


def test_read_then_write_under_load_loses_nothing(engine: Engine) -> None:
    sessions = Sessions(engine)
    with sessions.begin() as db:
        db.add(row())

    def work(_number: int) -> None:
        for _ in range(15):
            with sessions.begin() as db:
                found = db.get_one(VersionRow, 1)
                found.ver += 1

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(work, range(8))) == [None] * 8
    with sessions.reading() as db:
        assert db.get_one(VersionRow, 1).ver == 121


def test_as_many_threads_as_a_process_may_have_wait_for_no_connection_of_another(engine: Engine) -> None:
    most = 64
    together = threading.Barrier(most)

    def work(_number: int) -> object:
        with Sessions(engine).reading() as db:
            together.wait(timeout=20)
            return db.scalar(text("SELECT 1"))

    with ThreadPoolExecutor(most) as threads:
        assert list(threads.map(work, range(most))) == [1] * most


def test_times_come_back_in_utc_and_naive_ones_are_refused(engine: Engine) -> None:
    sessions = Sessions(engine)
    with sessions.begin() as db:
        db.add(row())
    with sessions.reading() as db:
        assert db.get_one(VersionRow, 1).at == datetime(2026, 3, 1, tzinfo=UTC)
    with pytest.raises(StatementError), sessions.begin() as db:
        db.add(row(ver=2, at=datetime(2026, 3, 1)))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize("bad", [{"state": "odd"}, {"ver": 0}, {"digest": None}])
def test_rows_that_make_no_sense_are_refused(engine: Engine, bad: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), Sessions(engine).begin() as db:
        db.add(row(**bad))


def test_a_version_stands_in_the_log_once_and_its_number_is_never_used_again(engine: Engine) -> None:
    sessions = Sessions(engine)
    with sessions.begin() as db:
        db.add(row())
    for twin in (row(slug="zwei"), row(record_id="b")):
        with pytest.raises(IntegrityError), sessions.begin() as db:
            db.add(twin)
    with sessions.begin() as db:
        db.delete(db.get_one(VersionRow, 1))
    with sessions.begin() as db:
        db.add(added := row())
        db.flush()
        assert added.seq is not None
        assert added.seq > 1
