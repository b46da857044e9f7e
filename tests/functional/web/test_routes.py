"""An address that once existed must not vanish unnoticed; test_access_table.py has every route of the site.

Each page is sound in both languages, and has no words of the other one.
"""

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from app.records.schema import FieldSpec, SchemaSet
from app.shared.wording import FOLDER
from app.web.shell.language import split_prefix
from tests.functional.web.conftest import Read
from tests.webnode.checks import check_page
from tests.webnode.node import CONCEPT_PAGE, RUNNING, SOLUTION_PAGE, STOPPED, STOPPED_PAGE, WITHDRAWN

ADDRESSES = [
    "/", "/suche", "/suche?q=Starkregen", "/suche?q=xyzzy", "/suche?land=HE&sort=title",
    "/suche?land=HE&ansicht=karte", "/karte", "/abonnieren", "/abonnieren?q=Bank&land=HE",
    f"/abonnieren?eintrag={STOPPED}", "/auswahl", f"/auswahl?gemerkt={STOPPED}&gemerkt={RUNNING}",
    "/produktreife", "/produktreife?erfuellt=upkeep",
    f"/auswahl?q=Bank&ort=Ulm&gemerkt={STOPPED}&abgelehnt={RUNNING}",
    "/fallstudien", "/loesungen", "/konzepte", "/organisationen", "/sammlungen", STOPPED_PAGE, SOLUTION_PAGE,
    CONCEPT_PAGE, "/organisationen/beispielverbund", f"{STOPPED_PAGE}/einfach", f"/r/{STOPPED}/v/1",
    f"/r/{STOPPED}/v/2", f"/r/{STOPPED}/verlauf", f"/r/{RUNNING}/verlauf", f"/r/{STOPPED}/vergleich?von=1&bis=3",
    f"/r/{STOPPED}/vergleich?von=2&bis=3", f"/auswahl?q=Mitfahrbank&gemerkt={STOPPED}", "/vermerk/laden",
    f"/zielpruefung?abgelehnt={STOPPED}", "/eingestellt", "/eingestellt?thema=mobility", "/ueberblick",
    "/ueberblick?ergebnis=stopped", "/foerderprogramme", "/foerderprogramme/modellprojekte-smart-cities",
    "/foerderprogramme/leader", f"/einbetten/{STOPPED}/anleitung", "/stoebern", "/themen/mobility",
    "/themen/health-care", "/laender/HE", "/laender/SN", "/begriffe", "/begriffe/topics",
    "/begriffe/terms", "/begriffe/topics/mobility", "/begriffe/terms/on-demand-transport", "/netz", "/ueber",
    "/einfache-sprache", "/mitmachen", "/suche/hilfe", "/impressum", "/datenschutz", "/barrierefreiheit",
]  # fmt: skip
OTHERS = {
    "compare.spreadsheet": (f"/vergleich.csv?gemerkt={STOPPED}", 200, "text/csv; charset=utf-8"),
    "kickoff.places": ("/projektstart/orte?q=Beispiel", 200, "application/json"),
    "search.suggestions": ("/suche/vorschlaege?q=Star", 200, "application/json"),
    "embedding.card": (f"/einbetten/{STOPPED}", 200, "text/html; charset=utf-8"),
    "embedding.oembed": (f"/oembed?url=https://erfahrungen.example/r/{STOPPED}", 200, "application/json"),
    "embedding.badge": (f"/r/{STOPPED}/genutzt.svg", 200, "image/svg+xml"),
    "embedding.code": (f"/r/{STOPPED}/qr.svg", 200, "image/svg+xml"),
    "embedding.version_code": (f"/r/{STOPPED}/v/1/qr.svg", 200, "image/svg+xml"),
    "records.markdown": (f"{STOPPED_PAGE}.md", 200, "text/markdown; charset=utf-8"),
    "records.file": (f"{STOPPED_PAGE}/dateien/bank.png", 200, "image/png"),
    "permanent.citation": (f"/r/{STOPPED}/v/1/zitat.bib", 200, "application/x-bibtex; charset=utf-8"),
    "permanent.record": (f"/r/{STOPPED}", 303, "text/html; charset=utf-8"),
    "permanent.file": (f"/r/{STOPPED}/v/1/dateien/bank.png", 200, "image/png"),
    "start.kickoff": ("/projektstart", 301, "text/html; charset=utf-8"),
    "topics.topics": ("/handlungsfelder", 301, "text/html; charset=utf-8"),
    "places.states": ("/laender", 301, "text/html; charset=utf-8"),
    "terms.scheme_graph": ("/begriffe/terms.ttl", 200, "text/turtle; charset=utf-8"),
    "terms.term_graph": ("/begriffe/terms/call-taxi.jsonld", 200, "application/ld+json"),
    "opensearch.description": ("/opensearch.xml", 200, "application/opensearchdescription+xml"),
    "records.links": (f"{STOPPED_PAGE}/linkset", 200, "application/linkset+json"),
    "pages.robots": ("/robots.txt", 200, "text/plain; charset=utf-8"),
    "pages.security_txt": ("/.well-known/security.txt", 200, "text/plain; charset=utf-8"),
}
DRAWN = {"records.sheets", "records.slides", "records.card", "collections.all_records"}
"""Files that take a second to draw; one of each is enough, in English: tests of their own draw the German ones."""
MISSING = [
    "/nirgends", "/fallstudien/nirgends", f"/r/{STOPPED}/v/99", "/themen/nirgends", "/laender/XX",
    "/abonnieren?eintrag=x",
]  # fmt: skip


@pytest.fixture(scope="module")
def pages(app: Flask) -> dict[str, html.HtmlElement]:
    """Every page in both languages, read once and found sound."""
    client, found = app.test_client(), {}
    for path in (prefix + address for prefix in ("", "/en") for address in ADDRESSES):
        answer = client.get(path)
        assert answer.status_code == 200, path
        found[path] = check_page(answer.text, dict(answer.headers), "en" if path.startswith("/en") else "de")
    return found


def test_every_page_has_navigation_and_footer(pages: dict[str, html.HtmlElement]) -> None:
    parts = ("//nav[@aria-label]", "//footer")
    assert [path for path, page in pages.items() if not all(page.xpath(part) for part in parts)] == []


def test_every_page_has_a_menu_of_four_and_one_search_field(pages: dict[str, html.HtmlElement]) -> None:
    for path, page in pages.items():
        menu = [" ".join(a.text_content().split()) for a in page.xpath("//header//nav//a")]
        german = ["Suchen", "Stöbern", "Mitmachen", "Ihre Auswahl"]
        assert [name.partition(" (")[0] for name in menu] == (
            ["Search", "Browse", "Take part", "Your selection"] if path.startswith("/en") else german
        ), path
        assert len(page.xpath("//form[@role='search']")) == 1, path


@pytest.mark.parametrize(("path", "part"), [("/themen", "handlungsfelder"), ("/laender", "laender")])
def test_former_menu_entries_lead_to_the_browsing_page(client: FlaskClient, read: Read, path: str, part: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (301, f"/stoebern#{part}")
    assert client.get(f"/en{path}").location == f"/en/stoebern#{part}"
    assert read("/stoebern").xpath(f"//section[h2[@id='{part}']]//ul[@class='counts']//a")


@pytest.mark.parametrize("path", MISSING)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_missing_page_helps(read: Read, prefix: str, path: str) -> None:
    document = read(prefix + path, status=404)
    assert document.xpath("//form[@role='search']")


@pytest.mark.parametrize("endpoint", OTHERS)
def test_other_answers_have_the_right_type(client: FlaskClient, endpoint: str) -> None:
    path, status, content_type = OTHERS[endpoint]
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, content_type)


def test_titles_tell_pages_apart(pages: dict[str, html.HtmlElement]) -> None:
    titles = Counter(
        (path.startswith("/en"), page.findtext(".//title"))
        for path, page in pages.items()
        if not path.endswith("/suche?land=HE&sort=title")
    )
    assert [title for title, count in titles.items() if count > 1] == []


def test_links_lead_to_pages_in_a_language(app: Flask, client: FlaskClient, pages: dict[str, html.HtmlElement]) -> None:
    adapter, followed = app.url_map.bind("erfahrungen.example"), dict[tuple[str, ...], str]()
    for path, page in pages.items():
        links = page.xpath("//a[starts-with(@href, '/')]")
        if path.startswith("/en"):
            leaving = [a.get("href") for a in links if not a.get("hreflang") and not a.get("href").startswith("/en/")]
            assert leaving == [], path
        for href in (link.get("href").partition("#")[0] for link in links):
            prefix, _language, address = split_prefix(href)
            where, _, query = address.partition("?")
            endpoint = adapter.match(where)[0] if adapter.test(where) else where
            # Addresses that differ in the values of what they ask for are answered alike, and in English as in German.
            asked = sorted({part.partition("=")[0] for part in query.split("&")})
            if prefix or endpoint not in DRAWN:
                followed.setdefault((prefix, endpoint if prefix else where, *asked), href)
    # The map of the whole node leads on to that of a search where something is asked for.
    there = {200, 302, 303}
    broken = {href: status for href in followed.values() if (status := client.get(href).status_code) not in there}
    assert broken == {}


def test_withdrawn_record_says_why(read: Read) -> None:
    for path in (f"/r/{WITHDRAWN}", f"/r/{WITHDRAWN}/v/1", "/fallstudien/beispielstadt-irrtum"):
        text = read(path, status=410).text_content()
        assert "zurückgezogen" in text
        assert "Grund: fehlerhaft." in text
        assert "Den Versuch hat es nie gegeben." in text


@pytest.mark.parametrize(
    "path", ["/fallstudien", "/loesungen", "/konzepte", "/organisationen", "/stoebern", "/en/laender/HE"]
)
def test_an_address_with_a_slash_at_its_end_leads_to_its_page(client: FlaskClient, path: str) -> None:
    answer = client.get(f"{path}/?seite=2")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{path}?seite=2")


@pytest.mark.parametrize("path", [STOPPED_PAGE, f"/en{STOPPED_PAGE}"])
def test_an_address_with_a_slash_too_many_leads_to_its_page_on_this_site(client: FlaskClient, path: str) -> None:
    doubled = "//".join(path.rsplit("/", 1))
    answer = client.get(f"{doubled}?q=Bus", headers={"Host": "stranger.example"})
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{path}?q=Bus")


ROOT = Path(__file__).parents[3]
SAME = {"Erfahrungsnetz", "Start", "Version", "Open Source", "App", "Software"}
"""Words that are right in both languages."""


def messages() -> dict[str, str]:
    """English -> German for whole texts without placeholders."""
    with (FOLDER / "de" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file)
    single = {str(m.id): str(m.string) for m in catalogue if isinstance(m.id, str) and m.id and not m.context}
    return {en: de for en, de in single.items() if "%(" not in en and en != de} | labels()


def labels() -> dict[str, str]:
    schemas = SchemaSet.load(ROOT / "schemas")
    found: dict[str, str] = {}
    for kind in schemas.kinds:
        found[kind.plural_label("en")] = kind.plural_label("de")
        for spec in kind.fields:
            found |= dict(_labels_of(spec))
    return {en: de for en, de in found.items() if en != de and len(de) > 3}


def _labels_of(spec: FieldSpec) -> Iterator[tuple[str, str]]:
    yield spec.label("en"), spec.label("de")
    yield from ((choice.label("en"), choice.label("de")) for choice in spec.choices)
    for part in (*spec.properties, *([spec.items] if spec.items else [])):
        yield from _labels_of(part)


def interface_texts(document: html.HtmlElement) -> set[str]:
    """The texts of a page that are the interface's own and not the record's."""
    document = deepcopy(document)
    for foreign in document.xpath("//main//*[@lang] | //a[@hreflang]"):
        foreign.drop_tree()
    texts = document.xpath("//body//text()") + document.xpath("//@aria-label")
    return {" ".join(str(text).split()).rstrip(":") for text in texts}


def test_no_page_has_interface_words_of_the_other_language(pages: dict[str, html.HtmlElement], read: Read) -> None:
    german = {words.rstrip(":") for words in messages().values()} - set(messages()) - SAME
    english = {words.rstrip(":") for words in messages()} - set(messages().values()) - SAME
    missing = {path: read(path, status=404) for path in ("/nirgends", "/en/nirgends")}
    found = {
        path: interface_texts(page) & (german if path.startswith("/en") else english)
        for path, page in {**pages, **missing}.items()
    }
    assert {path: texts for path, texts in found.items() if texts} == {}


def test_other_language_is_one_link_away_with_the_same_question(read: Read) -> None:
    assert read("/suche?q=Bank&land=HE").xpath("//a[@hreflang='en']/@href") == ["/en/suche?q=Bank&land=HE"]
    assert read("/en/suche?q=Bank&land=HE").xpath("//a[@hreflang='de']/@href") == ["/suche?q=Bank&land=HE"]
    assert read(f"/r/{STOPPED}/v/1").xpath("//a[@hreflang='en']/@href") == [f"/en/r/{STOPPED}/v/1"]


def test_german_text_is_marked_on_english_pages(read: Read) -> None:
    document = read(f"/en{STOPPED_PAGE}")
    assert document.xpath("//h1/@lang") == ["de"]
    assert document.xpath("//p[@class='lead']/@lang") == ["de"]
    assert all(element.get("lang") == "de" for element in document.xpath("//div[@class='prose']"))
    assert not read(STOPPED_PAGE).xpath("//main//*[@lang]")
