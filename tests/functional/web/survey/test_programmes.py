import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.search.answering import page
from app.web.factory import create_app
from app.web.survey import cases, programmes
from tests.functional.web.conftest import Read
from tests.webnode.node import STOPPED_PAGE, make_node, publish

PAGE = "/foerderprogramme"
FOLDER, OTHER = "case-studies/beispielstadt-mitfahrbank", "case-studies/beispielkreis-starkregen"
ONE = f"{PAGE}/modellprojekte-smart-cities"


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().replace("\N{NO-BREAK SPACE}", " ").split())


def test_the_list_says_who_gives_it_what_is_known_and_what_became_of_it(read: Read) -> None:
    (item,) = read(PAGE).xpath("//article")
    assert item.xpath("string(.//a/@href)") == ONE
    said = words(item)
    assert "Bund, über die KfW · 1 Eintrag" in said
    assert "bekannt sind 3.000 € aus 1 Förderung." in said
    assert "Was daraus wurde: 1 eingestellt." in said


def test_a_programme_says_who_used_it_for_what_with_sources(read: Read, client: FlaskClient) -> None:
    assert f"<loc>https://erfahrungen.example{ONE}</loc>" in client.get("/sitemap.xml").get_data(as_text=True)
    assert ONE in read(STOPPED_PAGE).xpath("//a/@href")
    assert words(read(f"/en{ONE}").xpath("//h1")[0]) == "Smart Cities model projects"
    document = read(ONE)
    (case,) = document.xpath("//article")
    assert case.xpath("string(.//h3/a/@href)") == STOPPED_PAGE
    assert "3.000 €" in words(case)
    assert "66 Prozent der Kosten" in words(case)
    assert f"{STOPPED_PAGE}#quelle-bericht" in case.xpath(".//a/@href")
    assert document.xpath("//a[@href='https://www.smart-city-dialog.de' and contains(@rel, 'nofollow')]")


def test_its_search_finds_the_same_records_and_offers_the_programme_as_a_filter(read: Read) -> None:
    document = read(read(ONE).xpath("string(//a[contains(@href, '/suche?programm=')]/@href)"))
    assert words(document.xpath("//h2[@id='treffer']")[0]).startswith("1 ")
    assert "Förderprogramm: Modellprojekte Smart Cities" in words(document.xpath("//ul[@class='filters']")[0])


def test_a_programme_without_records_says_so_and_an_unknown_one_is_not_there(read: Read) -> None:
    assert "Noch nennt kein Eintrag" in words(read(f"{PAGE}/leader").xpath("//main")[0])
    read(f"{PAGE}/nirgends", status=404)


def test_of_many_users_the_first_are_shown(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "MAX_CASES", 0)
    monkeypatch.setattr(programmes, "MAX_CASES", 0)
    document = read(f"{ONE}?seite=1")
    assert "Wer es genutzt hat (1)" in words(document.xpath("//main")[0])
    assert "zuletzt geänderten Fälle; die Suche findet alle" in words(document.xpath("//main")[0])
    assert not document.xpath("//article")


def test_more_than_a_page_of_hits_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = make_node(tmp_path)
    head = node.repository.head()
    other, granted = (node.repository.folder(name, head).text or b"" for name in (OTHER, FOLDER))
    grant = b"funding:" + granted.partition(b"funding:")[2].partition(b"evidence_level:")[0]
    source = re.search(rb"sources: \[([\w-]+)", other)
    assert source
    grant = grant.replace(b"[bericht]", b"[" + source[1] + b"]")
    publish(node, {f"{OTHER}/index.md": other.replace(b"evidence_level:", grant + b"evidence_level:", 1)})
    monkeypatch.setattr(page, "MAX_PER_PAGE", 1)
    assert "2 Eintr" in create_app(node, testing=True).test_client().get(PAGE).text
    node.close()
