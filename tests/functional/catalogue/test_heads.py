"""What is visible is brought up to date by what changed, and is then what the whole table says."""

import random
from collections import Counter

import pytest
from sqlalchemy import Engine

from app.catalogue import queries as queries_module
from app.catalogue.entry import State
from app.catalogue.foreign import append, restate
from app.catalogue.models import VersionRow
from app.catalogue.queries import CatalogueQueries, Heads
from app.database import Sessions
from tests.functional.catalogue.conftest import id_of, version

ORIGINS = ("", "a.example", "b.example")
STATES = (State.PUBLISHED, State.PUBLISHED, State.PUBLISHED, State.WITHDRAWN, State.HIDDEN, State.BROKEN)


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    return Sessions(engine)


def test_heads_kept_in_memory_match_the_table_after_every_change(sessions: Sessions) -> None:
    queries, heads = CatalogueQueries(sessions), Heads.of(-1, ())
    chance, last = random.Random(7), Counter[tuple[str, int]]()
    for _ in range(60):
        with sessions.begin() as db:
            for _ in range(chance.randrange(1, 4)):
                key = chance.choice(ORIGINS), chance.randrange(12)
                if key[0] and chance.random() < 0.3:
                    state = chance.choice((State.HIDDEN, State.PUBLISHED))
                    restate(db, key[0], [id_of(key[1])], state)
                else:
                    last[key] += 1
                    append(db, [version(key[1], last[key], chance.choice(STATES), key[0])])
        heads = queries.heads_at(queries.last_seq(), 0, heads)
        assert heads == Heads.of(queries.last_seq(), queries.heads(), 0)


def test_heads_forget_rows_that_a_rebuilt_catalogue_no_longer_has(sessions: Sessions) -> None:
    queries = CatalogueQueries(sessions)
    with sessions.begin() as db:
        append(db, [version(number, 1, State.PUBLISHED) for number in range(3)])
    heads = queries.heads_at(queries.last_seq(), 0, Heads.of(-1, ()))
    with sessions.begin() as db:
        db.delete(db.get(VersionRow, heads.entries[0].seq))
        append(db, [version(2, 2, State.PUBLISHED)])
    assert queries.heads_at(queries.last_seq(), 1, heads).entries == queries.heads()


def test_the_newest_of_an_earlier_number_were_newest_then(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    # So that they come in several parts.
    monkeypatch.setattr(queries_module, "_BATCH_SIZE", 5)
    chance, last = random.Random(5), Counter[tuple[str, int]]()
    with sessions.begin() as db:
        for _ in range(150):
            key = chance.choice(ORIGINS), chance.randrange(12)
            last[key] += 1
            db.add(version(key[1], last[key], chance.choice(STATES), key[0]))
    queries = CatalogueQueries(sessions)
    every = queries.changes(0, 1000)
    for seq in (0, 1, 20, 75, 150):
        newest = {(one.origin, one.id): one for one in every if one.seq <= seq and one.state is not State.BROKEN}
        assert list(queries.newest(seq)) == sorted(newest.values(), key=lambda one: one.seq)
