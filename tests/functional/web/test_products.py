"""Solutions: whether one has become a product, who uses it, and how both are searched for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.web.factory import create_app
from app.web.reuse import products
from app.wiring import Services
from tests.functional.web.conftest import OPERATOR, Read
from tests.webnode.node import SOLUTION, SOLUTION_PAGE, STOPPED_PAGE, make_node, publish, text_of
from tests.webnode.reading import noted


def words(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def criteria(document: html.HtmlElement) -> dict[str, str]:
    return {
        item.get("id").removeprefix("produkt-"): words(item)
        for item in document.xpath("//li[starts-with(@id, 'produkt-')]")
    }


def test_a_solution_shows_eight_criteria_with_sources_and_the_next_step(read: Read) -> None:
    document = read(SOLUTION_PAGE)
    found = criteria(document)
    assert len(found) == 8
    assert found["product_owner"].startswith("Produktverantwortung erfüllt Beispielverbund")
    assert found["sales_role"].startswith("Vertriebliche Rolle noch nicht bekannt Nächster Schritt: Benennen, wer")
    assert "Gesichert bis: Dezember 2027" in found["upkeep"]
    assert "inhouse über den kommunalen IT-Dienstleister: Beispielverbund" in found["in_house_route"]
    marks = document.xpath("//li[@id='produkt-product_owner']//sup/a/@href")
    assert marks == ["#quelle-portal"]
    assert "4 von 8 Merkmalen sind mit Beleg erfüllt." in words(document.find(".//main"))


def test_solutions_stand_side_by_side_with_the_state_in_words(read: Read) -> None:
    row = read("/produktreife").xpath("//tbody/tr")[0]
    assert words(row.xpath("th/a")[0]) == "Beispielportal"
    cells = {cell.get("data-label"): words(cell) for cell in row.xpath("td")}
    assert cells["Produktverantwortung"] == "✓ erfüllt"
    assert cells["Vertriebliche Rolle"] == "? noch nicht bekannt"


NUMBER = 7
"""Solutions beside the one that is there: each second without a product owner, each third without upkeep."""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = make_node(tmp_path_factory.mktemp("products"))
    folder = "solutions/beispielportal-loesung"
    text = text_of(services, folder)
    publish(services, {f"{folder}-{number}/index.md": another(text, number) for number in range(NUMBER)})
    services.follow()
    yield services
    services.close()


def another(text: str, number: int) -> bytes:
    lines = [line for line in text.splitlines() if number % 2 or not line.startswith("product_owner:")]
    changed = {
        "id:": f"id: 10000000-0000-4000-8000-0000000001{number:02d}",
        "title:": f'title: "Portal {number}"',
        **({} if number % 3 else {"maintainer:": "maintainer: {type: unknown, until: unknown}"}),
    }
    return "\n".join(changed.get(line.split(" ")[0], line) for line in lines).encode() + b"\n"


def rows(document: html.HtmlElement) -> list[tuple[str, int]]:
    """The solutions with the number of criteria that they meet."""
    found = document.xpath("//tbody/tr")
    return [(words(row.xpath("th/a")[0]), sum(words(cell) == "✓ erfüllt" for cell in row.xpath("td"))) for row in found]


def pages(client: FlaskClient, address: str) -> list[html.HtmlElement]:
    """The page under an address and those that its link to the next one leads to."""
    found = [html.fromstring(client.get(address).data)]
    while following := found[-1].xpath("//a[@rel='next']/@href"):
        found.append(html.fromstring(client.get(following[0]).data))
    return found


@pytest.mark.parametrize("size", [2, 50])
def test_pages_show_solutions_once_the_best_first(many: Services, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(products, "SIZE", size)
    client = create_app(many, testing=True).test_client()
    found = pages(client, "/produktreife")
    shown = [row for page in found for row in rows(page)]
    assert [number for _title, number in shown] == sorted((number for _title, number in shown), reverse=True)
    assert len({title for title, _number in shown}) == len(shown) == NUMBER + 1
    assert {len(rows(page)) for page in found[:-1]} <= {size}
    assert all(f"{NUMBER + 1} von {NUMBER + 1} Lösungen" in words(page) for page in found)
    wanted = "/produktreife?erfuellt=upkeep&erfuellt=product_owner"
    both = [title for page in pages(client, wanted) for title, _number in rows(page)]
    assert both == ["Beispielportal", "Portal 1", "Portal 5"]
    beyond = client.get(f"{wanted}&seite=900")
    assert (beyond.status_code, rows(html.fromstring(client.get(beyond.location).data))[-1][0]) == (302, "Portal 5")


def test_the_address_of_a_page_names_no_other(many: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "SIZE", 2)
    client = create_app(many, testing=True).test_client()
    assert client.get("/produktreife?ort_land=HE&seite=900").location == "/produktreife?seite=4&ort_land=HE"
    document = html.fromstring(client.get("/produktreife?seite=2&ort_land=HE").data)
    assert document.xpath("//a[@rel='next']/@href") == ["/produktreife?seite=3&ort_land=HE"]
    assert not document.xpath("//form//input[@name='seite']")
    read = noted(many.catalogue, monkeypatch)
    assert client.get("/produktreife?erfuellt=upkeep").status_code == 200
    shown = {entry.slug for entry in read if entry.slug.startswith("beispielportal")}
    assert len(shown) == 2, "no record is read that the page does not show"


RUNNING_FOLDER = "case-studies/beispielkreis-starkregen"
SOLUTION_FOLDER = "solutions/beispielportal-loesung"


def test_who_used_a_solution_and_stopped_stands_apart_with_when_and_why(read: Read) -> None:
    document = read(SOLUTION_PAGE)
    section = document.xpath("//section[@aria-labelledby='beendet-titel']")[0]
    assert words(section).startswith("Wer sie eingesetzt und beendet hat Beispielstadt: Mitfahrbank")
    assert words(section).endswith("Eingestellt 2023, Gründe: zu wenig Nachfrage, Personal")
    assert section.xpath(".//a/@href") == [STOPPED_PAGE]
    assert not document.xpath("//section[@aria-labelledby='genutzt-titel']")
    assert not read(STOPPED_PAGE).xpath("//*[@id='genutzt' or @id='beendet']"), "a case is used by nobody"


def test_who_goes_on_with_a_solution_and_a_place_that_stopped_in_its_case_are_named_apart(tmp_path: Path) -> None:
    services = make_node(tmp_path, **OPERATOR)
    client = create_app(services, testing=True).test_client()
    running = f"/fallstudien/{RUNNING_FOLDER.rpartition('/')[2]}"
    case, solution = (text_of(services, folder) for folder in (RUNNING_FOLDER, SOLUTION_FOLDER))

    def named(part: str) -> html.HtmlElement:
        services.follow()
        return html.fromstring(client.get(SOLUTION_PAGE).data).xpath(f"//section[@aria-labelledby='{part}-titel']")[0]

    uses = "\nrelations:\n  - {rel: uses_solution, target: solution/beispielportal-loesung}\nsources:"
    publish(services, {f"{RUNNING_FOLDER}/index.md": case.replace("\nsources:", uses, 1).encode()})
    assert named("genutzt").xpath(".//a/@href") == [running]
    assert named("beendet").xpath(".//a/@href") == [STOPPED_PAGE]
    ended = (
        '\nusers:\n  - {text: "Musterort, ein Dorf", date: "2024", ended: "2024", '
        f"case: case-study/{RUNNING_FOLDER.rpartition('/')[2]}, sources: [portal]}}"
    )
    changed = solution.replace("\nusers:", ended, 1)
    publish(services, {f"{SOLUTION_FOLDER}/index.md": changed.encode(), f"{RUNNING_FOLDER}/index.md": case.encode()})
    assert named("beendet").xpath(".//a/@href") == [STOPPED_PAGE, running]
    assert words(named("beendet")).endswith("Musterort, ein Dorf · Eingestellt 2024")
    compared = html.fromstring(client.get(f"/auswahl?gemerkt={SOLUTION}").data)
    assert "Musterort, ein Dorf Eingestellt 2024" in words(compared)
    services.close()


def test_an_organisation_names_what_it_answers_for_and_as_what(read: Read) -> None:
    section = read("/organisationen/beispielverbund").xpath("//section[@aria-labelledby='verbunden']")[0]
    (told,) = (part for part in section.xpath(".//dl/div") if words(part).startswith("beteiligt an"))
    assert SOLUTION_PAGE in told.xpath(".//a/@href")
    assert "Produktverantwortung" in words(told)


def test_search_filters_by_what_a_record_uses(read: Read) -> None:
    document = read("/suche?nutzt=solution/beispielportal-loesung")
    assert [a.get("href").partition("?")[0] for a in document.xpath("//h3[@class='hit-title']/a")] == [STOPPED_PAGE]
    assert "Setzt ein oder wendet an: Beispielportal: Mitfahrten vermitteln" in words(document)


def test_search_filters_by_the_criteria_that_a_solution_meets(read: Read) -> None:
    document = read("/suche?produkt=upkeep")
    assert [a.get("href") for a in document.xpath("//h3[@class='hit-title']/a")] == [SOLUTION_PAGE]
    assert "Als Produkt belegt: Pflege finanziert" in words(document)
    facet = words(document.xpath("//section[@aria-labelledby='filter-produkt']")[0])
    assert facet.startswith("Als Produkt belegt")
    assert not read("/suche").xpath("//*[@id='filter-nutzt']"), "what records use is no list to choose from"
