import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree
from odfdo import Document

from app.documents.writing.exports import ExportKind
from app.kickoff.memo.memo import ReuseMemo
from tests.unit.kickoff.memo.examples import LONG_ADDRESS, exports, full_memo
from tests.unit.kickoff.memo.hostile import LONG_WORD, MARKUP, OTHERS, RIGHT_TO_LEFT, hostile_memo

EXPORTS = exports()
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
HREF = "{http://www.w3.org/1999/xlink}href"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def content(memo: ReuseMemo, lang: str = "de") -> bytes:
    return EXPORTS.export(memo, ExportKind.ODT, lang).content


def part(raw: bytes, name: str) -> etree._Element:
    with ZipFile(BytesIO(raw)) as archive:
        return etree.fromstring(archive.read(name))


def addresses(raw: bytes) -> list[str]:
    return [link.get(HREF, "") for link in part(raw, "content.xml").iter(f"{TEXT}a")]


@pytest.fixture(scope="module")
def raw() -> bytes:
    return content(full_memo())


def test_it_opens_again_with_its_headings_and_its_words(raw: bytes) -> None:
    document = Document(BytesIO(raw))
    heads = [(str(head.level), str(head).strip()) for head in document.body.headers]
    assert heads[0] == ("1", "Nachnutzungsvermerk")
    assert [re.sub(r"\s+", " ", text) for level, text in heads if level == "2"][3] == "4 Fragestellung"
    assert len([level for level, _ in heads if level == "3"]) == 3
    assert "Größenklasse" in document.get_formatted_text()
    assert {LONG_ADDRESS, *(find.record.address for find in full_memo().finds)} <= set(addresses(raw))
    closing = next(p for p in part(raw, "content.xml").iter(f"{TEXT}p") if "Wir übernehmen" in "".join(p.itertext()))
    assert len(list(closing.iter(f"{TEXT}line-break"))) == 1


def test_tables_repeat_their_heads_and_neither_rows_nor_signatures_are_parted(raw: bytes) -> None:
    body = part(raw, "content.xml")
    assert len(list(body.iter(f"{TABLE}table-header-rows"))) == 6
    tables = list(body.iter(f"{TABLE}table"))
    assert len({table.get(f"{TABLE}name") for table in tables}) == len(tables) == 10
    rows = list(body.iter(f"{TABLE}table-row"))
    assert len(rows) > 20
    assert {row.get(f"{TABLE}style-name") for row in rows} == {"Row", "RowToWriteOn"}
    styles = {one.get(f"{STYLE}name"): one for one in body.iter(f"{STYLE}style")}
    assert styles[tables[-1].get(f"{TABLE}style-name")][0].get(f"{STYLE}may-break-between-rows") == "false"


def test_properties_are_the_memo_s_name_nobody_and_tell_its_language(raw: bytes) -> None:
    meta = Document(BytesIO(raw)).meta
    assert (meta.title, meta.language) == ("Nachnutzungsvermerk · 10.2-621.41/2026-7", "de-DE")
    assert (meta.creator, meta.initial_creator) == (None, None)
    for memo, lang, country in ((raw, "de", "DE"), (content(full_memo(), "en"), "en", "GB")):
        assert f'fo:language="{lang}" fo:country="{country}"'.encode() in etree.tostring(part(memo, "styles.xml"))
    assert b'style:name="Language_en"' in etree.tostring(part(raw, "content.xml"))


def test_hostile_text_stays_text() -> None:
    raw = content(hostile_memo())
    body = part(raw, "content.xml")
    paragraphs = ["".join(p.itertext()) for p in body.iter(f"{TEXT}p", f"{TEXT}h")]
    shown = "\n".join(paragraphs)
    assert all(text in shown for text in (MARKUP, RIGHT_TO_LEFT, LONG_WORD, OTHERS))
    assert {address.partition(":")[0] for address in addresses(raw)} == {"https"}
    header = "".join(part(raw, "styles.xml").itertext())
    assert "</w:t>]]><b>&amp; $running {0}" in header
