import pytest

from app.web.survey import cases, ended
from tests.functional.web.conftest import Read
from tests.webnode.checks import words
from tests.webnode.node import STOPPED_PAGE

PAGE = "/eingestellt"
SHORTENED = "//p[contains(., 'zuletzt geändert')]"


def test_each_reason_has_a_number_a_share_and_the_way_to_its_cases(read: Read) -> None:
    rows = read(PAGE).xpath("//section[@aria-labelledby='gruende']//dl/div")
    assert [words(row) for row in rows] == [
        "Personal 1 von 1 Fall, 100 Prozent",
        "zu wenig Nachfrage 1 von 1 Fall, 100 Prozent",
    ]
    for row in rows:
        found = read(row.xpath("string(.//a/@href)"))
        assert words(found.xpath("//h2[@id='treffer']")[0]).startswith("1 ")


def test_the_numbers_say_what_they_count(read: Read) -> None:
    document = read(PAGE)
    total = document.xpath("//p[contains(., 'zu Ende:')]")[0]
    assert words(total) == "1 Fall ist zu Ende: Eingestellt 1."
    assert total.xpath("./a/@href") == ["#stopped"]
    assert "1 der beendeten Fälle nennt Gründe." in words(document.xpath("//section[@aria-labelledby='gruende']")[0])


def test_a_case_says_what_came_of_it_and_what_was_learned_with_its_sources(read: Read) -> None:
    case = read(PAGE).xpath("//section[@aria-labelledby='stopped']//article")[0]
    assert case.xpath("string(.//h3/a/@href)") == STOPPED_PAGE
    assert "wenige Mitfahrten" in words(case)
    assert "Gründe: zu wenig Nachfrage, Personal" in words(case)
    links = case.xpath(".//ul//a/@href")
    record = read(STOPPED_PAGE)
    assert f"{STOPPED_PAGE}#lehre-standort" in links
    assert f"{STOPPED_PAGE}#quelle-bericht" in links
    for link in links:
        assert record.xpath(f"//*[@id='{link.partition('#')[2]}']")


def test_a_field_of_action_narrows_the_page_and_the_links_of_its_reasons(read: Read) -> None:
    document = read(f"{PAGE}?thema=mobility")
    assert document.xpath("//a[@aria-current='page' and contains(@href, 'thema=mobility')]")
    assert all("thema=mobility" in link for link in document.xpath("//dl[@class='figure-rows']//dt/a/@href"))
    assert not read(f"{PAGE}?thema=safety").xpath("//article")
    assert read(f"{PAGE}?thema=nirgends").xpath("//article"), "an unknown one is left out"
    assert read("/themen/mobility").xpath(f"//a[@href='{PAGE}?thema=mobility']")
    assert PAGE in read("/stoebern").xpath("//main//a/@href")


def test_english_names_records_by_their_own_words(read: Read) -> None:
    document = read(f"/en{PAGE}")
    assert words(document.xpath("//h1")[0]) == "Stopped – and why"
    assert document.xpath("//ul[@class='hit-lessons']//a[@lang='de']")


def test_of_many_the_last_changed_are_shown_with_the_way_to_all(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not read(f"{PAGE}?thema=mobility").xpath(SHORTENED)
    monkeypatch.setattr(cases, "MAX_CASES", 0)
    monkeypatch.setattr(ended, "MAX_CASES", 0)
    document = read(f"{PAGE}?thema=mobility")
    (said,) = document.xpath(SHORTENED)
    assert said.xpath(".//a/@href") == ["/suche?ergebnis=stopped&thema=mobility"]
    assert words(document.xpath("//h2[@id='stopped']")[0]) == "Eingestellt (1)"
    assert not document.xpath("//article")
