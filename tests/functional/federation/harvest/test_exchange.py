"""Publishing, editing and withdrawing, seen from the next node and from the one behind it."""

from __future__ import annotations

import pytest

from app.catalogue import RecordWithdrawn
from app.federation.harvest.models import Audit
from app.federation.harvest.report import End, IngestOutcome
from app.federation.statement import receive
from tests.netnodes.net import Net, NetNode, record_id

ONE, TWO = record_id(1), record_id(2)


def test_what_a_publishes_b_sees_with_its_next_poll(a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.follow(a)
    report = b.harvest(a)
    assert (report.end, report.error, report.taken) == (End.COMPLETE, "", 1)
    assert report.audits == {a.origin: Audit.OK}
    assert b.shown(a.origin) == {ONE: (1, "Ein Beispiel")}


def test_edits_and_withdrawals_arrive_with_the_next_poll(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    a.publish(TWO)
    b.follow(a)
    b.harvest(a)
    net.clock.forward(minutes=15)
    a.publish(ONE, title="Eine neue Fassung")
    a.withdraw(TWO)
    report = b.harvest(a)
    assert report.outcomes[IngestOutcome.UPDATED] == report.outcomes[IngestOutcome.WITHDRAWN] == 1
    assert b.shown(a.origin) == {ONE: (2, "Eine neue Fassung")}
    with pytest.raises(RecordWithdrawn) as withdrawn:
        b.services.catalogue.head(TWO, a.origin)
    assert b.services.catalogue.withdrawal(withdrawn.value.entry).reason == "error"


def test_c_learns_a_through_b_alone_and_verifies_a(net: Net, a: NetNode, b: NetNode, c: NetNode) -> None:
    a.publish(ONE)
    b.follow(a)
    b.harvest(a)
    net.down.add(a.issuer.address)
    c.follow(b, hub=True)
    report = c.harvest(b)
    assert report.audits == {a.origin: Audit.OK, b.origin: Audit.OK}
    assert c.shown(a.origin) == {ONE: (1, "Ein Beispiel")}
    assert not any(url.startswith(a.issuer.address) for url in net.asked[-report.requests :])
    entry = c.services.harvest.records.entry(a.origin, ONE)
    keys = c.services.harvest.issuer(a.issuer).record_keys
    assert receive(entry.versions[0].jws).verify(keys).statement.sub == f"{a.issuer.address}/r/{ONE}"
    assert [hop.base_url for hop in entry.versions[0].way] == [f"{b.issuer.address}/oai", f"{a.issuer.address}/oai"]


def test_edits_and_withdrawals_go_on_through_a_relay(net: Net, a: NetNode, b: NetNode, c: NetNode) -> None:
    a.publish(ONE)
    a.publish(TWO)
    b.follow(a)
    b.harvest(a)
    c.follow(b, hub=True)
    c.harvest(b)
    net.clock.forward(minutes=15)
    a.publish(ONE, title="Eine neue Fassung")
    a.withdraw(TWO)
    b.harvest(a)
    c.harvest(b)
    assert c.shown(a.origin) == b.shown(a.origin) == {ONE: (2, "Eine neue Fassung")}
    assert c.services.harvest.issuer(a.issuer).audit is Audit.OK


def test_nothing_new_is_one_short_question(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.follow(a)
    b.harvest(a)
    before = b.services.catalogue.last_seq()
    net.clock.forward(minutes=15)
    report = b.harvest(a)
    assert (report.end, report.requests) == (End.UNCHANGED, 1)
    assert b.services.catalogue.last_seq() == before


def test_a_mesh_in_which_all_take_all_falls_silent(net: Net, a: NetNode, b: NetNode, c: NetNode) -> None:
    nodes = (a, b, c)
    pairs = [(node, other) for node in nodes for other in nodes if node is not other]
    for number, node in enumerate(nodes):
        node.publish(record_id(number))
    for node, other in pairs:
        node.follow(other, hub=True)
    sizes = []
    for _ in range(5):
        net.clock.forward(minutes=15)
        assert not any(node.harvest(other).findings for node, other in pairs)
        sizes.append([node.services.catalogue.last_seq() for node in nodes])
    assert sizes[1] == sizes[2] == sizes[3] == sizes[4] == [3, 3, 3]
