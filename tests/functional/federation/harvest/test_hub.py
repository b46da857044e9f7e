"""A hub that introduces whom it likes: blocked together with them, and not without end."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from app.federation.harvest import introduction
from app.federation.harvest.models import HeldVersion
from app.wiring.scheduler import maintain
from tests.netnodes.net import Net, NetNode, record_id

WHY = {"actor": "person-1", "reason": "Erfundene Gemeinden"}


@pytest.fixture
def behind(net: Net, a: NetNode, b: NetNode, c: NetNode) -> NetNode:
    """C, which asks the hub B, which hands A on."""
    a.publish(record_id(1))
    b.publish(record_id(2))
    b.follow(a)
    b.harvest(a)
    c.follow(b, hub=True)
    c.harvest(b)
    return c


def test_blocking_a_hub_hides_what_it_alone_introduced(a: NetNode, b: NetNode, behind: NetNode) -> None:
    moderation = behind.services.harvest.moderation
    assert moderation.block(b.issuer, **WHY) == 2
    assert (behind.shown(a.origin), behind.shown(b.origin)) == ({}, {})
    assert moderation.unblock(b.issuer, **WHY) == 2
    assert behind.shown(a.origin)
    assert behind.shown(b.origin)


def test_what_was_blocked_by_itself_stays_blocked_when_the_hub_comes_back(
    a: NetNode, b: NetNode, behind: NetNode
) -> None:
    moderation = behind.services.harvest.moderation
    moderation.block(a.issuer, **WHY)
    assert moderation.block(b.issuer, **WHY) == 1
    assert moderation.unblock(b.issuer, **WHY) == 1
    assert behind.shown(a.origin) == {}


def test_what_somebody_blocks_though_its_hub_is_blocked_stays_so_when_the_hub_comes_back(
    a: NetNode, b: NetNode, behind: NetNode
) -> None:
    moderation = behind.services.harvest.moderation
    moderation.block(b.issuer, **WHY)
    assert moderation.block(a.issuer, actor="person-2", reason="Werbung") == 0
    assert moderation.block(a.issuer, **WHY) == 0
    latest = moderation.log(2)[0]
    assert (latest.action, latest.object, latest.actor, latest.reason) == (
        "block", a.issuer.address, "person-2", "Werbung",
    )  # fmt: skip
    assert moderation.unblock(b.issuer, **WHY) == 1
    assert behind.shown(a.origin) == {}
    assert moderation.unblock(a.issuer, **WHY) == 1
    assert behind.shown(a.origin)


def test_a_hub_introduces_a_bounded_number_of_nodes_a_day(
    net: Net, b: NetNode, behind: NetNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(introduction, "DAILY_INTRODUCTIONS", 3)
    for number in range(4):
        node = net.node(f"neu{number}")
        node.publish(record_id(10 + number))
        b.follow(node)
        b.harvest(node)
    net.clock.forward(minutes=15)
    report = behind.harvest(b)
    # A was the first of this day.
    assert len([one for one in behind.services.harvest.trust.all() if one.introduced_by == b.issuer]) == 3
    assert report.reasons["issuer_unknown"] == 2


def held(node: NetNode, origin: str) -> int:
    """Return how many statements of an origin lie in the database."""
    with node.services.sessions.reading() as db:
        return db.scalar(select(func.count()).select_from(HeldVersion).where(col(HeldVersion.origin) == origin)) or 0


def test_copies_of_a_node_that_left_go_after_thirty_days_and_come_back_with_it(
    net: Net, a: NetNode, b: NetNode, behind: NetNode
) -> None:
    net.down.add(a.issuer.address)
    net.clock.forward(days=29)
    behind.harvest(b)
    maintain(behind.services)
    assert behind.shown(a.origin)
    net.clock.forward(days=4)
    behind.harvest(b)
    maintain(behind.services)
    assert (behind.shown(a.origin), held(behind, a.origin)) == ({}, 0)
    assert behind.shown(b.origin)
    assert behind.services.harvest.check_integrity(lambda _done, _total: None).faults == ()
    net.down.clear()
    b.harvest(a)
    behind.harvest(b)
    assert behind.shown(a.origin) == {record_id(1): (1, "Ein Beispiel")}
    assert behind.services.harvest.check_integrity(lambda _done, _total: None).faults == ()


def test_copies_of_a_partner_that_is_away_stay_until_it_is_removed(net: Net, a: NetNode, behind: NetNode) -> None:
    behind.follow(a)
    net.down.add(a.issuer.address)
    net.clock.forward(days=100)
    maintain(behind.services)
    assert behind.shown(a.origin)
    behind.services.harvest.remove(a.issuer)
    maintain(behind.services)
    assert (behind.shown(a.origin), held(behind, a.origin)) == ({}, 0)
