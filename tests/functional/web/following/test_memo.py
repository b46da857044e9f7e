"""„2 von 5 Funden Ihres Vermerks haben sich geändert“: on the opened memo, and by mail for whoever left an address."""

from sqlalchemy import text

from tests.functional.web.following.conftest import RECORD, Site
from tests.webnode.node import STOPPED

FINDS = f"/auswahl?q=Mitfahrbank&gemerkt={STOPPED}&gemerkt={RECORD}"


def keep(site: Site) -> str:
    """Keep a memo with two finds and return its address."""
    site.publish()
    site.open(FINDS)
    (carried,) = site.shown.xpath("//input[@name='vermerk']/@value")
    answer = site.client.post(FINDS, data={"csrf_token": site.proof, "vermerk": carried, "tun": "speichern"})
    assert answer.status_code == 303, answer.get_data(as_text=True)[:500]
    return str(answer.headers["Location"])


def test_an_opened_memo_says_how_many_of_its_finds_have_changed(site: Site) -> None:
    address = keep(site)
    assert "Funden Ihres Vermerks" not in site.open(address)
    site.publish("Beispielstadt: Rufbus das ganze Jahr")
    assert "Einer von 2 Funden Ihres Vermerks hat sich geändert" in site.open(address)


def test_whoever_left_an_address_is_told_when_finds_change(site: Site) -> None:
    address = keep(site)
    site.open(address)
    (offered,) = site.shown.xpath("//main//a[contains(., 'Per E-Mail erfahren')]/@href")
    mine = site.subscribe(offered)
    assert site.round() == []
    site.publish("Beispielstadt: Rufbus das ganze Jahr")
    (message,) = site.round()
    assert (
        " ".join(message["Subject"].split()) == "[Erfahrungsnetz] Einer von 2 Funden Ihres Vermerks hat sich geändert"
    )
    content = message.get_content()
    assert "Geändert: Beispielstadt: Rufbus das ganze Jahr" in content
    assert f"Zum Vermerk: https://erfahrungen.example{address}" in content
    site.later(minutes=30)
    assert site.round() == []
    assert "Ihr Vermerk" in site.open(mine)


def test_the_key_to_the_memo_stands_nowhere(site: Site) -> None:
    address = keep(site)
    token = address.rpartition("/")[2]
    site.subscribe(f"{address}/abonnieren")
    site.publish("Beispielstadt: Rufbus das ganze Jahr")
    assert len(site.round()) == 1
    for path in site.services.settings.data.rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes(), path


def test_a_memo_that_is_gone_ends_what_told_of_it_and_its_address(site: Site) -> None:
    address = keep(site)
    site.subscribe(f"{address}/abonnieren")
    site.services.memos.delete(address.rpartition("/")[2])
    site.publish("Beispielstadt: Rufbus das ganze Jahr")
    assert site.round() == []
    assert site.rows("SELECT COUNT(*) FROM following_subscriber") == [(0,)]
    assert site.client.get(f"{address}/abonnieren").status_code == 404


def test_a_memo_that_cannot_be_read_keeps_nobody_else_from_being_told(site: Site) -> None:
    address = keep(site)
    site.subscribe(f"{address}/abonnieren")
    site.subscribe("/abonnieren?q=Rufbus", address="anderswo@beispielstadt.example")
    with site.services.sessions.begin() as db:
        db.execute(text("UPDATE kickoff_memo SET document = :other"), {"other": b'{"schema": "of another release"}'})
    site.publish("Beispielstadt: Rufbus das ganze Jahr")
    (message,) = site.round()
    assert message["To"] == "anderswo@beispielstadt.example"
