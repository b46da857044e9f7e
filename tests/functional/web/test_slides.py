"""Five sheets for a council, from a record and from a memo."""

from io import BytesIO

import pytest
import zxingcpp
from flask.testing import FlaskClient
from odfdo import Document
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from app.web.memo.form import MemoAction, pressed
from tests.functional.web.conftest import Read
from tests.webnode.memo import DRAFT, SECRET, press
from tests.webnode.node import CONCEPT_PAGE, SOLUTION_PAGE, STOPPED, STOPPED_PAGE

VERSION = f"https://erfahrungen.example/r/{STOPPED}/v/3"


def words(pdf: bytes) -> list[str]:
    pages = PdfReader(BytesIO(pdf)).pages
    return [" ".join(page.extract_text().replace("\N{NO-BREAK SPACE}", " ").split()) for page in pages]


@pytest.mark.parametrize("address", [STOPPED_PAGE, SOLUTION_PAGE, CONCEPT_PAGE])
def test_a_record_is_handed_out_as_five_sheets_of_what_it_says(client: FlaskClient, address: str) -> None:
    answer = client.get(f"{address}/folien.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    name = address.rpartition("/")[2]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}-folien.pdf"'
    assert answer.headers["Link"].endswith('rel="cite-as"')
    problem, done, cost, risks, advice = words(answer.data)
    if address == SOLUTION_PAGE:
        assert "Modell" in cost, "the price is told, and no cost is said to be unknown beside it"
    if address == STOPPED_PAGE:
        assert "Das Problem" in problem
        assert "Eingestellt 2023" in done
        for part in ("4.500 €", "13 Monate", "Quellen"):
            assert part in cost
        assert "Offen:" in risks
        assert "Empfehlung:" in advice
        assert code_on(answer.data) == [VERSION]


def code_on(pdf: bytes) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(PdfDocument(pdf)[0].render(scale=2).to_pil())]


def test_the_presentation_is_there_in_english(client: FlaskClient) -> None:
    answer = client.get(f"/en{STOPPED_PAGE}/folien.odp")
    assert answer.mimetype == "application/vnd.oasis.opendocument.presentation"
    text = Document(BytesIO(answer.data)).body.inner_text
    for title in ("The problem", "What others did", "What it costs", "Failures and risks", "Proposal and next step"):
        assert title in text


def test_an_organisation_is_nothing_to_decide_about(client: FlaskClient, read: Read) -> None:
    assert client.get("/organisationen/beispielverbund/folien.pdf").status_code == 404
    assert "folien" not in " ".join(read("/organisationen/beispielverbund").xpath("//a/@href"))
    assert f"{STOPPED_PAGE}/folien.odp" in read(STOPPED_PAGE).xpath("//details[@id='teilen']//a/@href")


@pytest.mark.parametrize("kind", ["pdf", "odp"])
def test_a_memo_makes_slides_of_what_was_typed(client: FlaskClient, read: Read, kind: str) -> None:
    answer = press(client, read(DRAFT), f"folien:{kind}", fund_1_text=SECRET, anlass="Der Rat fragt.")
    assert answer.status_code == 200
    name = f"nachnutzungsvermerk-2026-11-24-folien.{kind}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    text = " ".join(words(answer.data)) if kind == "pdf" else Document(BytesIO(answer.data)).body.inner_text
    assert "Der Rat fragt." in text
    assert SECRET in " ".join(text.split())


def test_unknown_format_of_slides_only_brings_the_memo_up_to_date() -> None:
    assert pressed("folien:odp").argument == "odp"
    assert pressed("folien:exe").action is MemoAction.UPDATE
