"""One machine writes at a time; on SQLite nobody asks which."""

import time
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from app.database import Sessions, writer
from app.database.writer import WriterLease, WrittenElsewhere
from tests.database import on_postgresql

Open = Callable[..., WriterLease]
shared = pytest.mark.skipif(not on_postgresql(), reason="runs on PostgreSQL: make test-postgresql")


@pytest.fixture
def lease(engine: Engine) -> Open:
    return lambda machine, *, reads_only=False: WriterLease(Sessions(engine), machine, reads_only=reads_only)


@shared
def test_one_machine_holds_it_and_the_other_is_told_who(lease: Open) -> None:
    one, two = lease("one"), lease("two")
    one.hold()
    with pytest.raises(WrittenElsewhere) as refused:
        two.hold()
    assert refused.value.machine == "one"
    lease("one").hold()
    assert two.holder() == "one"
    assert [one.is_held(), two.is_held(), lease("one", reads_only=True).is_held()] == [True, False, False]


@shared
def test_a_machine_that_falls_silent_is_followed_and_finds_out(lease: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_LEASE", 1)
    monkeypatch.setattr(writer, "RENEWED", 0.0)
    one, two = lease("one"), lease("two")
    one.hold()
    time.sleep(1.1)
    two.take()
    with pytest.raises(WrittenElsewhere) as refused:
        one.hold()
    assert refused.value.machine == "two"


@shared
def test_who_only_goes_on_does_not_replace_a_silent_machine(lease: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_LEASE", 0)
    lease("one").hold()
    with pytest.raises(WrittenElsewhere):
        lease("two").hold()
    lease("two").take()
    assert lease("three").holder() == "two"


@shared
def test_taking_waits_no_longer_than_a_dead_machine_would_need(lease: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_LEASE", 2)
    monkeypatch.setattr(writer, "RENEWED", 0.0)
    one, two = lease("one"), lease("two")
    one.hold()
    monkeypatch.setattr(time, "sleep", lambda _seconds: one.hold())
    with pytest.raises(WrittenElsewhere):
        two.take()


def test_a_machine_that_only_reads_never_holds_it(lease: Open) -> None:
    with pytest.raises(WrittenElsewhere):
        lease("three", reads_only=True).take()
    assert lease("one").holder() == ""


@pytest.mark.sqlite
def test_on_sqlite_it_is_nobodys(lease: Open) -> None:
    lease("one").hold()
    lease("two").take()
    assert lease("one").holder() == ""
