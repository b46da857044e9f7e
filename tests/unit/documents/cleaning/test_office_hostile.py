"""Office files that are made to take long, to fetch something unseen, or that name people where few would look."""

import time
from io import BytesIO

import pytest
from lxml import etree
from PIL import Image

from app.documents import limits
from app.documents.cleaning import reaches_out
from app.documents.cleaning.attachment import cleaned
from app.documents.cleaning.office_words import clean_words
from app.documents.cleaning.pictures import InnerPictures
from app.documents.errors import DocumentHolds, DocumentTooLarge, Holding
from app.documents.limits import ELEMENTS
from app.documents.package import NOBODY, Element, parsed, remove_all, written
from tests.unit.documents.cleaning.office_files import changed, excel, odf, parts, repacked, slides

W = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
SECONDS = 4.0
"""Many times what each takes; before, they took minutes."""
COMMENTS = "xl/comments1.xml"


def clean(data: bytes) -> dict[str, bytes]:
    return parts(cleaned("datei", data)[1])


def text_part(body: str) -> Element:
    return parsed(f"<w:document {W}><w:body>{body}</w:body></w:document>".encode())


def in_field(*pieces: str) -> str:
    told = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return (
        f"<w:r><w:fldChar w:fldCharType='begin'/></w:r>{told}<w:r><w:fldChar w:fldCharType='separate'/></w:r>"
        "<w:r><w:t>Ergebnis</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )


def seconds(root: Element) -> float:
    begun = time.process_time()
    clean_words(root)
    return time.process_time() - begun


def test_thousands_of_removed_elements_leave_their_text_in_time() -> None:
    root = text_part("<w:rsids/>abcd" * 80_000)
    assert seconds(root) < SECONDS
    assert "".join(root.itertext()) == "abcd" * 80_000


def test_what_is_removed_leaves_text_and_neighbours_in_their_order() -> None:
    root = parsed(b"<a>1<b/>2<c>3<b/>4</c>5<b><b/>x</b>6<d/>7</a>")
    remove_all(element for element in list(root.iter()) if element.tag == "b")
    assert written(root).split(b"\n", 1)[1] == b"<a>12<c>34</c>56<d/>7</a>"
    remove_all([root])
    assert root.tag == "a"


def test_nested_paragraphs_fields_that_never_end_and_quotes_that_never_close_take_no_longer() -> None:
    assert seconds(text_part("<w:p>" * 240 + "<w:r/>" * 40_000 + "</w:p>" * 240)) < SECONDS
    opened = "<w:r><w:fldChar w:fldCharType='begin'/><w:fldChar w:fldCharType='separate'/></w:r>" * 20_000
    with pytest.raises(DocumentHolds) as found:
        clean_words(text_part(opened + "<w:r><w:instrText>PAGE</w:instrText></w:r>" * 20_000))
    assert found.value.what is Holding.HARMFUL
    for order in ('PAGE "' + "\\&quot;" * 100_000, 'HYPERLINK "' + "\\&quot;" * 100_000):
        assert seconds(text_part(f"<w:p>{in_field(order)}</w:p>")) < SECONDS
    begun = time.process_time()
    assert not reaches_out("a|" + " " * 100_000)
    assert time.process_time() - begun < SECONDS


def test_a_part_of_very_many_elements_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(etree, "fromstring", lambda *_args: pytest.fail("it was read"))
    with pytest.raises(DocumentTooLarge) as found:
        parsed(b"<a>" + b"<b/>" * ELEMENTS + b"</a>")
    assert (found.value.what, found.value.params) == ("elements", {"limit": "1"})


def test_a_part_of_very_many_attributes_is_not_read() -> None:
    cells = b"".join(b"<c " + b" ".join(b"a%d = '1'" % number for number in range(100)) + b"/>" for _ in range(15_100))
    with pytest.raises(DocumentTooLarge):
        parsed(b"<a>" + cells + b"</a>")


def flat(colour: int, side: int) -> bytes:
    out = BytesIO()
    Image.new("L", (side, side), colour).save(out, "PNG")
    return out.getvalue()


def test_all_pictures_together_have_a_limit_and_the_same_one_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DOCUMENT_PIXELS", 3 * 100 * 100)
    pictures = InnerPictures()
    for colour in (1, 2, 3, 1, 2, 3):
        assert pictures.clean(flat(colour, 100))
    with pytest.raises(DocumentTooLarge) as found:
        pictures.clean(flat(4, 100))
    assert found.value.what == "pictures"


@pytest.mark.parametrize(
    "hidden",
    [
        in_field('TITLE "') + in_field('DDEAUTO "c:\\programm" "/k"'),
        in_field("QUOTE 68 68 69 65 85 84 79"),
        in_field("QUO", "TE  68 68"),
        in_field("DDE", "AUTO c:\\programm"),
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:p/>" + in_field("QUOTE 68"),
        "<w:fldSimple w:instr=' INCLUDEPICTURE &quot;https://x.example&quot; '/>",
        "<w:r><w:instrText>DATABASE </w:instrText></w:r>",
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>LINK Excel</w:instrText></w:r>",
    ],
)
def test_no_field_that_fetches_hides_behind_others(hidden: str) -> None:
    with pytest.raises(DocumentHolds) as found:
        clean_words(text_part(f"<w:p>{hidden}</w:p>"))
    assert found.value.what is Holding.LINK


def test_the_result_of_an_unknown_instruction_is_refused() -> None:
    begin = "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
    with pytest.raises(DocumentHolds):
        clean_words(text_part(f"<w:p>{begin}{in_field('REF marke')}<w:r><w:instrText> cmd</w:instrText></w:r></w:p>"))


@pytest.mark.parametrize(
    "harmless",
    [
        "PAGE", 'TITLE "DDE und LINK"', ' TOC \\o "1-3" ', 'QUOTE "68 Bänke"', "REF _Ref123",
        "DATE \\@ &quot;d.M.yyyy&quot;",
    ],
)  # fmt: skip
def test_ordinary_fields_stay(harmless: str) -> None:
    root = text_part(f"<w:p>{in_field(harmless)}</w:p>")
    before = written(root)
    clean_words(root)
    assert written(root) == before


def test_links_of_fields_lead_to_no_file_of_their_writer() -> None:
    told = 'HYPERLINK "file:///C:/Users/kbeispiel/Haushalt.xlsx"'
    root = text_part(
        f"<w:p>{in_field(told[:14], told[14:])}{in_field('HYPERLINK &quot;https://stadt.example/&quot;')}</w:p>"
    )
    clean_words(root)
    text = written(root).decode()
    assert "kbeispiel" not in text
    assert 'HYPERLINK "#"' in text
    assert "https://stadt.example/" in text
    local = text_part(f"<w:p>{in_field('HYPERLINK &#92;l &quot;_Toc1&quot;')}</w:p>")
    clean_words(local)
    assert "_Toc1" in written(local).decode()


@pytest.mark.parametrize(
    "body",
    [
        in_field('HYPERLINK "\\\\\\\\srv\\\\kbeispiel\\\\a.docx"'),
        in_field("HYPERLINK \\\\srv\\kbeispiel\\a.docx"),
        in_field('HYPERLINK \\o "Hinweis" "file:///C:/Users/kbeispiel/a.docx"'),
        in_field('HYPERLINK \\n "kbeispiel.docx"'),
        "<w:permStart w:id='1' w:ed='STADT&#92;kbeispiel'/>",
        "<c descr='C:\\Users\\kbeispiel\\logo.png' title='/home/kbeispiel/x.png'/>",
    ],
)
def test_neither_links_nor_permissions_nor_pictures_name_people(body: str) -> None:
    root = text_part(f"<w:p>{body}<c descr='Logo der Stadt'/></w:p>")
    clean_words(root)
    assert "kbeispiel" not in written(root).decode()
    assert "Logo der Stadt" in written(root).decode()


def test_an_author_in_one_run_with_the_comment_is_forgotten() -> None:
    root = parsed(
        b"<comments><authors><author>Kim Beispiel</author></authors><c><t>Kim Beispiel:\nBitte lesen</t></c>"
        b"<c><t>Frist: morgen</t></c></comments>"
    )
    clean_words(root)
    assert [element.text for element in root.iter("t")] == [f"{NOBODY}:\nBitte lesen", "Frist: morgen"]


def test_views_of_people_and_who_changed_slides_together_are_gone() -> None:
    views = "<customWorkbookViews><customWorkbookView name='Kim Beispiel'/></customWorkbookViews></workbook>"
    found = clean(changed(excel(), "xl/workbook.xml", "</workbook>", views))
    assert b"Kim Beispiel" not in b"".join(found.values())
    lies = "ppt/_rels/presentation.xml.rels"
    sort = "http://schemas.microsoft.com/office/2016/11/relationships/changesInfo"
    lead = f"<Relationship Id='rId99' Type='{sort}' Target='changesInfos/changesInfo1.xml'/></Relationships>"
    data = changed(slides(), lies, "</Relationships>", lead)
    found = clean(repacked(data, {"ppt/changesInfos/changesInfo1.xml": b"<pc:chgInfo name='Kim Beispiel'/>"}))
    assert not [name for name in found if "changesInfo" in name]
    assert b"changesInfo" not in found[lies]


@pytest.mark.parametrize(
    "formula",
    [
        'WEBSERVICE("https://x.example/")', 'of:=DDE("soffice";"/etc/passwd";"a")', "cmd|'/c calc'!A1",
        "of:=['file:///C:/Users/kbeispiel/geheim.ods'#$T.A1]", 'IMAGE ( "https://x.example/a.png")',
        'HYPERLINK("\\\\server\\ablage")',
        "cmd|calc!A1", "of:='/home/kb/a.ods'#$A.B1", "'[akte.xlsx]T'!A1", "'akte.ods'#A1",
        "'C:\\Daten\\[x.xlsx]T'!A1",
    ],
)  # fmt: skip
def test_formulas_that_reach_out_are_known(formula: str) -> None:
    assert reaches_out(formula)


@pytest.mark.parametrize("formula", ["SUM(A1:B2)", 'of:=IF([.A1]>1;"ja";"nein")', 'HYPERLINK("https://stadt.example")'])
def test_other_formulas_are_not(formula: str) -> None:
    assert not reaches_out(formula)


def test_workbooks_and_sheets_with_such_a_formula_are_refused() -> None:
    reaching = changed(excel(), "xl/worksheets/sheet1.xml", "<f>SUM(1,2)", '<f>WEBSERVICE("https://x.example/")')
    cell = "<table:table-cell"
    opened = changed(odf("spreadsheet"), "content.xml", cell, f"{cell} table:formula=\"of:=DDE('a';'b')\"")
    for data in (reaching, opened):
        with pytest.raises(DocumentHolds) as found:
            clean(data)
        assert found.value.what is Holding.LINK


def test_programs_inside_a_text_are_gone() -> None:
    script = "<office:scripts><office:script>boese()</office:script></office:scripts><office:body>"
    data = changed(odf("text"), "content.xml", "<office:body>", script)
    data = changed(data, "content.xml", "<text:p", "<text:p><text:script>boese()</text:script></text:p><text:p")
    found = clean(data)
    assert b"boese" not in found["content.xml"]
    assert not [name for name in found if name.startswith(("Basic", "Configurations", "Thumbnails"))]
