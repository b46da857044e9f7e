import pytest

from app.federation.harvest.report import End
from tests.netnodes.net import NetNode, record_id


@pytest.fixture
def taken(a: NetNode, b: NetNode) -> NetNode:
    """B, which holds two records of A."""
    a.publish(record_id(1))
    a.publish(record_id(2), title="Noch eines")
    b.follow(a)
    assert b.harvest(a).end is End.COMPLETE
    return b
