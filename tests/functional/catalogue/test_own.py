"""A part of the own records is what stands there among all of them, however much others publish."""

import random
from collections import Counter

import pytest
from sqlalchemy import Engine

from app.catalogue.edits import Edits
from app.catalogue.entry import State
from app.catalogue.own import Counts, OwnRecords
from app.catalogue.queries import CatalogueQueries
from app.database import Sessions
from app.records.record import Record
from tests.functional.catalogue.conftest import KINDS, version

STATES = (*[State.PUBLISHED] * 4, State.WITHDRAWN, State.BROKEN)


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    """Some hundred versions of this node and of another one, of three kinds and in all states."""
    sessions, chance = Sessions(engine), random.Random(3)
    with sessions.begin() as db:
        for seq in range(1, 600):
            number, ver = chance.randrange(120), seq
            db.add(version(number, ver, chance.choice(STATES), chance.choice(("", "a.example"))))
    return sessions


def made(sessions: Sessions) -> OwnRecords:
    def unread(*_given: object) -> Record:
        raise AssertionError("nothing has to be read")

    edits = Edits(lambda _id, _origin: (), unread)
    return OwnRecords(sessions, edits, CatalogueQueries(sessions).last_seq)


@pytest.fixture
def own(sessions: Sessions) -> OwnRecords:
    return made(sessions)


def test_parts_together_are_all_that_is_visible(sessions: Sessions, own: OwnRecords) -> None:
    heads = [one for one in CatalogueQueries(sessions).heads() if not one.origin and one.kind in KINDS]
    newest = sorted(heads, key=lambda one: -one.seq)
    assert len(newest) > 40
    assert own.count(KINDS) == len(newest)
    assert list(own.newest(KINDS, 1000)) == newest
    assert list(own.newest(KINDS, 7, skip=14)) == newest[14:21]
    assert list(own.newest(KINDS, 7, before=newest[20].seq)) == newest[21:28]
    assert list(own.by_id(KINDS)) == sorted(heads, key=lambda one: one.id)
    # A key that names nothing gives what comes after it.
    assert (own.newest(KINDS, 5, before=1), list(own.by_id(KINDS, "zzz"))) == ((), [])
    assert own.newest(KINDS, 5, before=2**31 - 1) == own.newest(KINDS, 5)


def test_what_others_publish_is_no_change_of_own_records(sessions: Sessions, own: OwnRecords) -> None:
    last = own.last_seq()
    with sessions.begin() as db:
        db.add(version(500, 1, State.PUBLISHED, "b.example"))
    assert own.last_seq() == last
    with sessions.begin() as db:
        db.add(version(501, 1, State.PUBLISHED))
    assert own.last_seq() > last
    assert own.count(KINDS) == len(made(sessions).newest(KINDS, 1000))


def test_numbers_by_node_are_those_of_all_that_is_visible_after_each_change(engine: Engine) -> None:
    sessions, chance = Sessions(engine), random.Random(5)
    queries = CatalogueQueries(sessions)
    counts = Counts(sessions, queries.last_seq)
    for seq in range(1, 200):
        with sessions.begin() as db:
            db.add(
                version(
                    chance.randrange(60),
                    seq,
                    chance.choice((*STATES, State.HIDDEN)),
                    chance.choice(("", "a.example", "b.example")),
                )
            )
        if seq % 20 == 0:
            assert counts.by_origin(KINDS) == Counter(one.origin for one in queries.heads() if one.kind in KINDS)
    assert set(counts.by_origin(KINDS)) == {"", "a.example", "b.example"}
    assert counts.by_origin(KINDS) is counts.by_origin(KINDS), "nothing is counted again without a change"
