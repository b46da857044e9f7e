"""An identifier or a text that another node takes too: nothing that a copy says puts it before the original."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.search.query import SearchQuery
from tests.netnodes.net import Net, NetNode, record_id

ONE, TWO = record_id(1), record_id(2)


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Net]:
    net = Net(tmp_path, light=True)
    yield net
    net.close()


@pytest.fixture
def reader(net: Net) -> NetNode:
    return net.node("reader")


def found(node: NetNode) -> set[str]:
    node.services.follow()
    hits = node.services.search.search(SearchQuery(text="Beispiel")).hits
    return {hit.origin for hit in hits if hit.id in (ONE, TWO)}


def harvested(net: Net, reader: NetNode, *nodes: NetNode) -> None:
    for node in nodes:
        reader.harvest(node)
        net.clock.forward(minutes=15)


def test_one_text_under_two_identifiers_is_one_hit_of_one(net: Net, a: NetNode, b: NetNode, reader: NetNode) -> None:
    for node, record in ((a, ONE), (b, TWO)):
        node.publish(record)
        reader.follow(node)
        harvested(net, reader, node)
    assert found(reader) == {a.origin}
    a.publish(ONE, text="Ein anderer Text.")
    harvested(net, reader, a)
    assert found(reader) == {a.origin, b.origin}


def test_a_stranger_s_older_copy_stands_back_behind_a_peer_and_a_peer_s_behind_this_node(
    net: Net, a: NetNode, b: NetNode, reader: NetNode
) -> None:
    thief = net.node("thief")
    thief.publish(TWO)
    reader.follow(thief, by=b)
    harvested(net, reader, thief)
    assert found(reader) == {thief.origin}
    a.publish(ONE)
    reader.follow(a)
    harvested(net, reader, a)
    assert found(reader) == {a.origin}
    reader.publish(record_id(3))
    assert found(reader) == set()


def test_an_older_record_does_not_take_over_a_text_said_elsewhere_by_now(net: Net, a: NetNode, reader: NetNode) -> None:
    thief = net.node("thief")
    thief.publish(TWO, text="Noch irgendetwas.")
    reader.follow(thief)
    reader.follow(a)
    harvested(net, reader, thief)
    a.publish(ONE)
    harvested(net, reader, a)
    thief.publish(TWO)
    harvested(net, reader, thief)
    assert found(reader) == {a.origin, thief.origin}
