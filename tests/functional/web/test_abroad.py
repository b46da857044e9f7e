"""A case of a municipality outside Germany is read, listed and searched like others."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.wiring import Services
from tests.webnode.node import make_node, publish, text_of

SLUG = "beispielkreis-starkregen"
FILE = f"case-studies/{SLUG}/index.md"
PAGE = f"/fallstudien/{SLUG}"
QUESTION = "Wie warnen wir ohne Mobilfunk?"
_PLACES = f"""\
municipalities:
  - name: Beispieltal
    country: IT
    region: Südtirol
    kind: municipality
    role: lead
    population: 3400
    approx: nearly
    population_as_of: 2024-12
    sources: [kreis]
questions:
  - {QUESTION}
translations:
  - lang: en
    title: Warning of heavy rain
    summary: Sensors warn of heavy rain. They have run since 2021.
    outcome: The sensors stay.
    lessons:
      - id: feuerwehr-zuerst
        statement: Ask the fire brigade first.
        recommendation: Ask them before you buy.
"""


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = make_node(tmp_path_factory.mktemp("abroad"))
    before, _, rest = text_of(services, f"case-studies/{SLUG}").partition("municipalities:\n")
    after = rest[rest.index("\ngoals:") + 1 :]
    publish(services, {FILE: f"{before}{_PLACES}{after}".encode()})
    services.follow()
    yield services
    services.close()


def words(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(answer.get_data(as_text=True).replace("\N{NO-BREAK SPACE}", " ").split())


def test_region_and_country_stand_in_place_of_the_state(client: FlaskClient) -> None:
    page = words(client, PAGE)
    assert "Fallstudie · Beispieltal, Südtirol, Italien<" in page
    assert "knapp 3.400 Einwohner" in page
    assert "Beispieltal (Südtirol, Italien)" in page
    assert "Beispieltal, Südtirol, Italy" in words(client, f"/en{PAGE}")
    assert "Gemeinde, knapp 3.400 Einw." in words(client, "/suche?q=Südtirol")


def test_it_is_found_by_region_and_country_and_in_no_german_state(client: FlaskClient) -> None:
    for query in ("Südtirol", "Italien", "italy"):
        assert PAGE in words(client, f"/suche?q={query}")
    assert PAGE not in words(client, "/stoebern")


def test_no_page_stumbles_over_it(client: FlaskClient) -> None:
    for path in ("/suche?groesse=lt5k", "/feed.atom", f"/auswahl?v={SLUG}", "/suche?ort=Beispieltal"):
        words(client, path)


def test_the_api_names_no_state_for_it(client: FlaskClient, services: Services) -> None:
    entry = services.catalogue.head_by_slug("case-study", SLUG)
    answer = client.get(f"/api/v1/records/{entry.id}").get_json()
    assert answer["states"] == []
    assert answer["record"]["municipalities"][0]["country"] == "IT"


def test_a_record_has_one_page_in_english_and_the_other_leads_to_it(client: FlaskClient) -> None:
    answer = client.get(f"{PAGE}/englisch")
    assert (answer.status_code, answer.location) == (301, f"/en{PAGE}")
    assert client.get(f"/en{PAGE}/englisch").location == f"/en{PAGE}"
    assert client.get("/fallstudien/gibt-es-nicht/englisch").status_code == 404


def test_english_pages_show_title_and_summary_in_english(client: FlaskClient) -> None:
    page = words(client, f"/en{PAGE}")
    document = html.fromstring(page)
    head, lead = document.xpath("//h1")[0], document.xpath("//p[@class='lead']")[0]
    assert (head.text_content(), head.get("lang")) == ("Warning of heavy rain", None)
    assert (lead.text_content(), lead.get("lang")) == ("Sensors warn of heavy rain. They have run since 2021.", None)
    outcome = document.xpath("//div[@class='line-outcome']/dd")[0].text_content()
    assert "The sensors stay." in outcome
    assert "What is in English here was translated." in page
    assert document.xpath("//main//a[@hreflang='de']/@href") == [PAGE]


def test_lessons_stand_in_english_with_their_german_one_click_away(client: FlaskClient) -> None:
    lesson = html.fromstring(words(client, f"/en{PAGE}")).xpath("//article[@id='lehre-feuerwehr-zuerst']")[0]
    assert (lesson.findtext("h3"), lesson.find("h3").get("lang")) == ("Ask the fire brigade first.", None)
    (original,) = lesson.xpath("./details[summary='Translated; the German original']/div[@lang='de']")
    assert "Feuerwehr" in original.text_content()
    assert not html.fromstring(words(client, PAGE)).xpath("//details[contains(., 'fire brigade')]")


def test_questions_are_suggested_and_are_no_part_of_the_page(client: FlaskClient) -> None:
    assert QUESTION not in words(client, PAGE)
    assert QUESTION in client.get("/suche/vorschlaege?q=wie warnen").get_json()["suggestions"]
