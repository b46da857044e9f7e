"""The numbers of records by node are those of all visible versions, and follow each change."""

from __future__ import annotations

import random
from collections import Counter

from sqlalchemy import Engine

from app.catalogue.entry import State
from app.catalogue.own import Counts
from app.catalogue.queries import CatalogueQueries
from app.database import Sessions
from tests.functional.catalogue.rows import KINDS, version

STATES = (*[State.PUBLISHED] * 4, State.WITHDRAWN, State.BROKEN, State.HIDDEN)
ORIGINS = ("", "a.example", "b.example")


def test_they_are_those_of_all_that_is_visible_after_each_change(engine: Engine) -> None:
    sessions, chance = Sessions(engine), random.Random(5)
    queries = CatalogueQueries(sessions)
    counts = Counts(sessions, queries.last_seq)
    for seq in range(1, 200):
        with sessions.begin() as db:
            db.add(version(chance.randrange(60), seq, chance.choice(STATES), chance.choice(ORIGINS)))
        if seq % 20 == 0:
            assert counts.by_origin(KINDS) == Counter(one.origin for one in queries.heads() if one.kind in KINDS)
    assert set(counts.by_origin(KINDS)) == set(ORIGINS)
    assert counts.by_origin(KINDS) is counts.by_origin(KINDS), "nothing is counted again without a change"
