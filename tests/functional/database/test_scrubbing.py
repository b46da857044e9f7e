from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text

from app.database import Sessions, make_engine
from app.database.scrubbing import scrub

WORD = b"Zwiebelturmgasse"


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    """A database in which rows were deleted by a release that overwrote nothing."""
    engine = make_engine(f"sqlite:///{tmp_path / 'node.sqlite'}")
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout=50"))
    sessions = Sessions(engine)
    with sessions.begin() as db:
        db.execute(text("CREATE TABLE said (id INTEGER PRIMARY KEY, words TEXT)"))
    connection = engine.raw_connection()
    connection.cursor().execute("PRAGMA secure_delete=OFF")
    cursor = connection.cursor()
    for number in range(300):
        cursor.execute("INSERT INTO said VALUES (?, ?)", (number, f"{WORD.decode()} {number} " * 20))
    cursor.execute("DELETE FROM said WHERE id % 3 > 0")
    cursor.execute("UPDATE said SET words = 'kurz'")
    connection.close()
    yield sessions
    engine.dispose()


def holds(folder: Path) -> bool:
    return any(WORD in file.read_bytes() for file in folder.iterdir())


def test_nothing_is_left_of_what_was_deleted(sessions: Sessions, tmp_path: Path) -> None:
    assert holds(tmp_path)
    assert scrub(sessions)
    assert not holds(tmp_path)
    assert (tmp_path / "node.sqlite-wal").stat().st_size == 0
    with sessions.reading() as db:
        assert db.scalar(text("SELECT count(*) FROM said")) == 100


def test_whoever_reads_an_older_state_for_long_is_said_to_be_in_the_way(sessions: Sessions, tmp_path: Path) -> None:
    with sessions.reading() as db:
        db.scalar(text("SELECT count(*) FROM said"))
        assert not scrub(sessions)
    assert scrub(sessions)
    assert not holds(tmp_path)
