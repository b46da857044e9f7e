"""A record can be taken along: on two sheets as PDF or DOCX, as Markdown, by mail, as a picture."""

import re
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import docx
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from PIL import Image
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from app.documents.errors import ExportUnavailable
from app.documents.writing.exports import PageExports
from app.shared.confinement import Busy, Confinement, Crashed, Exhausted
from app.web.factory import create_app
from app.web.records.drawn import KEY
from tests.functional.web.conftest import Read
from tests.webnode.node import CONCEPT_PAGE, SOLUTION_PAGE, STOPPED, STOPPED_PAGE, make_node, publish, text_of


@pytest.mark.parametrize("address", [STOPPED_PAGE, SOLUTION_PAGE, "/organisationen/beispielverbund"])
def test_a_record_fits_on_two_tagged_sheets(client: FlaskClient, address: str) -> None:
    answer = client.get(f"{address}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{address.rpartition("/")[2]}.pdf"'
    found = PdfReader(BytesIO(answer.data))
    assert len(found.pages) <= 2
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    if address == STOPPED_PAGE:
        # What stands first on the page, and where the rest is.
        words = " ".join(
            " ".join(page.extract_text().replace("\N{NO-BREAK SPACE}", " ").split()) for page in found.pages
        )
        for text in (
            "Eingestellt 2023",
            "4.500 € einmalig",
            "13 Monate",
            "18.000 Einw.",
            "Empfehlung:",
            "Offene Fragen",
        ):
            assert text in words
        version = f"https://erfahrungen.example/r/{STOPPED}/v/3"
        assert version in words
        picture = PdfDocument(answer.data)[0].render(scale=2).to_pil()
        assert [code.text for code in zxingcpp.read_barcodes(picture)] == [version]


def test_the_document_can_be_edited_and_is_there_in_english(client: FlaskClient) -> None:
    answer = client.get(f"/en{STOPPED_PAGE}.docx")
    document = docx.Document(BytesIO(answer.data))
    headings = [one.text for one in document.paragraphs if ((one.style and one.style.name) or "").startswith("Heading")]
    assert headings[1:3] == ["Lessons", "Results in figures and facts"]


def test_the_page_offers_all_forms_and_a_mail(read: Read) -> None:
    page = read(STOPPED_PAGE)
    links = {link.text_content(): link.get("href") for link in page.xpath("//details[@id='teilen']//a")}
    assert links["PDF"] == f"{STOPPED_PAGE}.pdf"
    assert links["DOCX"] == f"{STOPPED_PAGE}.docx"
    assert links["Markdown"] == f"{STOPPED_PAGE}.md"
    (link,) = page.xpath("//header//a[starts-with(@href, 'mailto:?')]")
    assert link.text_content() == "Weiterleiten per E-Mail"
    mail = unquote(link.get("href")).replace("\N{NO-BREAK SPACE}", " ")
    assert mail.startswith("mailto:?subject=Beispielstadt: Mitfahrbank")
    assert "Kosten: 4.500 € einmalig" in mail
    assert mail.endswith(f"/r/{STOPPED}/v/3")


SVG = {"s": "http://www.w3.org/2000/svg"}


def test_no_title_is_cut_off(tmp_path: Path) -> None:
    services = make_node(tmp_path)
    file, title = (
        "case-studies/beispielstadt-mitfahrbank/index.md",
        "WÄRMEWENDE MIT WÄRMEPUMPEN: WIE WIMMELWEILER WARM WURDE",
    )
    text = re.sub(r"\ntitle: .*", f'\ntitle: "{title}"', text_of(services, file.rpartition("/")[0]), count=1)
    publish(services, {file: text.encode()})
    drawn = create_app(services, testing=True).test_client().get(f"{STOPPED_PAGE}/kennzahlen.png")
    right = Image.open(BytesIO(drawn.data)).convert("L").crop((1140, 100, 1200, 290))
    assert right.getextrema() == (255, 255)
    services.close()


def texts(client: FlaskClient, page: str) -> list[str]:
    answer = client.get(f"{page}/kennzahlen.svg")
    assert answer.content_type == "image/svg+xml"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin", "other sites may show it"
    return [str(one.text) for one in etree.fromstring(answer.data).findall(".//s:text", SVG)]


def test_the_picture_says_what_came_of_it_and_who_says_so(client: FlaskClient) -> None:
    found = texts(client, STOPPED_PAGE)
    assert "Beispielstadt: Mitfahrbank nach einem Jahr" in " ".join(found)
    assert "Ergebnis" in found
    assert found[-1] == "Erfahrungsnetz"


def test_it_has_the_size_others_ask_for_and_is_drawn_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get(f"{STOPPED_PAGE}/kennzahlen.png")
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    picture = Image.open(BytesIO(first.data))
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert len({colour for _count, colour in picture.convert("RGB").getcolors(1 << 20) or ()}) > 3
    assert len(first.data) < 100_000
    monkeypatch.setattr(PageExports, "picture", None)
    assert client.get(f"{STOPPED_PAGE}/kennzahlen.png").data == first.data


@pytest.mark.parametrize("what", ["time", "memory"])
def test_a_picture_that_takes_too_much_is_tried_once_and_then_told_not_to_be_there(
    app: Flask, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    tried = []

    def exhausted(_confinement: Confinement, *_given: object) -> None:
        tried.append(what)
        raise Exhausted(what)

    monkeypatch.delitem(app.extensions, KEY, raising=False)
    monkeypatch.setattr(Confinement, "call_for", exhausted)
    for _time in range(2):
        answer = app.test_client().get(f"{CONCEPT_PAGE}/kennzahlen.png")
        assert (answer.status_code, answer.headers.get("Retry-After")) == (404, None)
        assert "ein neuer Versuch hilft nicht" in answer.get_data(as_text=True)
    assert tried == [what]
    # Other tests have the same application.
    app.extensions.pop(KEY)


@pytest.mark.parametrize(
    ("error", "told", "said"),
    [
        (Crashed("memory"), (500, None), "Versuchen Sie es noch einmal"),
        (Busy(2), (503, "2"), "Einen Augenblick, bitte"),
    ],
    ids=["crashed", "busy"],
)
def test_a_picture_that_could_not_be_drawn_now_is_drawn_the_next_time(
    app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception, told: tuple[int, str | None], said: str
) -> None:
    def failing(_confinement: Confinement, *_given: object) -> None:
        raise error

    monkeypatch.delitem(app.extensions, KEY, raising=False)
    with monkeypatch.context() as patched:
        patched.setattr(Confinement, "call_for", failing)
        answer = app.test_client().get(f"{CONCEPT_PAGE}/kennzahlen.png")
    assert (answer.status_code, answer.headers.get("Retry-After")) == told
    assert said in answer.get_data(as_text=True)
    assert app.test_client().get(f"{CONCEPT_PAGE}/kennzahlen.png").status_code == 200


def test_of_missing_libraries_the_operator_hears_and_no_reader(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_confinement: Confinement, *_given: object) -> None:
        raise ExportUnavailable("pdf", ("libpango-1.0-0",))

    monkeypatch.delitem(app.extensions, KEY, raising=False)
    monkeypatch.setattr(Confinement, "call_for", missing)
    answer = app.test_client().get(f"{CONCEPT_PAGE}/kennzahlen.png")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (404, None)
    assert "apt-get install libpango-1.0-0" in answer.get_data(as_text=True)


def test_the_page_names_its_picture_for_other_sites(read: Read) -> None:
    page = read(STOPPED_PAGE)
    told = {one.get("property"): one.get("content") for one in page.xpath("//meta[@property]")}
    assert told["og:image"] == f"https://erfahrungen.example{STOPPED_PAGE}/kennzahlen.png"
    assert "Ergebnis: Eingestellt" in told["og:image:alt"]
    assert told["og:title"] in page.findtext(".//title")
