"""A record can be taken along: on two sheets as PDF or DOCX, as Markdown, by mail."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import unquote

import docx
import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from tests.functional.web.conftest import Read
from tests.webnode.node import CONCEPT_PAGE, SOLUTION_PAGE, STOPPED, STOPPED_PAGE


@pytest.mark.parametrize("page", [STOPPED_PAGE, SOLUTION_PAGE, CONCEPT_PAGE, "/organisationen/beispielverbund"])
def test_a_record_fits_on_two_tagged_sheets(client: FlaskClient, page: str) -> None:
    answer = client.get(f"{page}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{page.rpartition("/")[2]}.pdf"'
    found = PdfReader(BytesIO(answer.data))
    assert len(found.pages) <= 2
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]


def test_the_sheets_say_what_stands_first_on_the_page_and_where_the_rest_is(client: FlaskClient) -> None:
    pages = PdfReader(BytesIO(client.get(f"{STOPPED_PAGE}.pdf").data)).pages
    words = " ".join(" ".join(page.extract_text().replace("\N{NO-BREAK SPACE}", " ").split()) for page in pages)
    for text in ("Eingestellt 2023", "4.500 € einmalig", "13 Monate", "18.000 Einw.", "Empfehlung:", "Offene Fragen"):
        assert text in words
    assert f"https://erfahrungen.example/r/{STOPPED}/v/3" in words


def test_the_document_can_be_edited_and_is_there_in_english(client: FlaskClient) -> None:
    answer = client.get(f"/en{STOPPED_PAGE}.docx")
    document = docx.Document(BytesIO(answer.data))
    headings = [one.text for one in document.paragraphs if ((one.style and one.style.name) or "").startswith("Heading")]
    assert headings[1:3] == ["Lessons", "Results in figures and facts"]


def test_the_page_offers_all_forms_and_a_mail(read: Read) -> None:
    links = {
        link.text_content(): link.get("href")
        for link in read(STOPPED_PAGE).xpath("//p[contains(@class, 'take-along')]/a")
    }
    assert links["PDF"] == f"{STOPPED_PAGE}.pdf"
    assert links["DOCX"] == f"{STOPPED_PAGE}.docx"
    assert links["Markdown"] == f"{STOPPED_PAGE}.md"
    mail = unquote(links["Mail"]).replace("\N{NO-BREAK SPACE}", " ")
    assert mail.startswith("mailto:?subject=Beispielstadt: Mitfahrbank")
    assert "Kosten: 4.500 € einmalig" in mail
    assert mail.endswith(f"/r/{STOPPED}/v/3")


def test_other_endings_are_no_files_of_a_record(client: FlaskClient) -> None:
    assert client.get(f"{STOPPED_PAGE}.exe").status_code == 404
