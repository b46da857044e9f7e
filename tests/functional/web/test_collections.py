"""What somebody put together on a subject stands on one page, in one feed and in one file."""

from collections.abc import Iterator
from io import BytesIO

import feedparser
import pytest
import zxingcpp
from flask.testing import FlaskClient
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from app.search.document import to_document
from app.wiring import Services
from tests.functional.web.conftest import Read
from tests.webnode.checks import words
from tests.webnode.node import CONCEPT_PAGE, SOLUTION_PAGE, STOPPED, STOPPED_PAGE, make_node, publish

PAGE = "/sammlungen/themenpaket-mitfahren"
PARTLY_GONE = "/sammlungen/mit-zurueckgezogenem"
FILE = "collections/themenpaket-mitfahren/index.md"
OTHER = "https://anderswo.example/r/70000000-0000-4000-8000-000000000009"
TEXT = f"""\
---
schema: collection/1
id: 70000000-0000-4000-8000-000000000001
kind: collection
title: "Themenpaket Mitfahren"
summary: "Was man vor der ersten Bank lesen sollte."
lang: de
topics: [mobility]
license: CC-BY-4.0
compiled_by: editors
last_confirmed: 2026-11-20
review_by: 2027-11-20
entries:
  - {{target: concept/beispiel-pruefliste, note: "Zum Anfang: eine Liste."}}
  - {{target: case-study/beispielstadt-mitfahrbank, note: "Ein Versuch, der endete."}}
  - {{target: "{OTHER}", note: "Anderswo ging es weiter."}}
  - {{target: solution/beispielportal-loesung, note: "Damit wurde gebucht."}}
sources:
  - {{key: eintraege, title: "Einträge dieser Sammlung", publisher: "Beispielverbund", self_reported: true}}
---

## Wie man sie liest {{#introduction}}

Beginnen Sie mit der Liste.[^eintraege]
"""


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = make_node(tmp_path_factory.mktemp("collections"))
    partly = TEXT.replace("solution/beispielportal-loesung", "case-study/beispielstadt-irrtum")
    partly = partly.replace("70000000-0000-4000-8000-000000000001", "70000000-0000-4000-8000-000000000002")
    publish(
        services,
        {FILE: TEXT.encode(), f"{PARTLY_GONE[1:]}/index.md".replace("sammlungen", "collections"): partly.encode()},
    )
    services.follow()
    yield services
    services.close()


def test_the_page_shows_the_records_in_their_order_each_with_its_sentence(read: Read) -> None:
    document = read(PAGE)
    titles = document.xpath("//section[@aria-labelledby='eintraege']//h3/a/@href")
    assert titles == [CONCEPT_PAGE, STOPPED_PAGE, OTHER, SOLUTION_PAGE]
    text = words(document)
    for said in ("Zum Anfang: eine Liste.", "Eingestellt 2023", "Anderswo ging es weiter.", "Beginnen Sie mit"):
        assert said in text
    assert "Redaktionell zusammengestellt." in text
    assert read(f"/en{PAGE}").xpath("//h2[@id='eintraege']")[0].text_content() == "4 records"


def test_a_record_names_the_collections_in_which_it_stands(read: Read) -> None:
    connected = read(STOPPED_PAGE).xpath("//section[@aria-labelledby='verbunden']")[0]
    assert PAGE in connected.xpath(".//a/@href")
    assert "steht in der Sammlung" in connected.text_content()


def test_collections_are_listed_and_found_but_no_part_of_the_menu(read: Read) -> None:
    document = read("/sammlungen")
    assert sorted(document.xpath("//ol[@class='hits']//h2/a/@href")) == [PARTLY_GONE, PAGE]
    assert "/sammlungen" in read("/stoebern").xpath("//main//a/@href")
    assert "/sammlungen" not in document.xpath("//header//nav//a/@href")
    assert any(PAGE in href for href in read("/suche?q=Mitfahren").xpath("//main//a/@href"))


def test_it_is_found_by_the_words_of_its_own_sentences(read: Read, services: Services) -> None:
    found = read("/suche?q=anderswo+weitergehen").xpath("//ol[@class='hits']//a/@href")
    assert any(PAGE in href for href in found)
    # Both engines are given the same document, so what one finds the other finds too.
    entry = services.catalogue.head_by_slug("collection", "themenpaket-mitfahren")
    given = to_document(services.catalogue.record(entry), entry, services.schemas, edited_at=entry.at)
    assert "Anderswo ging es weiter." in given.body
    assert OTHER not in given.body


def test_the_feed_tells_of_the_collection_and_of_what_is_in_it(client: FlaskClient) -> None:
    found = feedparser.parse(client.get(f"{PAGE}.atom").data)
    assert not found.bozo
    links = [entry.link for entry in found.entries]
    for page in (CONCEPT_PAGE, STOPPED_PAGE, SOLUTION_PAGE):
        assert f"https://erfahrungen.example{page}" in links
    assert any(entry.title.startswith("Fassung 1 von „Themenpaket Mitfahren“") for entry in found.entries)


def test_one_file_holds_cover_contents_and_each_record(client: FlaskClient) -> None:
    answer = client.get(f"{PAGE}/alle.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="themenpaket-mitfahren.pdf"'
    found = PdfReader(BytesIO(answer.data))
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    sheets = [" ".join(page.extract_text().split()) for page in found.pages]
    assert 4 <= len(sheets) <= 7
    assert "Inhalt" in sheets[0]
    assert "Ein Versuch, der endete." in sheets[0]
    begins = next(number for number, text in enumerate(sheets[1:], 2) if "Eingestellt 2023" in text)
    title = found.pages[begins - 1].extract_text().split("\n")[0].split(":")[0]
    assert title in sheets[0]
    assert f"Seite {begins} von {len(sheets)}" in sheets[begins - 1]
    picture = PdfDocument(answer.data)[begins - 1].render(scale=2).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [f"https://erfahrungen.example/r/{STOPPED}/v/3"]


def test_the_sheet_of_a_collection_names_its_records(client: FlaskClient) -> None:
    sheet = PdfReader(BytesIO(client.get(f"{PAGE}.pdf").data)).pages[0].extract_text()
    assert "Damit wurde gebucht." in " ".join(sheet.split())


def test_what_is_withdrawn_leaves_the_others_in_their_place(client: FlaskClient, read: Read) -> None:
    document = read(PARTLY_GONE)
    assert document.xpath("//section[@aria-labelledby='eintraege']//h3/a/@href")[:2] == [CONCEPT_PAGE, STOPPED_PAGE]
    assert client.get(f"{PARTLY_GONE}/alle.pdf").status_code == 200


@pytest.mark.parametrize("path", ["/sammlungen/nirgends/alle.pdf", f"{STOPPED_PAGE}/alle.pdf"])
def test_other_records_have_no_such_file(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
