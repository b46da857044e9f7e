import errno
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from app.database import Sessions, make_engine
from app.database.trouble import Trouble, quick_check, trouble_of


def filled(path: Path) -> Sessions:
    sessions = Sessions(make_engine(f"sqlite:///{path}"))
    with sessions.begin() as db:
        db.execute(text("CREATE TABLE words (word TEXT)"))
        for number in range(400):
            db.execute(text("INSERT INTO words VALUES (:word)"), {"word": f"{number} " + "x" * 200})
    sessions.engine.dispose()
    return sessions


def damage(path: Path, start: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xa5" * 8192)


def test_bad_pages_are_found_and_reading_them_is_damage(tmp_path: Path) -> None:
    sessions = filled(tmp_path / "a.sqlite")
    assert list(quick_check(sessions)) == []
    sessions.engine.dispose()
    damage(tmp_path / "a.sqlite", 8192)
    assert list(quick_check(sessions))
    with pytest.raises(DatabaseError) as raised, sessions.reading() as db:
        db.execute(text("SELECT count(word) FROM words WHERE word LIKE '%y'")).all()
    assert trouble_of(raised.value) is Trouble.DAMAGED
    sessions.engine.dispose()


def test_what_is_no_database_at_all_is_damage_also_when_only_asked_whether_it_changed(tmp_path: Path) -> None:
    sessions = filled(tmp_path / "a.sqlite")
    damage(tmp_path / "a.sqlite", 0)
    assert list(quick_check(sessions)) == ["file is not a database"]
    with pytest.raises(DatabaseError) as raised:
        sessions.mark()
    assert trouble_of(raised.value) is Trouble.DAMAGED
    (tmp_path / "b.sqlite").mkdir()
    with pytest.raises(DatabaseError) as raised:
        Sessions(make_engine(f"sqlite:///{tmp_path / 'b.sqlite'}")).mark()
    assert trouble_of(raised.value) is Trouble.SILENT


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("database or disk is full", Trouble.FULL), ("database is locked", Trouble.BUSY),
        ("attempt to write a readonly database", Trouble.READ_ONLY), ("could not connect to server", Trouble.SILENT),
    ],
)  # fmt: skip
def test_what_a_database_says_has_a_name(said: str, kind: Trouble) -> None:
    error = DatabaseError.instance("select", {}, sqlite3.OperationalError(said), sqlite3.Error)
    assert trouble_of(error) is kind


def test_a_full_disk_has_a_name_and_mistakes_of_the_program_have_none() -> None:
    assert trouble_of(OSError(errno.ENOSPC, "No space left on device")) is Trouble.FULL
    assert trouble_of(FileNotFoundError(errno.ENOENT, "No such file")) is None
    assert trouble_of(IntegrityError("insert", {}, sqlite3.IntegrityError("UNIQUE"))) is None
    assert trouble_of(KeyError("x")) is None

    # A disk without room for the file beside the database is full.
    said = sqlite3.OperationalError("disk I/O error")
    said.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"
    assert trouble_of(OperationalError("SELECT 1", {}, said)) is Trouble.FULL
