from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
import zxingcpp
from odfdo import Document
from PIL import Image

from app.documents.writing.open_document import to_odp
from tests.unit.documents.writing.slides import ADDRESS, HOSTILE, full_deck
from tests.unit.kickoff.memo.examples import NOW


@pytest.fixture(scope="module")
def raw() -> bytes:
    return to_odp(full_deck(), NOW)


def test_five_sheets_with_their_titles_can_be_opened_and_all_texts_stay_text(raw: bytes) -> None:
    document = Document(BytesIO(raw))
    assert document.get_type() == "presentation"
    titles = [
        frame.inner_text.strip() for frame in document.body.get_elements("//draw:frame[@presentation:class='title']")
    ]
    assert len(document.body.get_elements("//draw:page")) == len(titles) == 5
    assert titles[2] == "Was es kostet"
    assert (document.meta.title, document.meta.language) == (full_deck().title.text, "de-DE")
    text = document.body.inner_text
    assert " ".join(HOSTILE.split()) in " ".join(text.split())
    assert "rund 1.200 Fahrgäste" in text
    assert text.count("[4] Beispielzeitung") == 4


def test_the_code_leads_to_the_version_and_has_a_text_and_nothing_of_the_template_is_left(raw: bytes) -> None:
    package = ZipFile(BytesIO(raw))
    picture = Image.open(BytesIO(package.read("Pictures/code.png")))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [ADDRESS]
    content = package.read("content.xml").decode()
    assert content.count(f"<svg:desc>QR-Code, führt zu {ADDRESS}</svg:desc>") == 5
    assert 'manifest:full-path="Pictures/code.png"' in package.read("META-INF/manifest.xml").decode()
    assert [name for name in package.namelist() if name.startswith(("Pictures/", "Thumb"))] == ["Pictures/code.png"]
    assert "pr1" not in content


def test_what_a_statement_is_and_what_limits_it_look_unlike_it_and_addresses_are_text(raw: bytes) -> None:
    body = Document(BytesIO(raw)).body
    labels = [one.inner_text for one in body.get_elements("//text:span[@text:style-name='Label']")]
    marks = [one.inner_text for one in body.get_elements("//text:span[@text:style-name='Mark']")]
    assert labels
    assert all(one.endswith(": ") for one in labels)
    assert all(one[0] in " \N{NO-BREAK SPACE}" for one in marks if one)
    # Long links are drawn over each other.
    assert body.get_elements("//text:a") == []
    assert ADDRESS in body.inner_text
