"""The check whether a result has become a product: on the page of a solution and side by side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.web.factory import create_app
from app.web.reuse import products
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.node import SOLUTION_PAGE, make_node, publish, text_of
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
def test_pages_together_show_each_solution_once_and_first_what_meets_most(
    many: Services, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
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
