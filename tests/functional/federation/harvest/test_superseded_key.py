"""A record key that has a successor, in the hands of a thief who dates statements back; only a hub brings them."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import cast

import pytest

from app.federation.entity import Line, state_line
from app.federation.harvest.documents import PeerDocuments
from app.federation.harvest.models import Audit
from app.federation.harvest.record_list import ListItem
from app.federation.jose import SigningKey
from app.federation.keys import KeyRole
from tests.netnodes.forging import changed, published, signed
from tests.netnodes.net import Net, NetNode, record_id

ONE, TWO = record_id(1), record_id(2)


@pytest.fixture
def stolen(net: Net, a: NetNode, b: NetNode, c: NetNode) -> SigningKey:
    """The former key of A, whose record C has read by way of B; the present one is hours old."""
    a.publish(ONE)
    b.follow(a)
    b.harvest(a)
    c.follow(b, hub=True)
    c.harvest(b)
    former = a.services.federation.keys.signer(KeyRole.RECORD)
    net.clock.forward(hours=7)
    a.services.federation.keys.rotate(KeyRole.RECORD)
    net.clock.forward(hours=1)
    b.harvest(a)
    c.harvest(b)
    return former


def test_what_the_origin_stands_by_still_comes_with_its_old_signature(
    net: Net, a: NetNode, b: NetNode, stolen: SigningKey
) -> None:
    assert b.services.harvest.records.entry(a.origin, ONE).versions[0].kid == stolen.kid
    late = net.node("late")
    late.follow(b, hub=True)
    report = late.harvest(b)
    assert late.shown(a.origin) == {ONE: (1, "Ein Beispiel")}
    assert report.audits[a.origin] is Audit.OK
    assert late.services.harvest.quarantine.count() == 0


def test_a_state_decides_nothing_about_records_of_others(
    net: Net, a: NetNode, b: NetNode, c: NetNode, stolen: SigningKey
) -> None:
    """B lists in its own signed state what the thief of A's key dated back."""
    first = published(a, ONE)
    early = net.clock() - timedelta(hours=7)
    forged = changed(first, {"title": "Gefälscht"}, ver=2, prev=first.digest, issued_at=early)
    lines = state_line(forged.sub, forged.ver, forged.digest)
    known = c.services.harvest.issuer(b.issuer)
    known.state_root = f"sha256:{sha256(lines.encode()).hexdigest()}"
    parts = c.services.harvest._parts

    class Documents:
        def lines(self, _origin: str) -> str:
            return lines

        def statement(self, _digest: str, _sub: str) -> str:
            return signed(a, forged, stolen)

    def take(jws: str, line: Line) -> bool:
        item = ListItem(identifier=line[0], stamped_at=net.clock(), jws=jws)
        parts.intake.take([item], via=b.issuer, know=parts.trust.known, daily_new=10, decided=[line])
        return True

    parts.audit.repair(known, cast("PeerDocuments", Documents()), take, lambda: True)
    assert c.shown(a.origin) == {ONE: (1, "Ein Beispiel")}
