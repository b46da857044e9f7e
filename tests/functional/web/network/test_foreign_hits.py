"""Records of other nodes among own ones: search, lists, filters, kickoff, comparison, machines."""

from __future__ import annotations

import pytest

from tests.functional.web.network.conftest import read, text_of
from tests.netnodes.filled import BENCH, OWN, WARNING, Filled

PAGE = f"/r/a.example/{BENCH}"
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


def test_own_hits_name_no_origin(still: Filled) -> None:
    page = read(still.b.client, "/konzepte")
    own = next(hit for hit in page.xpath("//article[@class='hit']") if "eigene Handreichung" in text_of(hit))
    assert "Herkunft" not in text_of(own)


def test_origin_is_a_filter_where_it_splits_the_hits(still: Filled) -> None:
    page = read(still.b.client, "/suche?q=Mitfahrbank")
    values = page.xpath("//a[contains(@href, 'herkunft=')]")
    assert {value.xpath("string(span[1])").strip() for value in values} == {"Beispielnetz A (a.example)", "b"}
    only = read(still.b.client, "/suche?q=Mitfahrbank&herkunft=a.example")
    assert {hit.xpath("string(.//a/@href)").split("/")[2] for hit in only.xpath("//article[@class='hit']")} == {
        "a.example"
    }
    assert "herkunft" not in still.b.client.get("/suche?q=Starkregen").get_data(as_text=True)


def test_similar_records_cross_the_border(still: Filled) -> None:
    page = read(still.b.client, PAGE)
    similar = page.xpath("//section[@aria-labelledby='aehnlich']")[0]
    assert "eigene Handreichung" in text_of(similar)
    assert len(similar.xpath(".//article")) == len(
        set(similar.xpath(".//article//h2/a/@href | .//article//h3/a/@href"))
    )


def test_kickoff_puts_foreign_records_aside_and_compares_them(still: Filled) -> None:
    page = read(still.b.client, f"/suche?{KICKOFF}")
    assert page.xpath("//a[starts-with(@href, '/vergleich?') and contains(@href, 'gemerkt=a.example')]")
    lessons = page.xpath(f"//a[starts-with(@href, '{PAGE}?') and contains(@href, '#lehre-')]")
    assert lessons
    table = read(still.b.client, f"/vergleich?id={NAME}&id=a.example/{WARNING}&id={OWN}")
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
