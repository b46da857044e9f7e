"""A list that nobody confirms any more: told after a week, hidden after a month, deleted after three."""

import pytest

from app.federation.harvest.models import Freshness
from app.federation.harvest.report import End
from app.wiring.scheduler import maintain
from tests.netnodes.attaching import attach, held_names, stored
from tests.netnodes.net import Net, NetNode, record_id

ONE, TWO = record_id(1), record_id(2)


@pytest.fixture
def taken(a: NetNode, b: NetNode) -> NetNode:
    """B, which holds two records of A, one with a file."""
    a.publish(ONE)
    attach(a, TWO, {"liste.csv": b"a;b\n"})
    b.follow(a)
    b.harvest(a)
    return b


def after(net: Net, node: NetNode, other: NetNode, days: float) -> Freshness:
    """Let days go by and the daily care be done; return what it makes of the other's list."""
    net.clock.forward(days=days)
    node.services.harvest.moderation.age()
    return node.services.harvest.nodes.get(other.issuer).freshness


def test_a_node_that_fell_silent_is_told_hidden_and_forgotten(net: Net, a: NetNode, taken: NetNode) -> None:
    net.down.add(a.issuer.address)
    assert after(net, taken, a, 7) is Freshness.CONFIRMED
    assert after(net, taken, a, 0.1) is Freshness.UNCONFIRMED
    assert set(taken.shown(a.origin)) == {ONE, TWO}
    assert after(net, taken, a, 23) is Freshness.SILENT
    assert taken.shown(a.origin) == {}
    assert taken.services.harvest.nodes.record_counts() == {a.origin: 2}
    assert after(net, taken, a, 60) is Freshness.GONE
    assert taken.services.harvest.nodes.record_counts() == {}
    taken.services.harvest.files.maintain()
    assert stored(taken.services) == []


@pytest.mark.parametrize(("days", "stored_again"), [(31, 0), (91, 2)])
def test_a_returning_node_is_shown_again(net: Net, a: NetNode, taken: NetNode, days: float, stored_again: int) -> None:
    after(net, taken, a, days)
    assert taken.shown(a.origin) == {}
    a.services.federation.listing.renew()
    report = taken.harvest(a)
    assert (report.error, report.tally.stored) == ("", stored_again)
    assert after(net, taken, a, 0) is Freshness.CONFIRMED
    assert set(taken.shown(a.origin)) == {ONE, TWO}
    if stored_again:
        assert held_names(taken, a, TWO) == {"liste.csv"}


def test_a_node_whose_list_never_came_is_counted_from_when_it_was_added(net: Net, a: NetNode, b: NetNode) -> None:
    b.follow(a)
    assert after(net, b, a, 6) is Freshness.CONFIRMED
    assert after(net, b, a, 2) is Freshness.UNCONFIRMED
    assert after(net, b, a, 90) is Freshness.GONE


def test_the_daily_care_renews_the_own_list_and_ages_those_of_others(net: Net, a: NetNode, taken: NetNode) -> None:
    for _ in range(9):
        net.clock.forward(days=1)
        maintain(a.services)
    assert taken.harvest(a).end is End.UNCHANGED
    net.clock.forward(days=31)
    maintain(taken.services)
    assert taken.services.harvest.nodes.get(a.issuer).freshness is Freshness.SILENT


def test_a_decision_to_hide_survives_silence_and_return(net: Net, a: NetNode, taken: NetNode) -> None:
    taken.services.harvest.moderation.hide(a.origin, ONE, actor="person-1", reason="Rechte Dritter")
    after(net, taken, a, 91)
    a.services.federation.listing.renew()
    taken.harvest(a)
    after(net, taken, a, 0)
    assert set(taken.shown(a.origin)) == {TWO}
