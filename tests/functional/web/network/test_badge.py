"""A badge on somebody else's site counts what towns confirmed here or at a partner, and no stranger's word."""

from __future__ import annotations

from lxml import etree

from tests.functional.web.network.conftest import read
from tests.functional.web.network.test_responses import AT_A, exchange, respond, said
from tests.functional.web.network.test_strangers_word import stranger
from tests.netnodes.answering import response
from tests.netnodes.filled import BENCH, OWN, SOLUTION, Filled
from tests.netnodes.net import NetNode
from tests.webnode.people import town

FOLDER = "solutions/beispielportal-loesung"


def badge(node: NetNode, record_id: str) -> str:
    answer = node.client.get(f"/r/{record_id}/genutzt.svg")
    assert answer.status_code == 200
    return str(etree.fromstring(answer.data).get("aria-label"))


def test_confirmed_users_are_counted_each_once(net: Filled) -> None:
    assert badge(net.a, BENCH) == "noch keine bestätigte Nutzung"
    respond(net.a, town("Beispieldorf", 1), f"/rueckmeldung{AT_A}")
    assert badge(net.a, BENCH) == "genutzt von 1 Kommune"
    respond(net.a, town("Anderdorf", 2), f"/rueckmeldung{AT_A}", was="confirms")
    respond(net.b, town("Beispieldorf", 1))
    respond(net.b, town("Drittdorf", 3))
    exchange(net, (net.a, net.b))
    assert badge(net.a, BENCH) == "genutzt von 2 Kommunen"


def test_a_node_that_nobody_chose_makes_no_badge_larger_and_names_no_town_in_the_catalogue_of_software(
    net: Filled,
) -> None:
    own = "30000000-0000-4000-8000-000000000009"
    net.b.write({f"{FOLDER}/index.md": net.text(f"{FOLDER}/index.md").replace(SOLUTION, own).encode()})
    net.b.services.follow()
    invented = [response(f"https://b.example/r/{one}", "Erfundendorf", relation="reuses") for one in (OWN, own)]
    stranger(net, "fremd", {**invented[0], **invented[1]})
    page = net.b.client.get(f"/r/{OWN}", follow_redirects=True).request.path
    assert "Erfundendorf" in said(read(net.b.client, page))
    assert badge(net.b, OWN) == "noch keine bestätigte Nutzung"
    assert len(net.b.services.review.responses.of(own)) == 1
    answer = net.b.client.get(f"/v1/software/{own}")
    assert (answer.status_code, answer.get_json()["usedBy"]) == (200, [])
