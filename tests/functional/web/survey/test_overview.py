from tests.functional.web.conftest import Read
from tests.webnode.checks import words

PAGE = "/ueberblick"


def test_numbers_and_the_day_of_the_last_change_stand_first(read: Read) -> None:
    document = read(PAGE)
    assert "Stand: 24. November 2026." in words(document.xpath("//p[@class='lead']")[0])
    assert words(document.xpath("//ul[@class='counts']/li")[0]) == "Fallstudien 2 Einträge"


def test_each_number_is_that_of_the_search_it_leads_to(read: Read) -> None:
    links = read(PAGE).xpath("//table[@class='heat']//td/a")
    assert len(links) > 5
    for link in links:
        found = read(link.get("href"))
        assert words(found.xpath("//h2[@id='treffer']")[0]).split()[0] == link.text, link.get("href")
        assert f"{link.text} Eintr" in link.get("aria-label")


def test_both_tables_have_every_field_of_action(read: Read) -> None:
    outcomes, states = read(PAGE).xpath("//table[@class='heat']")
    assert len(outcomes.xpath(".//tbody/tr")) == len(states.xpath(".//tbody/tr")) == 16
    mobility = outcomes.xpath(".//tr[th[starts-with(., 'Mobilität')]]/td")
    assert [words(cell) for cell in mobility] == list("0001000")
    assert states.xpath(".//th/abbr[@title='Hessen']/text()") == ["HE"]


def test_one_outcome_narrows_the_table_of_states(read: Read) -> None:
    document = read(f"{PAGE}?ergebnis=success")
    cells = document.xpath("//section[@aria-labelledby='laender']//td/a")
    assert cells
    assert all("ergebnis=success" in cell.get("href") for cell in cells)
    assert words(document.xpath("//*[@aria-current='true']")[0]) == "hat funktioniert"
