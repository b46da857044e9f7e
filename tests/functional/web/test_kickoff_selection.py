"""Putting hits aside: by links only, and everything stays in the address, also on a record's page and back."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from app.web.kickoff.chosen import onward
from app.web.records.files import FilePlaces
from app.web.records.text import render_text
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.checks import page_of, words
from tests.webnode.memo import press
from tests.webnode.node import RUNNING, STOPPED, STOPPED_PAGE

SAID = [("q", "Mitfahrbank"), ("land", "HE"), ("ort_land", "HE"), ("monate", "12")]
ASKED = "/suche?q=Mitfahrbank&land=HE&ort_land=HE&monate=12"


def query(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query)


def link(document: html.HtmlElement, name: str, where: str = "//article[@class='hit']") -> str:
    found: str = document.xpath(f"{where}//p[@class='choosing no-print']/a[starts-with(., '{name}')]/@href")[0]
    return found


def entry(document: html.HtmlElement) -> html.HtmlElement:
    """The entry of the menu for the selection."""
    (found,) = document.xpath("//header//nav//a[contains(., 'Ihre Auswahl')]")
    return found


def test_a_decision_is_shown_and_can_be_taken_back_or_turned_round(read: Read) -> None:
    taken = read(link(read(ASKED), "Merken"))
    assert "✓ Gemerkt" in words(taken.xpath("//article[@class='hit']")[0])
    assert query(link(taken, "zurücknehmen")) == SAID
    assert query(link(taken, "doch nicht geeignet")) == [*SAID, ("abgelehnt", STOPPED)]
    rejected = read(link(taken, "doch nicht geeignet"))
    assert "✗ Nicht geeignet" in words(rejected.xpath("//article[@class='hit']")[0])
    assert query(link(rejected, "doch merken")) == [*SAID, ("gemerkt", STOPPED)]


def test_the_menu_counts_and_leads_on_with_everything(read: Read) -> None:
    found = entry(read(f"{ASKED}&gemerkt={STOPPED}&abgelehnt={RUNNING}"))
    assert words(found) == "Ihre Auswahl (1)"
    chosen = [*SAID, ("gemerkt", STOPPED), ("abgelehnt", RUNNING)]
    assert (urlsplit(found.get("href")).path, query(found.get("href"))) == ("/auswahl", chosen)
    assert words(entry(read("/"))) == "Ihre Auswahl"


def test_the_selection_page_shows_the_records_side_by_side_and_removes_them(client: FlaskClient, read: Read) -> None:
    document = read(f"/auswahl?q=Xyzzyplugh&gemerkt={STOPPED}&abgelehnt={RUNNING}")
    assert [words(head) for head in document.xpath("(//main//table)[1]/thead//th/a")] == [
        "Beispielstadt: Mitfahrbank nach einem Jahr eingestellt",
        "Beispielkreis: Starkregenwarnung mit Sensoren",
    ]
    (remove,) = document.xpath("//button[@value='entfernen:0']/@formaction")
    assert (urlsplit(remove).path, query(remove)) == ("/auswahl", [("q", "Xyzzyplugh"), ("abgelehnt", RUNNING)])
    left = page_of(press(client, document, "entfernen:0"))
    assert left.xpath("//button[starts-with(@value, 'entfernen:')]/@value") == ["entfernen:0"]
    assert words(entry(left)) == "Ihre Auswahl"
    assert "Noch ist nichts gemerkt." in words(read("/auswahl").find(".//main"))


@pytest.mark.parametrize("path", ["/vergleich", "/vermerk"])
def test_earlier_addresses_lead_to_the_selection_with_all_they_say(client: FlaskClient, path: str) -> None:
    said = [*SAID, ("gemerkt", STOPPED), ("abgelehnt", RUNNING)]
    answer = client.get(f"{path}?{urlencode(said)}")
    assert (answer.status_code, urlsplit(answer.location).path, query(answer.location)) == (301, "/auswahl", said)
    english = client.get(f"/en{path}?{urlencode(said)}")
    assert (english.status_code, urlsplit(english.location).path) == (301, "/en/auswahl")
    named = client.get(f"/vergleich?id={RUNNING}&id={STOPPED}&abgelehnt={RUNNING}")
    assert query(named.location) == [("gemerkt", RUNNING), ("gemerkt", STOPPED)]


def test_one_address_shows_others_the_same_selection(read: Read) -> None:
    document = read(f"{ASKED}&seite=1&gemerkt={STOPPED}")
    page = read(entry(document).get("href"))
    (shared,) = page.xpath("//input[@readonly]/@value")
    assert shared.startswith("https://erfahrungen.example/auswahl?")
    assert query(shared) == [*SAID, ("gemerkt", STOPPED)]
    (mail,) = page.xpath("//main//a[starts-with(@href, 'mailto:')]/@href")
    assert shared in dict(query(mail))["body"]
    (english,) = read(f"/en/auswahl?gemerkt={STOPPED}").xpath("//input[@readonly]/@value")
    assert english == f"https://erfahrungen.example/en/auswahl?gemerkt={STOPPED}", "who shares it reads English"


@pytest.mark.parametrize(
    "path", ["/", "/fallstudien", "/themen/mobility", "/laender/HE", "/produktreife", STOPPED_PAGE]
)
def test_every_record_and_card_can_be_put_aside_where_it_stands(read: Read, path: str) -> None:
    found = read(path).xpath("//main//a[starts-with(., 'Merken')]/@href")
    assert found
    for address in found:
        ((name, record),) = query(address)
        assert (urlsplit(address).path, name) == (path, "gemerkt")
        again = read(address)
        assert words(entry(again)) == "Ihre Auswahl (1)"
        assert not again.xpath(f"//main//a[contains(@href, 'gemerkt={record}&gemerkt={record}')]")


PATHS = ("/", "/fallstudien", "/laender/HE", "/ueber", "/auswahl", "/netz")


@pytest.mark.parametrize("path", [*PATHS, STOPPED_PAGE])
def test_every_internal_link_carries_the_selection(read: Read, path: str) -> None:
    document = read(f"{path}?monate=12&gemerkt={STOPPED}&abgelehnt={RUNNING}")
    wanted = {("monate", "12"), ("gemerkt", STOPPED), ("abgelehnt", RUNNING)}
    # The entrance for small places states a situation of its own.
    decisions = "ancestor::main and ancestor::*[contains(@class, 'choosing')]"
    links = document.xpath(f"//a[starts-with(@href, '/')][not({decisions})][not(contains(., '5.000'))]/@href")
    left = [link for link in links if not wanted <= set(query(link))]
    assert all("." in link.rpartition("/")[2] or link.startswith("/api") for link in left), left
    for form in document.xpath("//form[@method='get']"):
        fields = {(field.get("name"), field.get("value")) for field in form.iter("input")}
        assert {("gemerkt", STOPPED), ("abgelehnt", RUNNING)} <= fields


def test_a_link_in_the_text_of_a_record_carries_the_selection(app: Flask, services: Services) -> None:
    record = services.catalogue.record(services.catalogue.head(STOPPED))
    with app.test_request_context(f"/konzepte/beispiel?gemerkt={RUNNING}"):
        shown = render_text(
            record, f"[Bank](case-study/{record.slug}), [dort](https://a.example/)", FilePlaces(url="/"), "a-"
        )
    assert f'href="{STOPPED_PAGE}?gemerkt={RUNNING}"' in shown
    assert 'href="https://a.example/"' in shown


CARRIED = f"monate=12&gemerkt={STOPPED}"


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/", f"/?q=Regen+%26+Flut&{CARRIED}"),
        ("/fallstudien?seite=2#treffer-1", f"/fallstudien?seite=2&q=Regen+%26+Flut&{CARRIED}#treffer-1"),
        ("/suche", f"/suche?{CARRIED}"),
        ("/en/karte?q=Bank", f"/en/karte?q=Bank&{CARRIED}"),
        ("/suche?thema=mobility", f"/suche?thema=mobility&{CARRIED}"),
        ("/suche?ort_groesse=lt5k", f"/suche?ort_groesse=lt5k&gemerkt={STOPPED}"),
        ("/vergleich?q=x&gemerkt=anderes", "/vergleich?q=x&gemerkt=anderes&monate=12"),
        ("/feed.atom", "/feed.atom"),
        ("/fallstudien/ulm/dateien/plan.pdf", "/fallstudien/ulm/dateien/plan.pdf"),
        ("/api/v1/search?q=x", "/api/v1/search?q=x"),
        ("/anmelden?weiter=/", "/anmelden?weiter=/"),
        ("https://anders.example/", "https://anders.example/"),
        ("//anders.example/", "//anders.example/"),
        ("#inhalt", "#inhalt"),
        ("mailto:stadt@beispiel.example", "mailto:stadt@beispiel.example"),
    ],
)
def test_links_carry_the_situation_unless_they_set_it(client: FlaskClient, address: str, leads_to: str) -> None:
    with client.application.test_request_context(f"/ueber?q=Regen+%26+Flut&{CARRIED}"):
        assert onward(address) == leads_to
    with client.application.test_request_context("/ueber?q=Regen"):
        assert onward(address) == address


def test_a_page_with_a_selection_is_kept_by_nobody_and_found_by_nobody(client: FlaskClient) -> None:
    plain = client.get("/fallstudien")
    chosen = client.get(f"/fallstudien?gemerkt={STOPPED}")
    assert chosen.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "X-Robots-Tag" not in plain.headers
    assert client.get("/fallstudien").get_data() == plain.get_data() != chosen.get_data()
    assert STOPPED in client.get(f"/fallstudien?gemerkt={STOPPED}").get_data(as_text=True)
    assert "Disallow: /*gemerkt=" in client.get("/robots.txt").get_data(as_text=True)
    (undo,) = html.fromstring(chosen.data).xpath("//main//a[starts-with(., 'zurücknehmen')]/@href")
    assert urlsplit(undo).path + urlsplit(undo).query == "/fallstudien", "nothing is left behind"
    led = client.get(f"/r/{STOPPED}?gemerkt={RUNNING}")
    assert (led.status_code, led.headers["Location"]) == (303, f"{STOPPED_PAGE}?gemerkt={RUNNING}")


def test_selection_survives_filters_pages_and_a_new_question(read: Read) -> None:
    document = read(f"/suche?monate=12&gemerkt={STOPPED}")
    for address in document.xpath("//section[contains(@class, 'facets')]//a/@href"):
        assert {("monate", "12"), ("gemerkt", STOPPED)} <= set(query(address)), address
    hidden = document.xpath("//form[@role='search']//input[@type='hidden']")
    assert [(field.get("name"), field.get("value")) for field in hidden].count(("gemerkt", STOPPED)) == 1


FROM = [("q", "Mitfahrbank"), ("land", "HE"), ("seite", "1"), ("ort_land", "HE"), ("monate", "12")]
CAME_FROM = urlencode(FROM)


def way(document: html.HtmlElement) -> dict[str, str]:
    links = document.xpath("//header[contains(@class, 'record-head')]/p[contains(@class, 'choosing')]/a")
    return {"".join(link.xpath("text()")): link.get("href") for link in links}


def test_record_leads_back_to_the_search_it_came_from(read: Read) -> None:
    back = way(read(f"{STOPPED_PAGE}?{CAME_FROM}&gemerkt={RUNNING}"))["Zurück zur Suche"]
    assert urlsplit(back).path == "/suche"
    assert query(back) == [*FROM, ("gemerkt", RUNNING)]


def test_a_hit_and_its_lessons_link_to_the_record_and_keep_the_situation(read: Read) -> None:
    document = read("/suche?q=Mitfahrbank&land=HE&ort_land=HE&monate=12")
    for address in document.xpath("//article[@class='hit']//h3/a/@href | //ul[@class='hit-lessons']//a/@href"):
        assert query(address) == [pair for pair in FROM if pair[0] != "seite"]
    assert way(read(document.xpath("//article[@class='hit']//h3/a/@href")[0]))


def test_the_address_that_search_engines_keep_has_no_situation(read: Read) -> None:
    (canonical,) = read(f"{STOPPED_PAGE}?{CAME_FROM}").xpath("//link[@rel='canonical']/@href")
    assert canonical == f"https://erfahrungen.example{STOPPED_PAGE}"
