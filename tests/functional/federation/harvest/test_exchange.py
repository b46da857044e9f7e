"""Publishing, editing and withdrawing, seen from the next node and from the one behind it."""

from __future__ import annotations

import pytest

from app.catalogue import RecordWithdrawn
from app.federation.harvest.models import Audit
from app.federation.harvest.report import End, IngestOutcome
from app.federation.statement import receive
from tests.netnodes.net import Net, NetNode, record_id

ONE, TWO = record_id(1), record_id(2)


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


def test_nothing_new_is_one_short_question(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.follow(a)
    b.harvest(a)
    before = b.services.catalogue.last_seq()
    net.clock.forward(minutes=15)
    report = b.harvest(a)
    assert (report.end, report.requests) == (End.UNCHANGED, 1)
    assert b.services.catalogue.last_seq() == before
