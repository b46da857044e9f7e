from __future__ import annotations

from lxml import html

from tests.functional.web.conftest import Read
from tests.webnode.node import SOLUTION_PAGE


def notes(document: html.HtmlElement) -> list[list[str]]:
    entries = document.xpath("//section[h3[@id='feld-users']]//li")
    return [[note.text_content() for note in entry.xpath("span[@class='line-note']")] for entry in entries]


def words(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_number_unit_date_and_origin_stand_in_one_line(read: Read) -> None:
    (note,) = notes(read(SOLUTION_PAGE))[0]
    assert words(note) == "34 Mitglieder · Stand Dezember 2021 · nach Angaben der Beteiligten"


def test_unknown_date_is_named(read: Read) -> None:
    assert notes(read(SOLUTION_PAGE))[1] == ["1.250 Personen · Stand nicht bekannt"]
    assert notes(read(f"/en{SOLUTION_PAGE}"))[1] == ["1,250 Personen · date unknown"]


def test_statement_without_a_number_keeps_its_date(read: Read) -> None:
    assert notes(read(SOLUTION_PAGE))[2] == ["Stand 2025"]


def test_facts_of_an_organisation_stand_in_a_table_with_one_row_each(read: Read) -> None:
    (row,) = read("/organisationen/beispielverbund").xpath("//section[h2[@id='feld-facts']]//dl/div")
    value = words(" ".join(row.find("dd").text_content().split()))
    assert value == "12 Gemeinden Stand Dezember 2019 · nach Angaben der Beteiligten"
