"""A feed reader reads every kind of feed, and each page that has one says so."""

from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient
from lxml import html

from tests.functional.web.conftest import Read
from tests.webnode.node import STOPPED, STOPPED_PAGE, WITHDRAWN

ISSUER = "https://erfahrungen.example"
PAGES = {
    "search": ("/suche?q=Mitfahrbank", "/suche.atom?q=Mitfahrbank"),
    "search with filters": ("/suche?q=Bank&land=HE&art=case-study", "/suche.atom?q=Bank&art=case-study&land=HE"),
    "topic": ("/themen/mobility", "/suche.atom?thema=mobility"),
    "state": ("/laender/HE", "/suche.atom?land=HE"),
    "place": ("/suche?gemeinde=Beispielstadt", "/suche.atom?gemeinde=Beispielstadt"),
    "map": ("/suche?q=Bank&land=HE&ansicht=karte", "/suche.atom?q=Bank&land=HE"),
    "stopped": ("/eingestellt", "/suche.atom?phase=ended"),
    "programme": ("/foerderprogramme/modellprojekte-smart-cities", "/suche.atom?programm=modellprojekte-smart-cities"),
    "kind": ("/fallstudien", "/suche.atom?art=case-study"),
    "record": (STOPPED_PAGE, f"{STOPPED_PAGE}.atom"),
    "history": (f"/r/{STOPPED}/verlauf", f"{STOPPED_PAGE}.atom"),
    "site": ("/", "/feed.atom"),
}


def read_feed(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml"), address
    feed = feedparser.parse(answer.data)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


@pytest.mark.parametrize(("prefix", "name"), [*(("", name) for name in PAGES), ("/en", "search"), ("/en", "record")])
def test_a_feed_reader_reads_what_the_head_of_a_page_names_and_one_link_leads_to_feed_and_e_mail(
    client: FlaskClient, read: Read, prefix: str, name: str
) -> None:
    path, address = PAGES[name]
    document = read(prefix + path)
    if name != "site" and not prefix:
        (subscribe,) = [one for one in document.xpath("//main//a") if "Änderungen abonnieren" in one.text_content()]
        offered = read(subscribe.get("href"))
        assert ISSUER + address in offered.text_content()
        assert offered.xpath("//head/link[@type='application/atom+xml']/@href") == [address]
    (link,) = document.xpath("//head/link[@type='application/atom+xml']")
    assert link.get("href") == (address if name == "site" else prefix + address)
    feed = read_feed(client, link.get("href"))
    assert feed.feed.id == ISSUER + link.get("href")
    assert feed.entries
    assert all(entry.id.startswith(f"{ISSUER}/r/") and entry.updated_parsed for entry in feed.entries)
    assert all(entry.link.startswith(ISSUER) and entry.title for entry in feed.entries)
    newest = [entry.updated for entry in feed.entries]
    assert newest == sorted(newest, reverse=True)
    assert newest[0] == feed.feed.updated


def test_the_page_of_a_record_leads_to_all_that_its_place_tells(read: Read) -> None:
    # The state tells it from another place of the same name.
    assert read(STOPPED_PAGE).xpath("//main//a[@href='/suche?gemeinde=Beispielstadt&land=HE']")
    found = read("/suche?gemeinde=Beispielstadt&land=HE")
    assert "Ort: Beispielstadt" in found.text_content()
    assert found.xpath("string(//h2[@id='treffer'])") == "1 Eintrag aus Beispielstadt"
    assert found.xpath("string(//title)").startswith("Alle Einträge aus Beispielstadt")
    assert read("/suche?gemeinde=Beispielstadt&land=BY").xpath("//ol[@class='hits']") == []
    assert not read("/suche?q=Bank").xpath("//section[contains(@class, 'facets')]//h3[.='Ort']")


def test_the_feed_of_a_search_has_the_hits_of_its_page(client: FlaskClient) -> None:
    page = html.document_fromstring(client.get("/suche?q=Mitfahrbank&sort=newest").get_data(as_text=True))
    titles = [" ".join(one.text_content().split()) for one in page.xpath("//ol[@class='hits']/li//h3")]
    assert titles
    assert [entry.title for entry in read_feed(client, "/suche.atom?q=Mitfahrbank").entries] == titles


def test_what_only_comes_closest_is_no_news(client: FlaskClient) -> None:
    assert read_feed(client, "/suche.atom?q=xyzzy").entries == []


def test_order_page_and_selection_make_no_other_feed(client: FlaskClient) -> None:
    feed = read_feed(client, f"/suche.atom?q=Bank&sort=title&gemerkt={STOPPED}&ort=Ulm&einwohner=3000")
    assert feed.feed.id == f"{ISSUER}/suche.atom?q=Bank"


def test_a_feed_answers_within_the_limits_of_the_asker(client: FlaskClient) -> None:
    feed = read_feed(client, "/suche.atom?nur_offen=1&ort=Beispielstadt&art=solution")
    assert "nur open source" in feed.feed.title.casefold()
    assert feed.feed.id.endswith("art=solution&ort=Beispielstadt&nur_offen=1")


def test_a_record_tells_its_versions_in_words(client: FlaskClient) -> None:
    feed = read_feed(client, f"{STOPPED_PAGE}.atom")
    assert [entry.id for entry in feed.entries] == [f"{ISSUER}/r/{STOPPED}/v/{number}" for number in (3, 2, 1)]
    assert "Lehren: 1 ergänzt" in feed.entries[0].summary
    assert feed.entries[-1].summary == "Erste Fassung."


def test_a_withdrawn_record_has_no_feed_any_more(client: FlaskClient) -> None:
    assert client.get("/fallstudien/beispielstadt-irrtum.atom").status_code == client.get(f"/r/{WITHDRAWN}").status_code
    assert client.get("/fallstudien/nirgends.atom").status_code == 404


def test_nobody_pages_through_everything_and_what_has_not_changed_is_not_made_again(client: FlaskClient) -> None:
    assert client.get("/suche.atom?seite=21").status_code == 404
    first = client.get("/suche.atom?q=Bank")
    again = client.get("/suche.atom?q=Bank", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
