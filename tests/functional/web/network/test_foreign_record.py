"""The page of a record whose home is another node."""

import json

import pytest

from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.filled import BENCH, BENCH_FILE, OWN, SOLUTION, WARNING, Filled
from tests.webnode.checks import page_of
from tests.webnode.memo import memo_form, press

PAGE = f"/r/a.example/{BENCH}"
HOME = f"https://a.example/r/{BENCH}"


def test_the_page_names_its_home_marks_every_way_out_and_changes_nothing_here(still: Filled) -> None:
    page = read(still.b.client, PAGE)
    assert page.xpath("//link[@rel='canonical']/@href") == [HOME]
    assert still.b.client.get(PAGE).headers["Link"] == f'<{HOME}>; rel="cite-as"'
    words = text_of(page.xpath("//main")[0])
    assert "Dieser Eintrag kommt von Beispielnetz A (a.example)" in words
    assert "zuletzt geholt am 24. November 2026, 10:00 Uhr" in words
    assert "CC BY 4.0" in words
    assert "nicht mehr bestätigt" not in words
    # The sources of this site's own list of places are its own affair.
    ways = page.xpath("//main//a[starts-with(@href, 'http')][not(ancestor::*[@id='beziehbar'])]")
    assert len(ways) > 4
    unmarked = [way.get("href") for way in ways if "nofollow" not in way.get("rel", "")]
    assert unmarked == ["https://creativecommons.org/licenses/by/4.0/deed.de"] * len(unmarked)
    assert page.xpath("//a[contains(@href, 'mailto:') and contains(@href, 'Korrektur')]") == []
    assert page.xpath("//a[contains(., 'Korrektur vorschlagen')]/@href") == [f"{PAGE}/korrektur"]
    assert page.xpath("//form[@method='post']") == []
    assert page.xpath("//section[@aria-labelledby='verbunden']//a/@href") == [f"/r/a.example/{SOLUTION}"]


def test_what_is_not_held_is_not_found(still: Filled) -> None:
    for path in (f"/r/c.example/{BENCH}", f"/r/a.example/{BENCH[:-1]}9", f"/r/b.example/{BENCH}"):
        assert still.b.client.get(path).status_code == 404
        assert still.b.client.get(f"{path}/vergleich").status_code == 404


def test_only_the_newest_version_is_here_and_earlier_ones_are_at_home(net: Filled) -> None:
    net.edit({BENCH_FILE: net.text().replace("value: 40", "value: 42").encode()})
    assert "42" in text_of(read(net.b.client, f"{PAGE}/v/2"))
    gone = read(net.b.client, f"{PAGE}/v/1", 404)
    assert gone.xpath("//main//a/@href")[-2:] == [f"{HOME}/v/1", PAGE]


def test_a_withdrawal_takes_the_text_away_and_says_why(net: Filled) -> None:
    net.b.client.get(PAGE)
    note = f"---\nschema: withdrawn/1\nid: {BENCH}\nkind: case-study\nreason: error\n---\n"
    net.edit({BENCH_FILE: note.encode()})
    words = text_of(read(net.b.client, PAGE, 410).xpath("//main")[0])
    assert "zurückgezogen" in words
    assert "Bänke" not in words
    assert net.b.client.get(f"{PAGE}/v/1").status_code == 410
    assert "Mitfahrbank nach einem Jahr" not in text_of(read(net.b.client, "/suche?q=Mitfahrbank"))


NAME = f"a.example/{BENCH}"
SITUATION = "ort=Musterkreis&ort_land=HE&ort_art=district&einwohner=90.000"
KICKOFF = f"q=Mitfahrbank&{SITUATION}&gemerkt={NAME}&abgelehnt={OWN}"


@pytest.mark.parametrize(
    "path",
    ["/suche?q=Mitfahrbank", "/fallstudien", "/themen/mobility", "/laender/HE", f"/suche?q=Mitfahrbank&{SITUATION}"],
)
def test_lists_show_a_foreign_record_once_and_name_its_origin(still: Filled, path: str) -> None:
    page = read(still.b.client, path)
    hits = [hit for hit in page.xpath("//article[@class='hit']") if "Mitfahrbank nach einem Jahr" in text_of(hit)]
    assert len(hits) == 1
    assert hits[0].xpath(".//h2/a/@href | .//h3/a/@href")[0].startswith(PAGE)
    assert "Herkunft: Beispielnetz A (a.example)" in text_of(hits[0])


def test_origin_is_a_filter_where_it_splits_the_hits(still: Filled) -> None:
    page = read(still.b.client, "/suche?q=Mitfahrbank")
    values = page.xpath("//a[contains(@href, 'herkunft=')]")
    assert {value.xpath("string(span[1])").strip() for value in values} == {"Beispielnetz A (a.example)", "b"}
    only = read(still.b.client, "/suche?q=Mitfahrbank&herkunft=a.example")
    assert {hit.xpath("string(.//a/@href)").split("/")[2] for hit in only.xpath("//article[@class='hit']")} == {
        "a.example"
    }
    assert "herkunft" not in still.b.client.get("/suche?q=Starkregen").get_data(as_text=True)


def test_kickoff_puts_foreign_records_aside_and_compares_them(still: Filled) -> None:
    page = read(still.b.client, f"/suche?{KICKOFF}")
    assert page.xpath("//a[starts-with(@href, '/auswahl?') and contains(@href, 'gemerkt=a.example')]")
    table = read(still.b.client, f"/auswahl?gemerkt={NAME}&gemerkt=a.example/{WARNING}&gemerkt={OWN}")
    assert table.xpath(f"//th//a[starts-with(@href, '{PAGE}')]")
    assert still.b.client.get(f"/vergleich.csv?id={NAME}&id={OWN}").status_code == 200


def test_machines_get_the_page_here_and_the_permanent_address_at_home(still: Filled) -> None:
    hits = still.b.client.get("/api/v1/search?q=Mitfahrbank").get_json()["hits"]
    foreign = next(hit for hit in hits if hit["id"] == BENCH)
    assert foreign["origin"] == "a.example"
    assert foreign["url"] == f"https://b.example{PAGE}"
    assert foreign["permanent_url"] == f"https://a.example/r/{BENCH}"
    assert [one["id"] for one in still.b.client.get("/api/v1/records").get_json()["records"]] == [OWN]
    assert BENCH not in still.b.client.get("/feed.atom").get_data(as_text=True)
    assert BENCH not in still.b.client.get("/sitemap.xml").get_data(as_text=True)


DRAFT = f"/auswahl?q=Mitfahrbank&gemerkt=a.example/{BENCH}&abgelehnt={OWN}"


def test_memo_pins_a_foreign_version_leads_to_home_and_copy_and_names_the_nodes_searched(still: Filled) -> None:
    page = page_of(still.b.client.get(DRAFT))
    links = {href.partition("?")[0] for href in page.xpath("//main//a/@href")}
    assert f"https://a.example/r/{BENCH}/v/1" in links
    assert f"/r/a.example/{BENCH}/v/1" in links
    exported = json.loads(press(still.b.client, page, "json").get_data())
    record = exported["finds"][0]["record"]
    digest = still.a.services.catalogue.head(BENCH).digest
    assert (record["home"], record["ver"], record["digest"]) == ("https://a.example", 1, digest)
    nodes = {node["address"]: node for node in exported["nodes"]}
    assert set(nodes) == {"https://b.example", "https://a.example"}
    assert nodes["https://a.example"]["as_of"] == "2026-11-24T09:00:00Z", "how fresh it was"
    assert nodes["https://a.example"].get("state", "answered") == "answered"
    adopted = page_of(press(still.b.client, page, "aktualisieren", fund_0="taken"))
    assert digest.removeprefix("sha256:") not in text_of(adopted), "only the file for programs holds it"


def test_kept_memo_tells_of_a_newer_foreign_version(net: Filled) -> None:
    client = net.b.client
    saved = press(client, page_of(client.get(DRAFT)), "speichern")
    assert saved.status_code == 303
    net.edit({BENCH_FILE: net.text().replace("value: 40", "value: 42").encode()})
    page = page_of(client.get(saved.headers["Location"]))
    changed = page.xpath("//*[@id='seither']")[0]
    assert "Fassung 1" in text_of(changed)
    assert changed.xpath(f".//a[@href='/r/a.example/{BENCH}/v/2']")
    assert memo_form(page) is not None


def test_page_names_every_node_with_its_records_and_when_it_confirmed_its_list(still: Filled) -> None:
    page = read(still.b.client, "/netz")
    (row,) = page.xpath("//tbody/tr")
    assert "Beispielnetz A (a.example)" in text_of(row)
    assert "5 Einträge" in text_of(row) or "6 Einträge" in text_of(row)
    assert "24. November 2026, 10:00 Uhr" in text_of(row)
    assert row.xpath(".//a[contains(@href, '/suche?herkunft=a.example')]")


def test_a_node_that_says_nothing_is_first_unconfirmed_then_hidden_then_forgotten(net: Filled) -> None:
    page, client = f"/r/a.example/{BENCH}", net.b.client
    net.net.down.add("https://a.example")
    for days, status in ((8, 200), (24, 404), (60, 404)):
        net.net.clock.forward(days=days)
        net.b.harvest(net.a)
        net.b.services.harvest.moderation.age()
        assert client.get(page).status_code == status
        if status == 200:
            since = "seit 24. November 2026, 10:00 Uhr"
            assert f"Die Herkunft hat diesen Eintrag {since} nicht mehr bestätigt." in text_of(read(client, page))
            assert f"{since} nicht bestätigt" in text_of(read(client, "/netz"))
        assert ("a.example" in text_of(read(client, "/netz"))) == (status == 200)
    assert net.b.services.harvest.nodes.record_counts() == {}
    net.net.down.clear()
    net.a.services.federation.listing.renew()
    net.b.harvest(net.a)
    net.b.services.harvest.moderation.age()
    assert client.get(page).status_code == 200


def test_a_node_alone_says_so(still: Filled) -> None:
    words = text_of(read(still.a.client, "/netz"))
    assert "Noch ist keine andere Seite beteiligt." in words
    assert still.a.client.get("/netz").headers.get("ETag") is None
    assert still.a.client.get("/en/netz").status_code == 200
