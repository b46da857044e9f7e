"""The page of a record, its versions, and how one is cited."""

import json
from urllib.parse import unquote

import pytest
from bibtexparser.entrypoint import parse_string
from flask.testing import FlaskClient
from lxml import html

from tests.functional.web.conftest import Read
from tests.webnode.node import CONCEPT_PAGE, SOLUTION_PAGE, STOPPED, STOPPED_PAGE


def headings(document: html.HtmlElement) -> list[str]:
    return [" ".join(h.text_content().split()) for h in document.xpath("//main//h1 | //main//h2")]


def text_of(document: html.HtmlElement) -> str:
    return " ".join(document.find(".//main").text_content().split())


def test_parts_stand_in_the_order_readers_ask(read: Read) -> None:
    first = ["Lehren", "Ergebnisse in Zahlen und Fakten", "Kosten und Finanzierung", "Für uns beziehbar?"]
    first += ["Ausgangslage", "Vorgehen"]
    last = ["Offene Fragen", "2 Quellen", "Fassungen, Lizenz, Herkunft", "Mehr Angaben"]
    found = headings(read(STOPPED_PAGE))
    assert (found[1:7], found[9:13]) == (first, last)


def lines(document: html.HtmlElement) -> dict[str, str]:
    rows = document.xpath("//header/dl[contains(@class, 'five-lines')]/div")
    words = [" ".join(row.text_content().replace("\N{NO-BREAK SPACE}", " ").split()) for row in rows]
    return dict(tuple(text.split(": ", 1)) for text in words)  # type: ignore[misc]  # each has one colon at least


def test_five_lines_stand_under_the_title(read: Read) -> None:
    found = lines(read(STOPPED_PAGE))
    assert list(found) == ["Ergebnis", "Kosten", "Dauer", "Größe", "Ansprechstelle"]
    assert found["Ergebnis"].startswith("Eingestellt 2023 Zu wenige Mitfahrten, niemand fühlte sich zuständig")
    assert found["Kosten"] == "4.500 € einmalig zu 66 % gefördert · Stand 2022"
    assert found["Dauer"] == "April 2022 bis Mai 2023, 13 Monate"
    assert found["Größe"] == "kreisangehörige Stadt, 18.000 Einw. Stand 2023"
    document = read(f"{STOPPED_PAGE}?ort=Musterdorf&ort_land=HE&ort_art=municipality")
    assert list(lines(document))[-1] == "Für Sie beziehbar"
    assert document.xpath("//header//sup[@class='source-refs']/a/@href")


def test_how_things_stand_today_follows_the_five_lines(read: Read) -> None:
    (today,) = read(STOPPED_PAGE).xpath("//header/dl[contains(@class, 'five-lines')]/following-sibling::*[1]")
    words = " ".join(today.text_content().replace("\N{NO-BREAK SPACE}", " ").split())
    assert words == "Heute: zwei Bänke stehen noch und gehören dem Heimatverein, Stand März 20262"
    assert today.xpath("./sup/a/@href") == ["#quelle-zeitung"]
    assert read(f"/en{STOPPED_PAGE}").xpath("//p[@class='status-today']/span/@lang") == ["de"]


def test_no_message_is_offered_where_no_mailbox_is_known(read: Read) -> None:
    assert read(SOLUTION_PAGE).xpath("//div[@class='line-contact']/dd/a")
    assert "Nachricht vorbereiten" not in text_of(read(SOLUTION_PAGE))


def test_files_are_shown_and_every_source_mark_leads_to_its_source(read: Read) -> None:
    document = read(STOPPED_PAGE)
    (picture, *_more) = document.xpath("//main//img/@src")
    assert picture == f"{STOPPED_PAGE}/dateien/bank.png"
    assert document.xpath("//div[@class='table-scroll'][@tabindex='0']//td[@class='align-right']")
    template = read(CONCEPT_PAGE).xpath("//section[h2[@id='dateien']]//a/@href")
    assert template == [f"{CONCEPT_PAGE}/dateien/pruefliste.csv"]
    marks = document.xpath("//sup[@class='source-refs']/a")
    assert len(marks) > 10
    assert {mark.get("href") for mark in marks} == {"#quelle-bericht", "#quelle-zeitung"}
    assert not document.xpath("//*[self::h1 or self::h2 or self::h3 or self::h4]//sup")
    assert document.xpath("//li[@id='quelle-bericht']/a/@href") == ["https://beispielstadt.example/bericht"]


def test_titles_of_sources_say_their_language_where_it_is_not_that_of_the_page(read: Read) -> None:
    german, english = "//li[@id='quelle-bericht']/a/@lang", "//li[@id='quelle-liste']/a/@lang"
    assert read(STOPPED_PAGE).xpath(german) == []
    assert read(f"/en{STOPPED_PAGE}").xpath(german) == ["de"]
    assert read(CONCEPT_PAGE).xpath(english) == ["en"]
    assert read(f"/en{CONCEPT_PAGE}").xpath(english) == []


def test_lesson_has_an_address_of_its_own(read: Read) -> None:
    lesson = read(STOPPED_PAGE).get_element_by_id("lehre-standort")
    words = " ".join(lesson.text_content().split())
    assert "Empfehlung: Stellen Sie die Bank dorthin, wo Autos halten können." in words
    assert "Gilt, wenn: Es gibt Durchgangsverkehr; Ihr Ort hat unter 5.000 Einwohner oder 5.000 bis 20.000" in words


def rows(document: html.HtmlElement, section: str) -> list[tuple[str, str]]:
    found = document.xpath(f"//section[h2[@id='{section}']]/dl[contains(@class, 'figure-rows')]/div")
    texts = [
        [" ".join(part.text_content().replace("\N{NO-BREAK SPACE}", " ").split()) for part in row] for row in found
    ]
    return [(label, value) for label, value in texts]


SENTENCE = "Im ersten Jahr wurden 40 Mitfahrten gezählt.1"


def test_results_show_number_unit_and_date_and_bars_where_they_compare(read: Read) -> None:
    for page in (STOPPED_PAGE, f"/r/{STOPPED}/v/3"):
        first, second = rows(read(page), "feld-results")[:2]
        assert first == (SENTENCE, "42 Fahrten Stand April 2023 · nach Angaben der Beteiligten")
        assert second[1] == "vorher: 35 Minuten nachher: 28 Minuten Stand April 2023"
    bars = read(STOPPED_PAGE).xpath("//dl[contains(@class, 'figure-rows')]//*[local-name()='svg']/*[2]/@width")
    assert bars[:2] == ["100.0", "80.0"]


def test_costs_show_every_amount_with_what_it_was_for_and_the_grant_beside_them(read: Read) -> None:
    found = rows(read(STOPPED_PAGE), "kosten")
    assert found[0][0].startswith("einmalig")
    assert found[0][1].startswith("4.500 €")
    assert any(label.startswith("Förderung") and "66 Prozent der Kosten" in value for label, value in found)
    assert rows(read("/fallstudien/beispielkreis-starkregen"), "kosten") == []


def test_text_that_nobody_confirmed_says_so_and_can_be_corrected(read: Read) -> None:
    document = read(STOPPED_PAGE)
    assert "von der Kommune noch nicht bestätigt" in text_of(document)
    link = unquote(document.xpath("//a[text()='Stimmt das? Korrigieren']/@href")[0])
    assert link.startswith("mailto:netz@verbund.example?subject=Korrektur: Beispielstadt")
    assert f"https://erfahrungen.example/r/{STOPPED}/v/3" in link
    confirmed = text_of(read("/fallstudien/beispielkreis-starkregen"))
    assert "noch nicht bestätigt" not in confirmed
    assert "Von der Kommune bestätigt am" in confirmed


def test_no_correction_is_offered_that_would_reach_nobody(read_bare: Read) -> None:
    document = read_bare(STOPPED_PAGE)
    assert not document.xpath("//a[starts-with(@href, 'mailto:')][not(starts-with(., 'Weiterleiten'))]")
    assert "Stimmt das?" not in text_of(document)


def test_solution_says_who_answers_and_how_to_obtain_it(read: Read) -> None:
    document = read(SOLUTION_PAGE)
    answers = dict(
        zip(
            [" ".join(dt.text_content().split()) for dt in document.xpath("//section[h2[@id='nachnutzen']]/dl//dt")],
            [" ".join(dd.text_content().split()) for dd in document.xpath("//section[h2[@id='nachnutzen']]/dl//dd")],
            strict=True,
        )
    )
    assert answers["Wer steht für das Produkt ein?"].startswith("Beispielverbund")
    assert answers["Nicht bekannt"] == "Wer bietet es an und stellt die Rechnung?Wer betreibt es?"
    route = " ".join(document.xpath("//details[@class='route']")[0].text_content().split())
    assert "Bezugsberechtigt Länder: Hessen" in route
    assert "Geprüft am 15. Oktober 2026" in route
    assert "/organisationen/beispielverbund" in document.xpath("//details[@class='route']//a/@href")


def test_plain_language_version_is_offered_and_complete(read: Read) -> None:
    assert f"{STOPPED_PAGE}/einfach" in read(STOPPED_PAGE).xpath("//main//a/@href")
    plain = read(f"{STOPPED_PAGE}/einfach")
    assert "Es kam selten ein Auto." in text_of(plain)
    led_to = {str(href).removeprefix("#") for href in plain.xpath("//article//a[starts-with(@href, '#')]/@href")}
    assert led_to, "a footnote leads to its source"
    assert led_to <= set(plain.xpath("//@id"))
    read("/fallstudien/beispielkreis-starkregen/einfach", status=404)


def test_citation_names_the_version(read: Read) -> None:
    document = read(STOPPED_PAGE)
    offered = [f"/r/{STOPPED}/v/3/zitat.{end}" for end in ("bib", "ris", "json")]
    assert document.xpath("//a[contains(@href, '/zitat.')]/@href") == offered
    clone = document.xpath(
        "//details[@id='herkunft' or .//*[@id='herkunft']]//code[starts-with(., 'git clone')]/text()"
    )
    assert clone == ["git clone https://erfahrungen.example/content.git"]
    citation = document.xpath("//p[@class='citation']")[0].text_content()
    assert "Fassung 3 vom 24.\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2026" in citation
    assert citation.endswith(f"Lizenz: CC BY 4.0. https://erfahrungen.example/r/{STOPPED}/v/3")


def test_page_tells_machines_where_it_stands(read: Read) -> None:
    document = read(STOPPED_PAGE)
    assert document.xpath("//link[@rel='canonical']/@href") == [f"https://erfahrungen.example{STOPPED_PAGE}"]
    assert len(document.xpath("//script[@type='application/ld+json']")) == 1
    alternatives = {
        link.get("hreflang"): link.get("href") for link in document.xpath("//link[@rel='alternate'][@hreflang]")
    }
    assert alternatives == {
        "de": f"https://erfahrungen.example{STOPPED_PAGE}",
        "en": f"https://erfahrungen.example/en{STOPPED_PAGE}",
    }


def test_earlier_version_shows_its_own_text_and_points_to_the_newest(read: Read) -> None:
    document = read(f"/r/{STOPPED}/v/1")
    text = text_of(document)
    assert "saß dort kaum noch jemand" in text
    assert "Dies ist Fassung 1. Fassung 3 ist neuer." in text
    assert STOPPED_PAGE in document.xpath("//section[contains(@class, 'notice')]//a/@href")
    assert document.xpath("//main//img/@src") == [f"/r/{STOPPED}/v/1/dateien/bank.png"]
    assert document.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert "ist neuer" not in text_of(read(f"/r/{STOPPED}/v/3"))


def test_an_earlier_version_is_cited_as_such(client: FlaskClient) -> None:
    answer = client.get(f"/r/{STOPPED}/v/1/zitat.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="beispielstadt-mitfahrbank-v1.json"'
    (item,) = json.loads(answer.data)
    assert item["URL"] == f"https://erfahrungen.example/r/{STOPPED}/v/1"
    assert item["version"] == "1"
    (entry,) = parse_string(client.get(f"/r/{STOPPED}/v/3/zitat.bib").get_data(as_text=True)).entries
    assert "Beispielverbund" in entry["author"], "the operator answers for a text that names nobody"
    for path in ("v/99/zitat.bib", "v/1/zitat.exe"):
        assert client.get(f"/r/{STOPPED}/{path}").status_code == 404


def notes(document: html.HtmlElement) -> list[list[str]]:
    entries = document.xpath("//section[h3[@id='feld-users']]//li")
    return [[note.text_content() for note in entry.xpath("span[@class='line-note']")] for entry in entries]


def words(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_number_unit_date_and_origin_stand_in_one_line(read: Read) -> None:
    (note,), unknown, without_number, *_more = notes(read(SOLUTION_PAGE))
    assert words(note) == "34 Mitglieder · Stand Dezember 2021 · nach Angaben der Beteiligten"
    assert unknown == ["1.250 Personen · Stand nicht bekannt"]
    assert without_number == ["Stand 2025"]
    assert notes(read(f"/en{SOLUTION_PAGE}"))[1] == ["1,250 Personen · date unknown"]


def test_permanent_address_leads_to_the_readable_one(client: FlaskClient) -> None:
    answer = client.get(f"/r/{STOPPED}")
    assert (answer.status_code, answer.location) == (303, STOPPED_PAGE)
    assert client.get(f"/en/r/{STOPPED}").location == f"/en{STOPPED_PAGE}"
    assert answer.headers["Link"] == f'<https://erfahrungen.example/r/{STOPPED}>; rel="cite-as"'


def test_history_lists_every_version_and_offers_the_last_two(read: Read) -> None:
    document = read(f"/r/{STOPPED}/verlauf")
    links = document.xpath("//table//a/@href")
    assert links == [f"/r/{STOPPED}/v/{number}" for number in (3, 2, 1)]
    assert document.xpath("//select[@name='von']/option[@selected]/@value") == ["2"]
    assert document.xpath("//select[@name='bis']/option[@selected]/@value") == ["3"]


def test_difference_speaks_first_in_words(read: Read) -> None:
    text = " ".join(read(f"/r/{STOPPED}/vergleich?von=1&bis=3").find(".//main").text_content().split())
    assert "1 Feld geändert, Ergebnisse in Zahlen und Fakten: 1 geändert, Lehren: 1 ergänzt." in text


def test_changed_words_are_marked_for_eyes_and_ears(read: Read) -> None:
    document = read(f"/r/{STOPPED}/vergleich?von=1&bis=2")
    assert [element.text_content() for element in document.iter("del")] == ["[entfernt: saß dort]"]
    assert [element.text_content() for element in document.iter("ins")] == ["[ergänzt: nutzte sie]"]


@pytest.mark.parametrize("query", ["von=1&bis=99", "von=99&bis=2"])
def test_version_that_never_was_is_not_found(read: Read, query: str) -> None:
    read(f"/r/{STOPPED}/vergleich?{query}", status=404)


@pytest.mark.parametrize("query", ["von=x&bis=y", "von=-1", "von=", "bis=1e9", "von=٣"])
def test_nonsense_in_the_address_is_no_error(client: FlaskClient, query: str) -> None:
    assert client.get(f"/r/{STOPPED}/vergleich?{query}").status_code in {200, 404}
