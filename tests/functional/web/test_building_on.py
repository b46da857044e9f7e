"""Who uses a solution, and the filters that reuse adds to the search."""

from __future__ import annotations

from pathlib import Path

from lxml import html

from app.web.factory import create_app
from tests.functional.web.conftest import OPERATOR, Read
from tests.webnode.node import SOLUTION_PAGE, STOPPED_PAGE, make_node, publish

RUNNING_FOLDER = "case-studies/beispielkreis-starkregen"


def words(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def test_who_used_a_solution_and_stopped_stands_apart_with_when_and_why(read: Read) -> None:
    document = read(SOLUTION_PAGE)
    section = document.xpath("//section[@aria-labelledby='beendet']")[0]
    assert words(section).startswith("Wer sie eingesetzt und beendet hat Beispielstadt: Mitfahrbank")
    assert words(section).endswith("Eingestellt 2023, Gründe: zu wenig Nachfrage, Personal")
    assert section.xpath(".//a/@href") == [STOPPED_PAGE]
    assert not document.xpath("//section[@aria-labelledby='genutzt']")


def test_who_goes_on_with_a_solution_is_named_without_those_who_stopped(tmp_path: Path) -> None:
    services = make_node(tmp_path, **OPERATOR)
    case = services.repository.folder(RUNNING_FOLDER, services.repository.head()).text or b""
    uses = b"\nrelations:\n  - {rel: uses_solution, target: solution/beispielportal-loesung}\nsources:"
    publish(services, {f"{RUNNING_FOLDER}/index.md": case.replace(b"\nsources:", uses, 1)})
    services.follow()
    document = html.fromstring(create_app(services, testing=True).test_client().get(SOLUTION_PAGE).data)
    hrefs = [document.xpath(f"//section[@aria-labelledby='{part}']//a/@href") for part in ("genutzt", "beendet")]
    assert hrefs == [[f"/fallstudien/{RUNNING_FOLDER.rpartition('/')[2]}"], [STOPPED_PAGE]]
    services.close()


def test_a_place_that_stopped_in_a_case_that_goes_on_is_named_with_its_case(tmp_path: Path) -> None:
    services = make_node(tmp_path, **OPERATOR)
    folder = "solutions/beispielportal-loesung"
    text = services.repository.folder(folder, services.repository.head()).text or b""
    case = f"case-study/{RUNNING_FOLDER.rpartition('/')[2]}"
    ended = (
        f'\nusers:\n  - {{text: "Musterort, ein Dorf", date: "2024", ended: "2024", case: {case}, sources: [portal]}}'
    )
    publish(services, {f"{folder}/index.md": text.replace(b"\nusers:", ended.encode(), 1)})
    services.follow()
    client = create_app(services, testing=True).test_client()
    section = html.fromstring(client.get(SOLUTION_PAGE).data).xpath("//section[@aria-labelledby='beendet']")[0]
    assert section.xpath(".//a/@href") == [STOPPED_PAGE, f"/fallstudien/{RUNNING_FOLDER.rpartition('/')[2]}"]
    assert words(section).endswith("Musterort, ein Dorf · Eingestellt 2024")
    solution = services.catalogue.named("solution/beispielportal-loesung")
    assert solution is not None
    compared = html.fromstring(client.get(f"/vergleich?id={solution.id}").data)
    assert "Musterort, ein Dorf Eingestellt 2024" in words(compared)
    services.close()


def test_a_case_is_used_by_nobody(read: Read) -> None:
    assert not read(STOPPED_PAGE).xpath("//*[@id='genutzt' or @id='beendet']")


def test_an_organisation_names_what_it_answers_for_and_as_what(read: Read) -> None:
    section = read("/organisationen/beispielverbund").xpath("//section[@aria-labelledby='verbunden']")[0]
    (told,) = (part for part in section.xpath(".//dl/div") if words(part).startswith("beteiligt an"))
    assert SOLUTION_PAGE in told.xpath(".//a/@href")
    assert "Produktverantwortung" in words(told)


def test_they_lead_on_with_the_kickoff(read: Read) -> None:
    section = read(f"{SOLUTION_PAGE}?monate=12").xpath("//section[@aria-labelledby='beendet']")[0]
    assert section.xpath(".//a/@href") == [f"{STOPPED_PAGE}?monate=12"]


def test_search_filters_by_what_a_record_uses(read: Read) -> None:
    document = read("/suche?nutzt=solution/beispielportal-loesung")
    assert [a.get("href").partition("?")[0] for a in document.xpath("//h3[@class='hit-title']/a")] == [STOPPED_PAGE]
    assert "Setzt ein oder wendet an: Beispielportal: Mitfahrten vermitteln" in words(document)


def test_search_filters_by_the_criteria_that_a_solution_meets(read: Read) -> None:
    document = read("/suche?produkt=upkeep")
    assert [a.get("href") for a in document.xpath("//h3[@class='hit-title']/a")] == [SOLUTION_PAGE]
    assert "Als Produkt belegt: Pflege finanziert" in words(document)
    facet = words(read("/suche").xpath("//section[@aria-labelledby='filter-produkt']")[0])
    assert facet.startswith("Als Produkt belegt")


def test_what_records_use_is_no_list_to_choose_from(read: Read) -> None:
    assert not read("/suche").xpath("//*[@id='filter-nutzt']")
