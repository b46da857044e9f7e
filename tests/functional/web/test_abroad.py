"""A case of a municipality outside Germany is read, listed and searched like others."""

from __future__ import annotations

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
    assert "Gemeinde, knapp 3.400 Einw. <" in words(client, "/suche?q=Südtirol")


def test_it_is_found_by_region_and_country_and_in_no_german_state(client: FlaskClient) -> None:
    for query in ("Südtirol", "Italien", "italy"):
        assert PAGE in words(client, f"/suche?q={query}")
    assert PAGE not in words(client, "/stoebern")


def test_no_page_stumbles_over_it(client: FlaskClient) -> None:
    for path in ("/suche?groesse=lt5k", "/feed.atom", f"/vergleich?v={SLUG}", "/projektstart?ort=Beispieltal"):
        words(client, path)


def test_the_api_names_no_state_for_it(client: FlaskClient, services: Services) -> None:
    entry = services.catalogue.head_by_slug("case-study", SLUG)
    answer = client.get(f"/api/v1/records/{entry.id}").get_json()
    assert answer["states"] == []
    assert answer["record"]["municipalities"][0]["country"] == "IT"


def test_english_of_title_and_summary_alone_has_its_page(client: FlaskClient) -> None:
    page = words(client, f"{PAGE}/englisch")
    assert "They have run since 2021." in page
    assert 'class="prose"' not in page


def test_english_pages_show_title_and_summary_in_english(client: FlaskClient) -> None:
    page = words(client, f"/en{PAGE}")
    assert "In short: Sensors warn of heavy rain." in page
    head = html.fromstring(page).xpath("//h1")[0]
    assert (head.text_content(), head.get("lang")) == ("Warning of heavy rain", None)


def test_questions_stand_folded_behind_the_text_and_are_suggested(client: FlaskClient) -> None:
    page = words(client, PAGE)
    folded = page[page.index('id="fragen-titel"') : page.index('id="quellen"')]
    assert "Fragen, auf die dieser Eintrag antwortet" in folded
    assert QUESTION in folded
    assert QUESTION in client.get("/suche/vorschlaege?q=wie warnen").get_json()["suggestions"]
