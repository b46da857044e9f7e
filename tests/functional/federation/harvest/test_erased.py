"""What a node erases is withdrawn on the next one and on the one behind it, and everything else goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.catalogue import RecordWithdrawn
from app.federation.harvest.models import Audit
from app.wiring.record_erasure import RecordErasure
from tests.functional.privacy.somebody import found_in
from tests.netnodes.net import Net, record_id

ONE, TWO = record_id(1), record_id(2)
WORD = "Zwiebelturmgasse"


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Net]:
    net = Net(tmp_path, light=True, searching=True)
    yield net
    net.close()


def test_partners_take_the_withdrawal_and_agree_with_the_new_history(net: Net) -> None:
    a, b, c = (net.node(name) for name in "abc")
    a.publish(ONE, title=f"In der {WORD}")
    a.publish(TWO)
    a.publish(ONE, title=f"Wieder in der {WORD}")
    b.follow(a)
    b.harvest(a)
    c.follow(b, hub=True)
    c.harvest(b)
    assert found_in(c.services, WORD)
    net.clock.forward(minutes=15)
    erasure = RecordErasure(a.services)
    assert erasure.erase(erasure.find(ONE), "personal-data", lambda _step: lambda _done, _total: None) == ()
    assert found_in(a.services, WORD) == set()
    a.publish(TWO, title="Danach")
    for reader, teller in ((b, a), (c, b)):
        report = reader.harvest(teller)
        assert not report.findings
        assert reader.services.harvest.issuer(a.issuer).audit is Audit.OK
        assert reader.shown(a.origin) == {TWO: (2, "Danach")}
        with pytest.raises(RecordWithdrawn) as withdrawn:
            reader.services.catalogue.head(ONE, a.origin)
        assert reader.services.catalogue.withdrawal(withdrawn.value.entry).reason == "personal-data"
        assert reader.services.catalogue.versions(ONE, a.origin)[-1].ver == 3
    net.clock.forward(minutes=15)
    assert not b.harvest(a).findings
    # What partners hold of it is nothing that the node has lost, so it goes on publishing.
    a.follow(b, hub=True)
    assert not a.harvest(b).findings
    a.publish(TWO, title="Und weiter")
    assert a.services.ask_peers() == {}
    assert a.services.higher_versions.lacking() == ()
    for reader in (b, c):
        # What was searched for is removed from files of the index when these are merged, and the log of the database
        # is written over.
        places = found_in(reader.services, WORD)
        assert all(place.startswith("index/") or place == "node.sqlite-wal" for place in places)


def test_a_partner_that_still_holds_the_text_does_not_stop_the_node(net: Net) -> None:
    a, b = (net.node(name) for name in "ab")
    a.publish(ONE, title=f"In der {WORD}")
    a.publish(TWO)
    a.publish(ONE, title=f"Wieder in der {WORD}")
    b.follow(a)
    b.harvest(a)
    a.follow(b, hub=True)
    erasure = RecordErasure(a.services)
    erasure.erase(erasure.find(ONE), "personal-data", lambda _step: lambda _done, _total: None)
    a.harvest(b)
    assert a.services.ask_peers() == {}
    assert a.services.higher_versions.lacking() == ()
    a.publish(TWO, title="Und weiter")
    assert found_in(a.services, WORD) == set()
