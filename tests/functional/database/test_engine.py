from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlmodel import Session

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
    values: dict[str, Any] = {
        "origin": "",
        "record_id": "a",
        "ver": 1,
        "digest": "sha256:0",
        "state": "published",
        "at": datetime(2026, 3, 1, tzinfo=UTC),
        "kind": "concept",
        "slug": "eins",
    }
    return VersionRow(**(values | changes))


def pragma(session: Session, name: str) -> object:
    return session.execute(text(f"PRAGMA {name}")).scalar()


@pytest.mark.sqlite
def test_every_connection_has_the_settings_sqlite_forgets(engine: Engine) -> None:
    with Sessions(engine).reading() as db:
        found = [pragma(db, name) for name in _SET]
    assert found == ["wal", 1, 1, 15_000, 1]


def test_read_then_write_under_load_loses_nothing(engine: Engine) -> None:
    sessions = Sessions(engine)
    with sessions.begin() as db:
        db.add(row())
    failed: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(25):
                with sessions.begin() as db:
                    found = db.get_one(VersionRow, 1)
                    found.ver += 1
        except OperationalError as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with sessions.reading() as db:
        assert db.get_one(VersionRow, 1).ver == 201


def test_as_many_threads_as_a_process_may_have_wait_for_no_connection_of_another(engine: Engine) -> None:
    most = 64
    together = threading.Barrier(most)
    answered: list[object] = []

    def work() -> None:
        with Sessions(engine).reading() as db:
            db.execute(text("SELECT 1"))
            together.wait(timeout=20)
            answered.append(True)

    threads = [threading.Thread(target=work) for _ in range(most)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answered) == most


def test_a_reader_is_not_held_up_by_a_writer(engine: Engine) -> None:
    sessions = Sessions(engine)
    with sessions.begin() as writing:
        writing.add(row())
        writing.flush()
        with sessions.reading() as reading:
            assert reading.get(VersionRow, 1) is None
    with sessions.reading() as reading:
        assert reading.get(VersionRow, 1) is not None


def test_an_error_rolls_back(engine: Engine) -> None:
    sessions = Sessions(engine)

    def fail() -> None:
        with sessions.begin() as db:
            db.add(row())
            db.flush()
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with sessions.reading() as db:
        assert db.get(VersionRow, 1) is None


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


def test_a_version_stands_in_the_log_once(engine: Engine) -> None:
    sessions = Sessions(engine)
    with sessions.begin() as db:
        db.add(row())
    with pytest.raises(IntegrityError), sessions.begin() as db:
        db.add(row(slug="zwei"))
    with pytest.raises(IntegrityError), sessions.begin() as db:
        db.add(row(record_id="b"))


def test_change_numbers_are_never_used_twice(engine: Engine) -> None:
    sessions = Sessions(engine)
    with sessions.begin() as db:
        db.add(row())
    with sessions.begin() as db:
        db.delete(db.get_one(VersionRow, 1))
    with sessions.begin() as db:
        db.add(row())
    with sessions.reading() as db:
        assert db.get(VersionRow, 2) is not None
