"""Dates in what a node says of itself: ahead of the clock, far too long valid, or always the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.federation.entity import TYP, receive, write_configuration
from app.federation.fetching import Fetched, Wanted
from app.federation.harvest.trust import LONGEST_LIFE
from app.federation.jose import sign
from app.federation.keys import KeyRole
from tests.netnodes.net import Net, NetNode, Tamper, record_id

ONE = record_id(1)


@pytest.fixture
def taken(a: NetNode, b: NetNode) -> NetNode:
    """B, which holds a record of A."""
    a.publish(ONE)
    b.follow(a)
    b.harvest(a)
    return b


def dating(a: NetNode, *, ahead: timedelta, life: timedelta = timedelta(days=1)) -> Tamper:
    """Return what dates A's configuration ahead, signed with A's own key as A would with a wrong clock."""

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        if not wanted.url.endswith("/.well-known/openid-federation") or answer.status == 304:
            return answer
        found = receive(answer.body.decode()).claimed
        at = found.issued_at + ahead
        payload = write_configuration(replace(found, issued_at=at, expires_at=at + life))
        return replace(answer, body=sign(payload, a.services.federation.keys.signer(KeyRole.FEDERATION), TYP).encode())

    return tamper


def frozen(a: NetNode) -> Tamper:
    """Return what answers every question about A's configuration with „not modified“."""
    return lambda wanted, answer: (
        replace(answer, status=304, body=b"") if wanted.url.endswith("openid-federation") and wanted.etag else answer
    )


def test_how_long_a_configuration_counts_is_bounded_here(net: Net, a: NetNode, taken: NetNode) -> None:
    net.tamper = dating(a, ahead=timedelta(0), life=timedelta(days=36500))
    net.clock.forward(hours=1)
    taken.harvest(a)
    known = taken.services.harvest.issuer(a.issuer)
    assert known.issued_at is not None
    assert known.expires_at == known.issued_at + LONGEST_LIFE


def test_a_state_that_never_changes_is_noticed_by_its_age(net: Net, a: NetNode, taken: NetNode) -> None:
    net.tamper = dating(a, ahead=timedelta(0), life=timedelta(days=36500))
    net.clock.forward(hours=1)
    taken.harvest(a)
    net.tamper = frozen(a)
    net.clock.forward(days=1)
    a.publish(ONE, title="Zurückgehalten")
    assert not taken.harvest(a).error
    net.clock.forward(days=2)
    assert taken.harvest(a).error == "expired"
