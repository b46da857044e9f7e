"""In whatever order, how often and in which portions versions come: what is held in the end is the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.catalogue import State
from app.federation.harvest.record_list import ListItem
from app.federation.statement import Statement
from tests.netnodes.forging import changed, published, signed
from tests.netnodes.net import Net, record_id

VERSIONS = 5


class Pair:
    """A, whose statements are made up, and B, which takes them in one portion after the other."""

    def __init__(self, net: Net) -> None:
        self.a, self.b = net.node("a"), net.node("b")
        self.a.publish(record_id(0))
        self.b.follow(self.a)
        self.number = 0

    def versions(self) -> list[Statement]:
        """Return the versions of a new record, each naming the one before."""
        self.number += 1
        of = record_id(self.number)
        values: Any = {"record_id": of, "sub": self.a.issuer.sub(of), "slug": f"beispiel-{self.number}"}
        found: list[Statement] = []
        for ver in range(1, VERSIONS + 1):
            before = found[-1].digest if found else None
            front = {"id": of, "title": f"Fassung {ver}"}
            found.append(changed(published(self.a, record_id(0)), front, ver=ver, prev=before, **values))
        return found

    def take(self, statements: list[Statement]) -> None:
        harvest = self.b.services.harvest
        items = [ListItem(identifier=one.sub, stamped_at=one.issued_at, jws=signed(self.a, one)) for one in statements]
        harvest._intake.take(items, via=self.a.issuer, know=harvest.trust.known, daily_new=10**6)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    net = Net(tmp_path_factory.mktemp("order"), light=True, searching=False)
    yield Pair(net)
    net.close()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.lists(st.integers(0, VERSIONS - 1), min_size=1, max_size=12),
    portions=st.integers(1, 4),
)
def test_the_newest_version_that_came_is_the_one_that_is_held(pair: Pair, order: list[int], portions: int) -> None:
    statements = pair.versions()
    for start in range(0, len(order), portions):
        pair.take([statements[index] for index in order[start : start + portions]])
    newest = statements[max(order)]
    entries = pair.b.services.catalogue.versions(newest.record_id, pair.a.origin)
    assert (entries[-1].ver, entries[-1].digest, entries[-1].state) == (newest.ver, newest.digest, State.PUBLISHED)
    assert [entry.ver for entry in entries] == sorted({entry.ver for entry in entries})
    assert pair.b.services.catalogue.record(entries[-1]).title == f"Fassung {newest.ver}"
    kept = pair.b.services.harvest.records.entry(pair.a.origin, newest.record_id).versions
    assert 1 <= len(kept) <= 2
    seq = pair.b.services.catalogue.last_seq()
    pair.take([statements[index] for index in order])
    assert pair.b.services.catalogue.last_seq() == seq
