# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Asking for many versions one by one: the right to the peer lasts, and every step can be the last of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest

from app.federation.fetching import Fetched, Wanted
from app.federation.harvest.documents import PeerDocuments
from app.federation.harvest.peers import LEASE
from app.federation.harvest.report import End
from app.federation.recovery.discovery import Discovery
from tests.functional.federation.recovery.accident import back_up, recovered, restore, titles
from tests.netnodes.net import Net, NetNode, record_id

SLOW = 20
"""Seconds that a statement takes."""
MANY = 20
ONE = record_id(1)


@dataclass
class SlowNet:
    """A network in which statements take their time; `during` is called with how many were fetched."""

    net: Net
    seconds: float = 0.0
    fetched: int = 0
    during: Callable[[int], object] = lambda _number: None

    def __call__(self, wanted: Wanted, answer: Fetched) -> Fetched:
        if "/v/" in wanted.url:
            self.fetched += 1
            self.seconds += SLOW
            self.net.clock.forward(seconds=SLOW)
            self.during(self.fetched)
        return answer


@pytest.fixture
def slow(net: Net, monkeypatch: pytest.MonkeyPatch) -> SlowNet:
    slow = SlowNet(net)
    monkeypatch.setattr("app.federation.harvest.service.time", SimpleNamespace(monotonic=lambda: slow.seconds))
    return slow


@pytest.fixture
def emptied(net: Net, a: NetNode, b: NetNode, slow: SlowNet) -> NetNode:
    """A, back at a backup from before it published so many records that B holds."""
    b.follow(a)
    a.follow(b)
    a = back_up(net, a)
    for number in range(MANY):
        a.publish(record_id(number + 1))
    b.harvest(a)
    a = restore(net)
    net.tamper = slow
    return a


def asking(node: NetNode) -> Discovery:
    own = node.services.harvest._parts.own_versions
    assert isinstance(own, Discovery)
    return own


def test_no_other_process_takes_over_while_statements_come_one_by_one(
    net: Net, b: NetNode, emptied: NetNode, slow: SlowNet
) -> None:
    ends: list[End] = []
    slow.during = lambda _number: ends.append(emptied.harvest(b).end)
    assert LEASE.total_seconds() < MANY * SLOW
    assert emptied.harvest(b).notices == ("own_lost",)
    assert ends == [End.BUSY] * MANY
    assert len(emptied.services.recovery.waiting()) == MANY


def test_whoever_has_lost_the_right_asks_no_more(net: Net, b: NetNode, emptied: NetNode, slow: SlowNet) -> None:
    peers = emptied.services.harvest._peers

    def sleeps(number: int) -> None:
        if number == 2:
            net.clock.forward(seconds=LEASE.total_seconds())
            assert peers.lease(b.issuer) is not None

    slow.during = sleeps
    report = emptied.harvest(b)
    assert (report.end, report.notices) == (End.INTERRUPTED, ("own_lost",))
    assert slow.fetched == 2
    assert asking(emptied).due(b.issuer)


def test_a_run_without_time_leaves_the_rest_for_the_next(net: Net, b: NetNode, emptied: NetNode, slow: SlowNet) -> None:
    service = emptied.services.harvest
    service.harvest(b.issuer, seconds=SLOW * 5)
    assert (slow.fetched, len(emptied.services.recovery.waiting())) == (5, 5)
    emptied.harvest(b)
    assert (slow.fetched, len(emptied.services.recovery.waiting())) == (MANY, MANY)


def test_lines_that_lead_nowhere_end_with_the_time_too(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    a.publish(ONE, title="Zwei")
    old = a.services.catalogue.versions(ONE)[0]
    text = f"{a.issuer.sub(ONE)} {old.ver} {old.digest}\n".encode() * 500
    net.tamper = lambda wanted, answer: replace(answer, body=text) if "/state.txt" in wanted.url else answer
    called: list[bool] = []

    def ask(times: int) -> bool:
        """Ask with time for so many steps; tell whether that was all."""
        called.clear()

        def in_time() -> bool:
            called.append(len(called) < times)
            return called[-1]

        asking(a).ask(PeerDocuments(net, b.issuer), b.issuer, in_time)
        return not asking(a).due(b.issuer)

    assert not ask(10)
    assert len(called) < 20
    assert ask(1000)
    assert len(called) > 500


def test_versions_of_one_record_are_noted_together(net: Net, a: NetNode, b: NetNode, slow: SlowNet) -> None:
    a.publish(ONE)
    b.follow(a)
    a.follow(b)
    b.harvest(a)
    a = back_up(net, a)
    for number in (2, 3):
        net.clock.forward(minutes=1)
        a.publish(ONE, title=f"Fassung {number}")
        b.harvest(a)
    a = restore(net)
    net.tamper = slow
    a.services.harvest.harvest(b.issuer, seconds=SLOW)
    assert (slow.fetched, a.services.recovery.waiting()) == (1, ())
    assert a.harvest(b).notices == ("own_lost",)
    recovered(a)
    assert titles(a, ONE) == ["Ein Beispiel", "Fassung 2", "Fassung 3"]
