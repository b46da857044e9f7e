"""What only PostgreSQL does: its lock of writers, its words for trouble, and how it forgets."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app.database import Sessions, engines, make_engine, scrubbing
from app.database.engines import DriverMissing, Ways, address_of, ways_of
from app.database.jobs import Job, LastResults, Schedule
from app.database.scrubbing import scrub
from app.database.trouble import Trouble, trouble_of
from tests.database import database_in, engine_in, files_of, on_postgresql
from tests.webnode.clock import Clock

there = pytest.mark.skipif(not on_postgresql(), reason="runs on PostgreSQL: make test-postgresql")
WORD = b"Zwiebelturmgasse"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_in(tmp_path, revision="")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE said (id INTEGER PRIMARY KEY, words TEXT)"))
        connection.execute(text("INSERT INTO said VALUES (1, ''), (2, '')"))
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    return Sessions(engine)


def refusal(work: Callable[[], object]) -> DBAPIError:
    with pytest.raises(DBAPIError) as raised:
        work()
    return raised.value


def write(sessions: Sessions, number: int) -> None:
    with sessions.begin() as db:
        db.execute(text("INSERT INTO said VALUES (:number, '')"), {"number": number})


@pytest.mark.parametrize("given", ["postgresql://db.example/node", "postgres://db.example/node"])
def test_the_driver_is_the_one_of_this_program(given: str) -> None:
    assert address_of(make_url(given)).drivername == "postgresql+psycopg"
    assert address_of(make_url("sqlite:///x")).drivername == "sqlite"
    with pytest.raises(DriverMissing):
        make_engine("mysql+mysqldb://db.example/node")
    limits = address_of(make_url(f"{given}?connect_timeout=3")).query
    assert (limits["connect_timeout"], limits["tcp_user_timeout"]) == ("3", "20000")


@there
def test_a_second_writer_sees_what_the_first_one_wrote_and_never_half_of_it(sessions: Sessions) -> None:
    def count_and_write() -> None:
        for _ in range(5):
            with sessions.begin() as db:
                number = db.scalar(text("SELECT count(*) FROM said"))
                db.execute(text("INSERT INTO said VALUES (:number, '')"), {"number": (number or 0) + 1})

    with ThreadPoolExecutor(6) as threads:
        for done in [threads.submit(count_and_write) for _ in range(6)]:
            done.result()
    with sessions.reading() as db:
        assert db.scalar(text("SELECT max(id) FROM said")) == 2 + 30


@there
def test_who_waits_too_long_for_a_writer_is_told_of_it(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    shorter = engines._BEGIN_ALONE.replace("15000", "50")
    monkeypatch.setattr(engines, "_BEGIN_ALONE", shorter)
    with sessions.begin() as db:
        db.execute(text("SELECT 1"))
        assert trouble_of(refusal(lambda: write(sessions, 3))) is Trouble.BUSY
    write(sessions, 3)


@there
def test_duties_and_notes_wait_for_no_writer(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_BEGIN_ALONE", engines._BEGIN_ALONE.replace("15000", "50"))
    engine = engine_in(tmp_path / "node")
    sessions = Sessions(engine)
    duty = Job(name="beispiel", following=lambda now: now + timedelta(hours=1), lease=timedelta(minutes=20))
    schedule = Schedule(sessions, clock)
    assert schedule.run(duty, lambda: None)
    clock.now += timedelta(hours=1)
    with sessions.begin() as db:
        db.execute(text("SELECT 1"))
        assert schedule.run(duty, lambda: None)
        LastResults(sessions, clock).note("mail", "x")
    engine.dispose()


@there
def test_a_transaction_that_the_server_gave_up_is_done_once_more(sessions: Sessions, engine: Engine) -> None:
    tries: list[int] = []
    met = threading.Barrier(2)

    def work(first: int, second: int) -> Callable[[Session], None]:
        own: list[int] = []

        def deed(db: Session) -> None:
            own.append(1)
            tries.append(1)
            db.execute(text("UPDATE said SET words = words || 'x' WHERE id = :id"), {"id": first})
            if len(own) == 1:
                met.wait(20)
            db.execute(text("UPDATE said SET words = words || 'x' WHERE id = :id"), {"id": second})

        return deed

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(sessions.beside, (work(1, 2), work(2, 1))))
    with engine.connect() as connection:
        assert set(connection.scalars(text("SELECT words FROM said"))) == {"xx"}
    assert len(tries) == 3


@there
def test_readers_cannot_write_and_see_one_state(sessions: Sessions) -> None:
    with sessions.reading() as db:
        before = db.scalar(text("SELECT count(*) FROM said"))
        write(sessions, 3)
        assert db.scalar(text("SELECT count(*) FROM said")) == before
        error = refusal(lambda: db.execute(text("DELETE FROM said")))
    assert trouble_of(error) is Trouble.READ_ONLY


@there
def test_a_server_that_is_gone_is_silent_and_one_that_came_back_is_found(sessions: Sessions, engine: Engine) -> None:
    away = make_engine("postgresql://nobody@/node?host=/nowhere")
    assert trouble_of(refusal(away.connect)) is Trouble.SILENT
    with engine.connect() as connection:
        other = connection.scalar(text("SELECT pg_backend_pid()"))
    killer = make_engine(engine.url.render_as_string(hide_password=False))
    with killer.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": other})
    write(sessions, 3)
    killer.dispose()


@there
def test_nothing_is_left_in_the_tables_of_what_was_deleted(sessions: Sessions, engine: Engine) -> None:
    with sessions.begin() as db:
        for number in range(100, 200):
            db.execute(text("INSERT INTO said VALUES (:id, :words)"), {"id": number, "words": f"{WORD.decode()} " * 9})
    with sessions.begin() as db:
        db.execute(text("ANALYZE said"))
    with sessions.begin() as db:
        db.execute(text("DELETE FROM said WHERE id >= 100"))
    files = dict(files_of(engine))
    assert WORD in files["said"]
    assert WORD in files["pg_statistic"], "values that the planner remembers"
    assert scrub(sessions)
    assert not any(WORD in content for _, content in files_of(engine))


@there
def test_who_reads_an_older_state_is_said_to_be_in_the_way(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    with sessions.reading() as db, monkeypatch.context() as impatient:
        impatient.setattr(scrubbing, "_LOOKS", 2)
        db.scalar(text("SELECT count(*) FROM said"))
        write(sessions, 3)
        assert not scrub(sessions)
    # Other tests work on the same server, and may be in the way for a moment.
    assert scrub(sessions)


@there
def test_whoever_writes_to_another_database_of_the_server_is_in_the_way_too(
    sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = engine_in(tmp_path / "other", revision="")
    with other.begin() as connection, monkeypatch.context() as impatient:
        impatient.setattr(scrubbing, "_LOOKS", 2)
        connection.execute(text("SELECT pg_current_xact_id()"))
        assert not scrub(sessions)
    assert scrub(sessions)
    other.dispose()


@there
def test_a_writer_refuses_a_standby_and_finds_the_leader_among_several_servers(engine: Engine, tmp_path: Path) -> None:
    here = database_in(tmp_path)
    standby = f"{here}&options=-cdefault_transaction_read_only%3Don"
    assert trouble_of(refusal(make_engine(standby).connect)) is Trouble.SILENT
    kept = ways_of(engine)
    assert kept is not None
    assert (kept.encoding, kept.is_plain, Ways("UTF8", "de_DE.UTF-8").is_plain) == ("UTF8", True, False)
    reader = make_engine(standby, reads_only=True)
    with reader.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM said")) == 2
    reader.dispose()
    reader = make_engine(here, reads_only=True)
    with reader.connect() as connection:
        assert connection.scalar(text("SHOW transaction_read_only")) == "on", "it begins nothing that a standby refuses"
    assert trouble_of(refusal(lambda: write(Sessions(reader), 3))) is Trouble.READ_ONLY
    reader.dispose()
    several = make_engine(here.replace("?", "?host=/nowhere&"))
    write(Sessions(several), 3)
    several.dispose()
