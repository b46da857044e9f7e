"""Up to five records side by side: the page, what leads on from it, and the file."""

import csv
import io

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.kickoff.comparison import MAX_COLUMNS
from app.search.port import SearchUnavailable
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.node import RUNNING, SOLUTION, SOLUTION_PAGE, STOPPED, STOPPED_PAGE, WITHDRAWN

TWO = f"gemerkt={STOPPED}&gemerkt={RUNNING}"
OTHERS = [f"10000000-0000-4000-8000-00000000000{n}" for n in (4, 5, 6)]


def words(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def row(document: html.HtmlElement, label: str) -> tuple[str, list[str]]:
    for found in document.xpath("//tbody/tr"):
        head = words(found.find("th"))
        if head.startswith(label):
            return head, [words(cell) for cell in found.findall("td")]
    raise AssertionError(label)


def heads(document: html.HtmlElement) -> list[str]:
    return [str(href) for href in document.xpath("//thead//th/a/@href")]


def test_records_stand_in_columns_and_what_they_say_in_rows(read: Read) -> None:
    document = read(f"/auswahl?{TWO}")
    assert [href.partition("?")[0] for href in heads(document)] == [
        STOPPED_PAGE,
        "/fallstudien/beispielkreis-starkregen",
    ]
    label, cells = row(document, "Kosten")
    assert cells[0].startswith("4.500 € einmalig")
    assert cells[1] == "nicht bekannt"
    assert label == "Kosten", "the other record says nothing, which is no difference"
    assert row(document, "Ergebnis")[0] == "Ergebnis ≠ verschieden"
    assert all(words(cell) for cell in document.xpath("//tbody//td")), "what is not said is no empty cell"
    assert "entfällt" in row(read(f"/auswahl?gemerkt={OTHERS[-1]}&gemerkt={RUNNING}"), "Kosten")[1], (
        "a kind without costs"
    )


def test_who_stopped_stands_beside_what_they_used_with_when_and_why(read: Read) -> None:
    document = read(f"/auswahl?gemerkt={STOPPED}&gemerkt={RUNNING}&gemerkt={SOLUTION}")
    _label, cells = row(document, "Eingestellt in")
    ended = "Beispielstadt Eingestellt 2023, Gründe: zu wenig Nachfrage, Personal"
    assert cells == [ended, "entfällt", ended]
    links = document.xpath("//tr[starts-with(normalize-space(th), 'Eingestellt in')]//a/@href")
    assert [link.partition("?")[0] for link in links] == [STOPPED_PAGE]


def test_nine_rows_stand_first_and_the_rest_is_folded_by_topic(read: Read) -> None:
    document = read(f"/auswahl?{TWO}")
    first = [
        words(head.find("th")).partition(" ≠")[0].partition(" =")[0] for head in document.xpath("(//table)[1]/tbody/tr")
    ]
    assert first == ["Ergebnis", "Kosten", "Dauer", "Größe", "Ansprechstelle", "Für Sie beziehbar", "Eingestellt in",
                     "Lehren", "Entscheidung"]  # fmt: skip
    folded = [
        words(summary) for summary in document.xpath("//form//details[contains(@class, 'compare-topic')]/summary")
    ]
    assert (folded[0], folded[4]) == ("Ergebnis und Belege", "Lehren")
    assert not document.xpath("//details[contains(@class, 'compare-topic')][not(@id)][@open]")


def test_the_askers_own_situation_is_the_first_column(read: Read) -> None:
    place = "ort=Musterdorf&ort_land=HE&ort_art=municipality&einwohner=1200&monate=6&budget=3000"
    document = read(f"/auswahl?{TWO}&{place}&q=Mitfahrbank")
    assert [words(head) for head in document.xpath("(//table)[1]/thead//th")][:2] == ["Verglichen wird", "Ihre Lage"]
    own = {
        words(line.find("th")).split(" ")[0]: words(line.find("td")) for line in document.xpath("(//table)[1]/tbody/tr")
    }
    assert own["Kosten"] == "3.000 €"
    assert own["Dauer"] == "6 Monate"
    assert own["Größe"] == "Gemeinde, 1.200 Einw."
    cost, time = row(document, "Kosten")[1][1], row(document, "Dauer")[1][1]
    assert "für Sie" not in cost, "what another place paid is no price"
    assert "je Einwohner" not in cost, "another place took part, whose inhabitants nobody names"
    assert "▲ Kostete 4.500 €, mehr als Ihr Budget (3.000 €)." in cost
    assert "▲" not in time, "it ran so long, and nobody says how long it took until it ran"
    for other in ("", "&q=Starkregen"):
        assert "▲" not in row(read(f"/auswahl?{TWO}&{place}{other}"), "Kosten")[1][1], "of something else"
    assert "Ihre Lage" not in words(read(f"/auswahl?{TWO}"))


def test_a_price_per_inhabitant_is_shown_only_if_the_asker_can_obtain_the_solution(read: Read) -> None:
    size = "ort=Musterdorf&ort_art=municipality&einwohner=1200"
    here = row(read(f"/auswahl?gemerkt={SOLUTION}&{size}&ort_land=HE"), "Kosten")[1][-1]
    assert "für Sie: rund 5 € je Einwohner in fünf Jahren" in here
    there = row(read(f"/auswahl?gemerkt={SOLUTION}&{size}&ort_land=BY"), "Kosten")[1][-1]
    assert "1.200 € im Jahr" in there
    assert "für Sie" not in there


def test_each_statement_leads_to_its_source_and_each_lesson_to_its_place(read: Read) -> None:
    hrefs = read(f"/auswahl?{TWO}").xpath("//tbody//a/@href")
    pages = [href for href in hrefs if href.startswith(f"{STOPPED_PAGE}?")]
    assert any(href.endswith("#quelle-bericht") for href in pages)
    assert any(href.endswith("#lehre-standort") for href in pages)


def test_a_place_adds_the_row_that_says_whether_it_can_obtain_it(read: Read) -> None:
    document = read(f"/auswahl?{TWO}&ort_land=HE&ort_art=town&mitglied=beispielverbund")
    cells = row(document, "Für Sie beziehbar")[1]
    assert cells[0] == "Hessen"
    assert cells[1].startswith("Beispielportal: Ja: inhouse über den kommunalen")
    assert cells[2] == "nennt keine Lösung"
    assert row(read(f"/auswahl?{TWO}"), "Für Sie beziehbar")[1] == ["hängt von Ihrem Ort ab", "nennt keine Lösung"]
    unclear = read(f"/auswahl?{TWO}&ort=Neustadt")
    assert row(unclear, "Für Sie beziehbar")[1] == ["hängt von Ihrem Ort ab", "nennt keine Lösung"]
    assert unclear.xpath("//details[@open]//form//input[@name='ort'][@value='Neustadt']")


def test_the_place_can_be_named_on_the_page_and_the_records_stay(read: Read) -> None:
    form = read(f"/auswahl?gemerkt={STOPPED}&gemerkt={SOLUTION}&q=Bank").xpath("//form[.//input[@name='ort']]")[0]
    kept = list(
        zip(form.xpath(".//input[@type='hidden']/@name"), form.xpath(".//input[@type='hidden']/@value"), strict=True)
    )
    assert kept == [("q", "Bank"), ("gemerkt", STOPPED), ("gemerkt", SOLUTION)]


def test_everything_of_the_kickoff_goes_along(read: Read) -> None:
    carried = f"q=Mitfahren&monate=12&gemerkt={STOPPED}&abgelehnt={RUNNING}"
    document = read(f"/auswahl?{carried}")
    assert len(heads(document)) == 2, "what was rejected is compared too"
    assert all(href.endswith(carried) for href in heads(document))
    assert f"/suche?{carried}" in document.xpath("//main//a/@href")


def test_more_than_fit_are_decided_below_the_table(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    named = [STOPPED, RUNNING, *OTHERS]
    assert len(named) == MAX_COLUMNS
    document = read("/auswahl?" + "&".join(f"gemerkt={one}" for one in named))
    assert len(heads(document)) == len(document.xpath("//tr[@class='decided']//fieldset")) == MAX_COLUMNS
    monkeypatch.setattr("app.web.memo.sheet.MAX_COLUMNS", 2)
    document = read(f"/auswahl?gemerkt={STOPPED}&gemerkt={RUNNING}&gemerkt={SOLUTION}")
    assert len(heads(document)) == len(document.xpath("//tr[@class='decided']//fieldset")) == 2
    assert document.xpath("//section[@class='memo-find']//input[@id='fund_2-taken']")


def test_what_is_gone_or_no_name_is_told_or_left_out(read: Read) -> None:
    assert "1 ausgewählter Eintrag fehlt" in words(read(f"/auswahl?{TWO}&gemerkt={WITHDRAWN}"))
    assert "Noch ist nichts gemerkt." in words(read("/auswahl?gemerkt=../etc&gemerkt=x"))


def test_the_file_holds_the_same_table(client: FlaskClient) -> None:
    answer = client.get(f"/vergleich.csv?{TWO}&monate=6")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="vergleich.csv"'
    table = {line[0]: line[1:] for line in csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))}
    assert "4.500\N{NO-BREAK SPACE}€" in table["Kosten"][0]
    assert table["Bezugswege"][0].startswith("Beispielportal: inhouse")
    assert "nicht bekannt" in [cell for cells in table.values() for cell in cells]
    assert (table["Dauer"][-1], next(iter(table.values()))[-1]) == ("6 Monate", "Ihre Lage")
    assert client.get("/vergleich.csv").status_code == 200, "the file of nothing is an empty table"


def test_records_named_without_a_kickoff_are_compared_while_the_search_does_not_answer(
    read: Read, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_given: object) -> None:
        raise SearchUnavailable("index")

    monkeypatch.setattr(type(services.search), "search", failing)
    document = read(f"/auswahl?gemerkt={STOPPED}&gemerkt={SOLUTION}")
    assert [href.partition("?")[0] for href in heads(document)] == [STOPPED_PAGE, SOLUTION_PAGE]
    rows = [words(head) for head in document.xpath("(//table)[1]/tbody/tr/th")]
    assert (rows[-3][:17], rows[-2:]) == ("Für Sie beziehbar", ["Lehren", "Entscheidung"])
