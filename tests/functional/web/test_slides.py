"""Five sheets for a council, from a record and from a memo."""

from __future__ import annotations

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


@pytest.mark.parametrize("page", [STOPPED_PAGE, SOLUTION_PAGE, CONCEPT_PAGE])
def test_a_record_is_handed_out_as_five_sheets(client: FlaskClient, page: str) -> None:
    answer = client.get(f"{page}/folien.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    name = page.rpartition("/")[2]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}-folien.pdf"'
    assert answer.headers["Link"].endswith('rel="cite-as"')
    assert len(words(answer.data)) == 5


def test_each_sheet_says_what_the_record_says(client: FlaskClient) -> None:
    problem, done, cost, risks, advice = words(client.get(f"{STOPPED_PAGE}/folien.pdf").data)
    assert "Das Problem" in problem
    assert "Eingestellt 2023" in done
    assert "4.500 €" in cost
    assert "13 Monate" in cost
    assert "Offen:" in risks
    assert "Empfehlung:" in advice
    assert "Quellen" in cost


def test_the_price_of_a_solution_is_told_and_no_cost_is_said_to_be_unknown_beside_it(client: FlaskClient) -> None:
    cost = words(client.get(f"{SOLUTION_PAGE}/folien.pdf").data)[2]
    assert "Modell" in cost


def test_the_code_leads_to_the_version_that_was_read(client: FlaskClient) -> None:
    first = PdfDocument(client.get(f"{STOPPED_PAGE}/folien.pdf").data)[0]
    assert [code.text for code in zxingcpp.read_barcodes(first.render(scale=2).to_pil())] == [VERSION]


def test_the_two_sheets_of_paper_carry_the_code_too(client: FlaskClient) -> None:
    first = PdfDocument(client.get(f"{STOPPED_PAGE}.pdf").data)[0]
    assert [code.text for code in zxingcpp.read_barcodes(first.render(scale=2).to_pil())] == [VERSION]


def test_the_presentation_is_there_in_english(client: FlaskClient) -> None:
    answer = client.get(f"/en{STOPPED_PAGE}/folien.odp")
    assert answer.mimetype == "application/vnd.oasis.opendocument.presentation"
    text = Document(BytesIO(answer.data)).body.inner_text
    for title in ("The problem", "What others did", "What it costs", "Failures and risks", "Proposal and next step"):
        assert title in text


def test_an_organisation_is_nothing_to_decide_about(client: FlaskClient, read: Read) -> None:
    assert client.get("/organisationen/beispielverbund/folien.pdf").status_code == 404
    assert "folien" not in " ".join(read("/organisationen/beispielverbund").xpath("//a/@href"))
    assert f"{STOPPED_PAGE}/folien.odp" in read(STOPPED_PAGE).xpath("//p[contains(@class, 'take-along')]/a/@href")


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
