"""Who reads the site in English finds records under their English titles, wherever their names lead to them."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.wiring import Services
from tests.webnode.node import RUNNING, STOPPED, make_node, publish, text_of

FOLDER = "case-studies/beispielkreis-starkregen"
TITLE = "Example district: warning of heavy rain"
_ENGLISH = f"""
relations:
  - {{rel: uses_solution, target: solution/beispielportal-loesung}}
translations:
  - {{lang: en, file: english.md, title: "{TITLE}", summary: "Twelve municipalities are warned earlier."}}
sources:"""
PAGES = (
    "/suche?q=Starkregen", "/fallstudien", f"/auswahl?gemerkt={RUNNING}&gemerkt={STOPPED}",
    f"/auswahl?gemerkt={RUNNING}", "/loesungen/beispielportal-loesung", "/suche?q=Starkregen&monate=12",
)  # fmt: skip


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = make_node(tmp_path_factory.mktemp("english"))
    english = b"## What was done {#approach}\n\nTwelve municipalities are warned.[^kreis]\n"
    files = {"index.md": text_of(services, FOLDER).replace("\nsources:", _ENGLISH, 1).encode(), "english.md": english}
    publish(services, {f"{FOLDER}/{name}": content for name, content in files.items()})
    services.follow()
    yield services
    services.close()


def links(client: FlaskClient, path: str) -> list[html.HtmlElement]:
    document = html.fromstring(client.get(path).get_data(as_text=True))
    return [a for a in document.xpath("//main//a") if TITLE in a.text_content()]


def test_english_pages_call_a_record_by_its_english_title(client: FlaskClient) -> None:
    for path in PAGES:
        found = links(client, f"/en{path}")
        assert found, path
        assert all(link.get("lang") is None for link in found), "the page is English already"
        assert not links(client, path), path


def test_cards_of_the_start_page_say_in_english_what_came_of_it_where_the_record_has_that(client: FlaskClient) -> None:
    card = html.fromstring(client.get("/en/").get_data(as_text=True)).xpath(f"//article[contains(., '{TITLE}')]")[0]
    said = " ".join(card.xpath(".//p")[1].text_content().split())
    assert said == "It worked: Twelve municipalities are warned earlier."


def test_the_way_to_a_page_names_records_as_links_do(client: FlaskClient) -> None:
    def way(path: str) -> list[html.HtmlElement]:
        document = html.fromstring(client.get(path).get_data(as_text=True))
        return list(document.xpath("//nav[contains(@class, 'breadcrumb')]//li"))

    assert TITLE in way(f"/en/r/{RUNNING}/verlauf")[1].text_content()
    german = way(f"/en/r/{STOPPED}/verlauf")[1]
    assert german.xpath(".//span/@lang") == ["de"]
    assert not way(f"/r/{STOPPED}/verlauf")[1].xpath(".//@lang")


def test_lists_say_that_records_are_german_only_where_there_are_some(client: FlaskClient) -> None:
    said = "Most records are written in German."
    assert said in client.get("/en/fallstudien").get_data(as_text=True)
    assert said not in client.get("/en/fragen").get_data(as_text=True)
    assert said not in client.get("/en/laender/SH").get_data(as_text=True)
