from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import zxingcpp
from odfdo import Document
from PIL import Image

from app.documents.writing.open_document import to_odp
from tests.unit.documents.writing.slides import ADDRESS, HOSTILE, full_deck
from tests.unit.kickoff.memo.examples import NOW


def test_five_sheets_with_their_titles_can_be_opened() -> None:
    document = Document(BytesIO(to_odp(full_deck(), NOW)))
    assert document.get_type() == "presentation"
    pages = document.body.get_elements("//draw:page")
    titles = [
        frame.inner_text.strip() for frame in document.body.get_elements("//draw:frame[@presentation:class='title']")
    ]
    assert len(pages) == len(titles) == 5
    assert titles[2] == "Was es kostet"
    assert (document.meta.title, document.meta.language) == (full_deck().title.text, "de-DE")


def test_all_texts_are_there_and_stay_text() -> None:
    document = Document(BytesIO(to_odp(full_deck(), NOW)))
    text = document.body.inner_text
    assert " ".join(HOSTILE.split()) in " ".join(text.split())
    assert "rund 1.200 Fahrgäste" in text
    assert text.count("[4] Beispielzeitung") == 4


def test_the_code_leads_to_the_version_and_has_a_text() -> None:
    package = ZipFile(BytesIO(to_odp(full_deck(), NOW)))
    picture = Image.open(BytesIO(package.read("Pictures/code.png")))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [ADDRESS]
    assert package.read("content.xml").decode().count(f"<svg:desc>QR-Code, führt zu {ADDRESS}</svg:desc>") == 5
    assert 'manifest:full-path="Pictures/code.png"' in package.read("META-INF/manifest.xml").decode()


def test_nothing_of_the_template_is_left() -> None:
    package = ZipFile(BytesIO(to_odp(full_deck(), NOW)))
    assert {name for name in package.namelist() if not name.endswith("/")} == {
        "mimetype", "content.xml", "styles.xml", "meta.xml", "settings.xml", "META-INF/manifest.xml",
        "Pictures/code.png",
    }  # fmt: skip
    assert b"pr1" not in package.read("content.xml")


def test_what_a_statement_is_and_what_limits_it_look_unlike_the_statement() -> None:
    body = Document(BytesIO(to_odp(full_deck(), NOW))).body
    labels = [one.inner_text for one in body.get_elements("//text:span[@text:style-name='Label']")]
    marks = [one.inner_text for one in body.get_elements("//text:span[@text:style-name='Mark']")]
    assert labels
    assert all(one.endswith(": ") for one in labels)
    assert all(one[0] in " \N{NO-BREAK SPACE}" for one in marks if one)


def test_addresses_are_text_because_long_links_are_drawn_over_each_other() -> None:
    body = Document(BytesIO(to_odp(full_deck(), NOW))).body
    assert body.get_elements("//text:a") == []
    assert ADDRESS in body.inner_text
