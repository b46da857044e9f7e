"""Who uses a solution, and the filters that reuse adds to the search."""

from __future__ import annotations

from pathlib import Path

from lxml import html

from app.web.factory import create_app
from tests.functional.web.conftest import OPERATOR, Read
from tests.webnode.node import SOLUTION, SOLUTION_PAGE, STOPPED_PAGE, make_node, publish, text_of

RUNNING_FOLDER = "case-studies/beispielkreis-starkregen"
SOLUTION_FOLDER = "solutions/beispielportal-loesung"


def words(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def test_who_used_a_solution_and_stopped_stands_apart_with_when_and_why(read: Read) -> None:
    document = read(SOLUTION_PAGE)
    section = document.xpath("//section[@aria-labelledby='beendet']")[0]
    assert words(section).startswith("Wer sie eingesetzt und beendet hat Beispielstadt: Mitfahrbank")
    assert words(section).endswith("Eingestellt 2023, Gründe: zu wenig Nachfrage, Personal")
    assert section.xpath(".//a/@href") == [STOPPED_PAGE]
    assert not document.xpath("//section[@aria-labelledby='genutzt']")
    assert not read(STOPPED_PAGE).xpath("//*[@id='genutzt' or @id='beendet']"), "a case is used by nobody"


def test_who_goes_on_with_a_solution_and_a_place_that_stopped_in_its_case_are_named_apart(tmp_path: Path) -> None:
    services = make_node(tmp_path, **OPERATOR)
    client = create_app(services, testing=True).test_client()
    running = f"/fallstudien/{RUNNING_FOLDER.rpartition('/')[2]}"
    case, solution = (text_of(services, folder) for folder in (RUNNING_FOLDER, SOLUTION_FOLDER))

    def named(part: str) -> html.HtmlElement:
        services.follow()
        return html.fromstring(client.get(SOLUTION_PAGE).data).xpath(f"//section[@aria-labelledby='{part}']")[0]

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
    compared = html.fromstring(client.get(f"/vergleich?id={SOLUTION}").data)
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
    search = read("/suche")
    facet = words(search.xpath("//section[@aria-labelledby='filter-produkt']")[0])
    assert facet.startswith("Als Produkt belegt")
    assert not search.xpath("//*[@id='filter-nutzt']"), "what records use is no list to choose from"
