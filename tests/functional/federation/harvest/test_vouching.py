"""The addresses at which a node vouches for others."""

from __future__ import annotations

from app.federation.harvest.introduction import read_introduction
from app.federation.keys import KeyRole
from tests.netnodes.net import Net, NetNode


def test_a_node_lists_whom_it_vouches_for(a: NetNode, b: NetNode) -> None:
    assert b.client.get("/fed/list").json == []
    b.follow(a)
    assert b.client.get("/fed/list").json == [a.issuer.address]
    b.services.harvest.moderation.block(a.issuer, actor="person-1", reason="Zum Prüfen")
    assert b.client.get("/fed/list").json == []


def test_it_vouches_with_its_own_signature(net: Net, a: NetNode, b: NetNode) -> None:
    b.follow(a)
    answer = b.client.get("/fed/resolve", query_string={"sub": a.issuer.address, "trust_anchor": b.issuer.address})
    assert answer.mimetype == "application/resolve-response+jwt"
    found = read_introduction(
        answer.get_data(as_text=True),
        hub=b.issuer,
        keys=b.services.federation.keys.ring(KeyRole.FEDERATION).published(),
        subject=a.issuer,
        now=net.clock(),
    )
    assert found.configuration == a.client.get("/.well-known/openid-federation").get_data(as_text=True)


def test_it_vouches_for_nobody_else_and_in_nobody_else_s_name(a: NetNode, b: NetNode) -> None:
    b.follow(a)
    for asked in (
        {},
        {"sub": "https://fremd.example"},
        {"sub": b.issuer.address},
        {"sub": "x" * 3000},
        {"sub": a.issuer.address, "trust_anchor": "https://fremd.example"},
    ):
        assert b.client.get("/fed/resolve", query_string=asked).status_code == 404
