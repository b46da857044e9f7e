"""Deciding about what other nodes send: with a reason, noted, and reversible."""

from datetime import timedelta

from flask.testing import FlaskClient

from app.federation.harvest.models import NodeState
from app.federation.issuer import Issuer
from app.identity import RoleKind
from app.wiring.scheduler import Scheduler
from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.filled import BENCH, Filled
from tests.netnodes.forging import changed, list_statement, published
from tests.webnode.checks import page_of
from tests.webnode.forms import send
from tests.webnode.people import sign_in

DESK = "/verwaltung/netz"
RECORD = f"{DESK}/eintrag/a.example/{BENCH}"
NODE = f"{DESK}/seite/a.example"
PAGE = f"/r/a.example/{BENCH}"


def moderator(net: Filled) -> FlaskClient:
    client = net.b.client.application.test_client()
    sign_in(client, (RoleKind.CURATOR,), name="Beispiel Kuratorin")
    return client


def test_a_record_is_taken_out_of_sight_with_a_reason_and_shown_again(net: Filled) -> None:
    client, reader = moderator(net), net.b.client
    assert reader.get(PAGE).status_code == 200
    assert read(client, PAGE).xpath(f"//a[@href='{RECORD}']")
    assert not read(reader, PAGE).xpath(f"//a[@href='{RECORD}']")
    assert send(client, RECORD, {"grund": "Werbung"}).status_code == 303
    assert reader.get(PAGE).status_code == 404
    assert "Mitfahrbank nach einem Jahr" not in text_of(read(reader, "/suche?q=Mitfahrbank"))
    desk = text_of(read(client, DESK))
    assert "Eintrag ausgeblendet" in desk
    assert "Beispiel Kuratorin" in desk
    assert "Werbung" in text_of(read(client, DESK).xpath("//*[@id='ausgeblendet']/following-sibling::div[1]")[0])
    assert "Wieder zeigen" in text_of(read(client, RECORD))
    send(client, RECORD, {"grund": "War doch keine"})
    assert reader.get(PAGE).status_code == 200
    assert "Eintrag wieder gezeigt" in text_of(read(client, DESK))


def test_a_decision_without_a_reason_is_given_back(still: Filled) -> None:
    client = moderator(still)
    pages = [
        page_of(send(client, RECORD, {"grund": "  "}), 422),
        page_of(send(client, NODE, {"grund": "x" * 501}), 422),
    ]
    for page in pages:
        assert page.xpath("//*[@id='fehler'][@autofocus]//a[@href='#grund']")
        assert page.findtext(".//title").startswith("Bitte prüfen:")
    assert "Bitte nennen Sie einen Grund" in text_of(pages[0])
    assert "x" * 501 in text_of(pages[1])
    assert still.b.client.get(PAGE).status_code == 200


def test_a_node_is_blocked_with_all_its_records_and_released(net: Filled) -> None:
    client, reader = moderator(net), net.b.client
    assert send(client, NODE, {"grund": "Verbreitet Falsches"}).status_code == 303
    assert reader.get(PAGE).status_code == 404
    assert "a.example" not in text_of(read(reader, "/netz"))
    assert "gesperrt" in text_of(read(client, NODE))
    send(client, NODE, {"grund": "Geklärt"})
    assert reader.get(PAGE).status_code == 200
    log = read(client, DESK).xpath("//*[@id='entscheidungen']/following-sibling::div[1]")[0]
    assert [text_of(row.xpath("./td[2]")[0]) for row in log.xpath(".//tbody/tr")] == [
        "Seite wieder freigegeben",
        "Seite gesperrt",
    ]


def test_of_a_hundred_sites_those_in_trouble_stand_first_and_each_state_can_be_shown_alone(net: Filled) -> None:
    nodes, client, clock = net.b.services.harvest.nodes, moderator(net), net.net.clock
    for number in range(100):
        nodes.add(Issuer(f"https://ort-{number:03d}.example"), f"{number:064x}")

    def set_(number: int, **values: object) -> None:
        nodes.change(Issuer(f"https://ort-{number:03d}.example"), **values)

    set_(97, confirmed_until=clock() - timedelta(days=2))
    set_(98, failures=3, error="equivocation", state=NodeState.PAUSED)
    set_(50, state=NodeState.PAUSED)
    set_(51, state=NodeState.BLOCKED)

    def rows(query: str = "") -> list[str]:
        page = read(client, f"{DESK}{query}")
        return [text_of(row) for row in page.xpath("//*[@id='partner']/following-sibling::div[1]//tbody/tr")]

    everything = rows()
    assert len(everything) == 101
    assert [row[:15] for row in everything[:4]] == [f"ort-{number:03d}.example" for number in (97, 98, 50, 51)]
    assert "schweigt seit" in everything[0]
    assert "zwei verschiedene Listen" in everything[1]
    assert rows("?zustand=probleme") == everything[:2]
    assert rows("?zustand=gesperrt") == everything[3:4]
    assert rows("?zustand=x") == []
    counts = [text_of(one) for one in read(client, DESK).xpath("//ul[@class='views']/li")]
    assert counts == ["Alle 101", "Mit Störungen 2", "Angehalten 1", "Gesperrt 1", "In Ordnung 97"]


def test_operators_are_told_once_of_a_site_that_has_signed_two_lists_under_one_number(net: Filled) -> None:
    operator = net.b.client.application.test_client()
    sign_in(operator, (RoleKind.OPERATOR,), name="Beispiel Betrieb")
    net.b.follow(net.a)
    rounds = Scheduler(net.b.services, lambda _stop: False)
    rounds.once()
    assert "zwei Listen" not in text_of(read(operator, "/nachrichten"))
    net.b.services.harvest.nodes.change(net.a.issuer, list_sha256="0" * 64)
    for _ in range(2):
        net.travel()
        rounds.once()
    told = text_of(read(operator, "/nachrichten"))
    assert told.count("Beispielnetz A hat zwei verschiedene Listen unter einer Nummer unterschrieben") == 1
    assert "Listen" not in text_of(read(moderator(net), "/nachrichten")), "curators cannot do anything about it"


def test_a_partner_is_paused_and_resumed(net: Filled) -> None:
    client, address = moderator(net), NODE
    assert send(client, f"{address}/pausieren").status_code == 303
    assert "pausiert" in text_of(read(client, address))
    assert "Angehalten" in text_of(read(client, DESK).xpath("//*[@id='partner']/following-sibling::div[1]")[0])
    send(client, f"{address}/fortsetzen")
    assert "wird alle 15 Minuten gefragt" in text_of(read(client, address))
    assert send(client, f"{DESK}/seite/c.example/pausieren").status_code == 404
    assert client.get(f"{DESK}/seite/c.example").status_code == 404


def test_what_was_set_aside_is_listed_with_its_reason_and_looked_at_anew(net: Filled) -> None:
    client, before = moderator(net), published(net.a, BENCH)
    closed = changed(before, {"license": "<b>Alle Rechte vorbehalten</b>"}, ver=2, prev=before.digest)
    list_statement(net.a, closed)
    net.travel()
    rows = read(client, DESK).xpath("//*[@id='zurueckgestellt']/following-sibling::div[1]//tbody/tr")
    assert [text_of(row.xpath("./td[2]")[0]) for row in rows] == [f"records/{BENCH}.jsonvon Beispielnetz A (a.example)"]
    assert "Die Lizenz erlaubt nicht, dass andere den Eintrag zeigen" in text_of(rows[0])
    assert "<b>Alle Rechte vorbehalten</b>" in text_of(rows[0])
    list_statement(net.a, changed(before, {"title": "Wieder frei"}, ver=2, prev=before.digest))
    assert send(client, rows[0].xpath(".//form/@action")[0]).status_code == 303
    assert "Nichts wurde zurückgestellt." in text_of(read(client, DESK))
    net.travel()
    assert "Wieder frei" in text_of(read(net.b.client, PAGE))


def test_trouble_with_a_node_is_told_in_words(net: Filled) -> None:
    client = moderator(net)
    net.net.down.add("https://a.example")
    net.travel()
    for path in (DESK, NODE):
        assert "Die Seite antwortet nicht." in text_of(read(client, path))
