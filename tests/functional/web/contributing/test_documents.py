from collections.abc import Callable
from io import BytesIO

import pytest

from tests.functional.web.contributing.author import Author, Page, draft_of
from tests.unit.documents.cleaning.office_files import repacked
from tests.unit.documents.reading import documents


def read(author: Author, data: bytes, kind: str = "case-study") -> Page:
    page = author.open("/beitragen")
    return page.press("", {"art": kind}, unterlage=(BytesIO(data), "Bericht"))


@pytest.mark.parametrize("made", [documents.word, documents.text, documents.pdf], ids=["docx", "odt", "pdf"])
def test_a_report_is_taken_apart_and_sorted(author: Author, made: Callable[[], bytes]) -> None:
    page = read(author, made())
    assert page.path.endswith("/unterlage")
    assert page.value("abschnitt-0") == "body.problem", "the heading suggests where it belongs"
    page = page.press("sichern")
    assert page.path.endswith("/unterlage")
    assert "Ausgangslage" in page.document.xpath("//section[@aria-labelledby='zugeordnet']//summary")[0].text_content()
    form = author.open(f"{draft_of(page)}/worum")
    assert form.value("body.problem").startswith("Nach 18 Uhr")


def test_what_is_not_placed_stays_in_sight(author: Author) -> None:
    page = read(author, documents.word())
    page = page.press("weiter", {"abschnitt-0": "", "abschnitt-1": "body.cost", "als_quelle": []})
    assert page.path.endswith("/worum")
    assert page.value("sources.rows") == "0", "without the tick it is no source"
    assert "1 Abschnitt Ihres Berichts ist noch nicht zugeordnet" in page.words
    again = author.open(f"{draft_of(page)}/unterlage")
    assert "fährt kein Bus" in again.words
    assert again.has("abschnitt-0")
    assert not again.has("abschnitt-1")


def test_the_report_becomes_the_source_of_what_names_none(author: Author) -> None:
    page = read(author, documents.word())
    assert page.has("als_quelle")
    page = page.press("weiter", {"abschnitt-0": "body.problem", "abschnitt-1": "lessons", "als_quelle": "1"})
    key = page.value("grundlage")
    assert key == page.value("sources.0.key")
    preview = author.open(f"{draft_of(page)}/vorschau")
    assert page.value("sources.0.title") in preview.words
    assert not author.open(f"{draft_of(page)}/unterlage").has("als_quelle")


def test_the_report_is_no_source_twice_and_a_tick_taken_away_stays_away(author: Author) -> None:
    page = read(author, documents.word())
    assert page.press("sichern", {"als_quelle": []}).document.xpath("//input[@name='als_quelle'][not(@checked)]")
    form = page.press("weiter", {"abschnitt-0": "body.problem", "als_quelle": "1"})
    author.open(f"{draft_of(form)}/nachnutzung").press("sichern", {"grundlage": "eigene-angabe"})
    again = author.open(f"{draft_of(form)}/unterlage")
    assert not again.has("als_quelle")
    again.press("weiter", {"abschnitt-1": "body.cost", "als_quelle": "1"})
    assert author.open(f"{draft_of(form)}/nachnutzung").value("sources.rows") == "1"


def test_placing_twice_puts_a_section_into_the_record_once(author: Author) -> None:
    page = read(author, documents.word())
    page.press("sichern", {"abschnitt-0": "goals"})
    page.press("sichern", {"abschnitt-0": "goals"})
    form = author.open(f"{draft_of(page)}/worum")
    assert form.value("goals.rows") == "3"
    assert form.value("goals.1.text") == "Jugendliche"


def test_a_place_that_is_none_is_left_alone(author: Author) -> None:
    page = read(author, documents.word()).press("sichern", {"abschnitt-0": "compiled_by", "abschnitt-1": "x"})
    assert page.has("abschnitt-0")


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: b"Nur Text", "Nur Berichte als ODT, DOCX und PDF"),
        (documents.locked_pdf, "mit einem Kennwort gesperrt"),
        (documents.empty_pdf, "eingescannten Seiten"),
        (lambda: documents.word()[:2000], "ist beschädigt"),
        (lambda: repacked(documents.word(), {"word/media/a.png": b"\0" * 5_000_000}), "wurde nicht geöffnet"),
        (lambda: b"%PDF-" + b"x" * 10 * 1024 * 1024, "größer als 10 MB"),
    ],
)
def test_a_report_that_cannot_be_read_says_why(author: Author, made: Callable[[], bytes], words: str) -> None:
    page = read(author, made())
    assert page.status == 422
    assert words in page.document.get_element_by_id("fehler").text_content()


def test_other_kinds_have_other_places_and_without_a_file_one_is_asked_for(author: Author) -> None:
    page = read(author, documents.word(), "concept")
    assert page.value("abschnitt-0") == "body.background"
    page = author.open("/beitragen").press("", {"unterlage": ""})
    assert page.status == 422
    assert "zuerst eine Datei" in page.words


def test_words_of_a_report_stay_words(author: Author) -> None:
    body = "<w:p><w:r><w:t>&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(1))</w:t></w:r></w:p>"
    document = documents.part(documents.word(), "word/document.xml").decode().replace("<w:body>", f"<w:body>{body}")
    page = read(author, repacked(documents.word(), {"word/document.xml": document.encode()}))
    assert "<script>alert(1)</script> [x](javascript:alert(1))" in page.words
    assert not page.document.xpath("//main//a[starts-with(@href, 'javascript')]")
