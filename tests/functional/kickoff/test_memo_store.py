import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.database import Sessions
from app.kickoff.memo.memo import MemoNotFound, MemoStoreFull
from app.kickoff.memo.store import MemoStore
from tests.database import engine_in

DAYS = 90


class Calendar:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_in(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def store(engine: Engine, calendar: Calendar) -> MemoStore:
    return MemoStore(Sessions(engine), calendar, DAYS, str.upper, capacity=3)


def rows(engine: Engine) -> list[tuple[str, bytes]]:
    with engine.connect() as db:
        return [tuple(row) for row in db.execute(text("SELECT token_hash, document FROM kickoff_memo"))]


def test_what_was_saved_comes_back_with_its_dates(store: MemoStore, calendar: Calendar) -> None:
    kept = store.add(b"{}")
    found = store.get(kept.token)
    assert found.document == b"{}"
    assert found.saved_at == calendar.now
    assert found.expires_at == kept.expires_at == calendar.now + timedelta(days=DAYS)


def test_the_link_cannot_be_guessed_nor_read_from_the_database(store: MemoStore, engine: Engine) -> None:
    tokens = [store.add(b"{}").token for _ in range(3)]
    assert len(set(tokens)) == 3
    assert min(len(token) for token in tokens) >= 43
    assert {found for found, _ in rows(engine)} == {sha256(token.encode()).hexdigest() for token in tokens}


@pytest.mark.parametrize("token", ["", "x", "ä", "\ud800", "' OR 1=1 --", "x" * 100_000])
def test_another_token_opens_nothing(store: MemoStore, token: str) -> None:
    store.add(b"{}")
    with pytest.raises(MemoNotFound):
        store.get(token)
    with pytest.raises(MemoNotFound):
        store.delete(token)


def test_saving_again_keeps_the_link_for_the_full_time(store: MemoStore, calendar: Calendar, engine: Engine) -> None:
    token = store.add(b"1").token
    calendar.pass_by(days=80)
    kept = store.replace(token, b"2")
    calendar.pass_by(days=80)
    assert kept.token == token
    assert store.get(token).document == b"2"
    assert len(rows(engine)) == 1


def test_a_memo_whose_time_is_over_is_gone_at_once(store: MemoStore, calendar: Calendar) -> None:
    token = store.add(b"{}").token
    calendar.pass_by(days=DAYS, seconds=-1)
    assert store.get(token).document == b"{}"
    calendar.pass_by(seconds=1)
    with pytest.raises(MemoNotFound):
        store.get(token)
    with pytest.raises(MemoNotFound):
        store.replace(token, b"{}")


def test_old_memos_are_removed_when_asked_and_whenever_one_is_saved(
    store: MemoStore, calendar: Calendar, engine: Engine
) -> None:
    store.add(b"1")
    calendar.pass_by(days=50)
    store.add(b"2")
    calendar.pass_by(days=50)
    assert store.purge() == 1
    assert [document for _, document in rows(engine)] == [b"2"]
    calendar.pass_by(days=50)
    store.add(b"3")
    assert [document for _, document in rows(engine)] == [b"3"]
    assert store.purge() == 0


def test_the_disk_cannot_be_filled_without_an_account(store: MemoStore, calendar: Calendar) -> None:
    first = store.add(b"1").token
    store.add(b"2")
    store.add(b"3")
    with pytest.raises(MemoStoreFull) as error:
        store.add(b"4")
    assert error.value.capacity == 3
    assert store.replace(first, b"5").token == first
    calendar.pass_by(days=DAYS)
    assert store.get(store.add(b"6").token).document == b"6"


def test_only_so_many_are_saved_anew_in_an_hour(engine: Engine, calendar: Calendar) -> None:
    store = MemoStore(Sessions(engine), calendar, DAYS, str.upper, per_hour=2)
    kept = [store.add(b"{}") for _ in range(2)]
    with pytest.raises(MemoStoreFull):
        store.add(b"{}")
    store.replace(kept[0].token, b"[]")
    calendar.pass_by(minutes=61)
    store.add(b"{}")
    assert len(rows(engine)) == 3


def test_all_together_take_only_so_much_room_also_by_saving_again(
    engine: Engine, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.kickoff.memo.store.BYTES", 1000)
    store = MemoStore(Sessions(engine), calendar, DAYS, str.upper)
    kept = [store.add(b"x" * 400) for _ in range(2)]
    with pytest.raises(MemoStoreFull):
        store.add(b"x" * 201)
    store.replace(kept[0].token, b"x" * 600)
    with pytest.raises(MemoStoreFull):
        store.replace(kept[1].token, b"x" * 601)
    assert store.get(kept[1].token).document == b"x" * 400


def filled(store: MemoStore, asker: str, document: bytes = b"{}") -> int:
    """Return how many one asker can have kept, one after the other."""
    for number in itertools.count():
        try:
            store.add(document, asker)
        except MemoStoreFull:
            return number
    raise AssertionError


def test_however_many_strangers_take_all_they_get_as_much_is_left_to_others(engine: Engine, calendar: Calendar) -> None:
    processes = [MemoStore(Sessions(engine), calendar, DAYS, str.upper, capacity=60, per_hour=1000) for _ in range(2)]
    assert [filled(processes[number % 2], f"fremd-{number}") for number in range(4)] == [30, 15, 7, 4]
    assert filled(processes[0], "fremd-0") == 0
    processes[1].add(b"{}", "rathaus")


def test_in_an_hour_as_well(engine: Engine, calendar: Calendar) -> None:
    store = MemoStore(Sessions(engine), calendar, DAYS, str.upper, per_hour=10)
    assert filled(store, "fremd") == 5
    store.add(b"{}", "rathaus")
    calendar.pass_by(minutes=61)
    assert filled(store, "fremd") == 5


def test_and_in_room_also_by_saving_again(engine: Engine, calendar: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.kickoff.memo.store.BYTES", 1000)
    store = MemoStore(Sessions(engine), calendar, DAYS, str.upper)
    mine = store.add(b"x" * 100, "rathaus").token
    small = store.add(b"", "fremd").token
    assert filled(store, "fremd", b"x" * 100) == 4
    with pytest.raises(MemoStoreFull):
        store.replace(small, b"x" * 200, "fremd")
    store.replace(mine, b"x" * 200, "rathaus")
    assert filled(store, "rathaus", b"x" * 100) == 1


def test_a_deleted_memo_is_gone_and_counts_for_nobody(engine: Engine, calendar: Calendar) -> None:
    store = MemoStore(Sessions(engine), calendar, DAYS, str.upper, capacity=3)
    token = store.add(b"{}", "rathaus").token
    with pytest.raises(MemoStoreFull):
        store.add(b"{}", "rathaus")
    store.delete(token)
    assert rows(engine) == []
    with pytest.raises(MemoNotFound):
        store.get(token)
    store.add(b"{}", "rathaus")
