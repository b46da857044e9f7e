from __future__ import annotations

from datetime import date

from app.reuse.naming import PartyKind
from app.reuse.network import Network
from app.reuse.obtaining.deciding import obtainable
from app.reuse.place import Place
from app.web.reuse.panel import picture
from tests.unit.reuse.examples import membership, organisation, route, solution

HUB = "govdigital-marktplatz"
TODAY = date(2026, 11, 27)


def test_a_chain_over_a_common_body_becomes_five_nodes_and_four_arrows() -> None:
    members = (organisation(slug, memberships=[membership(HUB)]) for slug in ("nord", "sued"))
    network = Network.from_records([*members, organisation(HUB, org_type="cooperative")])
    asker = Place(state="HE", kind="town", name="Musterstadt", memberships=frozenset({"nord"}))
    chain = obtainable(asker, solution(route("inhouse_govdigital", "sued")), network, TODAY).chains[0]
    parties, links = picture(chain)
    assert [(party.kind, party.key) for party in parties.values()] == [
        (PartyKind.PLACE, "Musterstadt"),
        (PartyKind.ORGANISATION, "nord"),
        (PartyKind.ORGANISATION, HUB),
        (PartyKind.ORGANISATION, "sued"),
        (PartyKind.SOLUTION, "solution/musterloesung"),
    ]
    names = {name: party.key for name, party in parties.items()}
    assert [(names[start], names[end]) for start, end, _step in links] == [
        ("Musterstadt", "nord"),
        ("nord", HUB),
        ("sued", HUB),
        ("sued", "solution/musterloesung"),
    ]
    assert [step for _start, _end, step in links] == list(chain.steps)


def test_parties_of_different_kinds_with_the_same_key_are_different_nodes() -> None:
    asker = Place(state="HE", kind="town", name="MIT")
    record = solution(route(), openness="open_source", software_license="MIT", repository={"url": "https://c.example/"})
    parties, _links = picture(obtainable(asker, record, Network.from_records([]), TODAY).chains[0])
    expected = [PartyKind.PLACE, PartyKind.LICENCE, PartyKind.CODE, PartyKind.SOLUTION, PartyKind.OPERATOR]
    assert [party.kind for party in parties.values()] == expected
