import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from app.documents.blocks import SlidesKind
from app.documents.writing import pdf
from app.documents.writing.exports import ExportKind
from app.documents.writing.pdf import to_html
from app.kickoff.memo.memo import MemoInvalid, ReuseMemo
from app.shared.confinement import Confinement, Exhausted
from tests.unit.kickoff.memo.examples import ROOT, exports, full_memo
from tests.unit.kickoff.memo.hostile import hostile_memo

EXPORTS = exports()


def reader(memo: ReuseMemo, lang: str = "de") -> PdfReader:
    return PdfReader(BytesIO(EXPORTS.export(memo, ExportKind.PDF, lang).content))


def root(found: PdfReader) -> Any:
    return found.trailer["/Root"]


def text_of(found: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in found.pages)


def fonts(found: PdfReader) -> set[str]:
    resources: list[Any] = [page["/Resources"] for page in found.pages]
    return {str(font.get_object()["/BaseFont"]) for resource in resources for font in resource["/Font"].values()}


def tags(element: Any) -> set[str]:
    children = element.get("/K", [])
    children = children if isinstance(children, list) else [children]
    found = {str(element["/S"])} if "/S" in element else set()
    inner = (child.get_object() for child in children)
    return found.union(*(tags(child) for child in inner if isinstance(child, dict)))


@pytest.fixture(scope="module")
def document() -> PdfReader:
    return reader(full_memo())


def test_the_document_is_tagged_and_can_be_jumped_through(document: PdfReader) -> None:
    assert root(document)["/MarkInfo"]["/Marked"].value is True
    assert b"pdfuaid:part" in root(document)["/Metadata"].get_object().get_data()
    assert root(document)["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    expected = {"/H1", "/H2", "/H3", "/P", "/Table", "/TR", "/TH", "/TD", "/L", "/LI", "/Link"}
    assert expected <= tags(root(document)["/StructTreeRoot"])
    inner = [entry.title for entry in document.outline[1] if not isinstance(entry, list)]
    assert (inner[0], len(inner)) == ("1 Empfehlung", 10)


def test_title_language_and_date_are_those_of_the_memo(document: PdfReader) -> None:
    assert document.metadata is not None
    assert document.metadata.title == "Nachnutzungsvermerk · 10.2-621.41/2026-7"
    assert str(document.metadata["/CreationDate"]).startswith("D:20261124091230")
    assert root(document)["/Lang"] == "de"
    assert '<html lang="en">' in to_html(EXPORTS.page(full_memo(), "en"))


def test_every_sheet_is_numbered_and_further_ones_name_the_file(document: PdfReader) -> None:
    count = len(document.pages)
    assert count >= 2
    for number, page in enumerate(document.pages, start=1):
        text = " ".join(page.extract_text().split())
        assert f"Seite {number} von {count}" in text
        assert (number == 1) == ("Nachnutzungsvermerk · 10.2" not in text)


def test_nothing_runs_off_the_sheet(tmp_path: Path) -> None:
    from weasyprint import CSS, HTML  # noqa: PLC0415 - it loads system libraries

    page = EXPORTS.page(hostile_memo(), "de")
    styles = CSS(string=pdf.styles(page))
    sheets = HTML(string=to_html(page)).render(stylesheets=[styles]).pages
    boxes = [box for sheet in sheets for box in sheet._page_box.descendants() if type(box).__name__ == "TextBox"]
    assert len(boxes) > 100
    millimetre = 96 / 25.4
    assert max(box.position_x + box.width for box in boxes) <= (210 - 20 + 0.5) * millimetre
    assert min(box.position_x for box in boxes) >= 24.5 * millimetre


def test_hostile_text_stays_text() -> None:
    # The reader of this test gets lost in a font that stands in for letters which no font of the system has.
    found = reader(hostile_memo(without="漢字"))
    text = text_of(found)
    assert "<script>alert(1)</script>" in text
    assert "[Link](javascript:x)" in text
    actions = [note.get_object()["/A"]["/URI"] for page in found.pages for note in page.get("/Annots", [])]
    assert {action.partition(":")[0] for action in actions} == {"https"}
    assert "/Names" not in root(found) or "/JavaScript" not in root(found)["/Names"]
    html = to_html(EXPORTS.page(hostile_memo(), "de"))
    assert [mark for mark in ("<script", "<img", 'href="javascript', "onerror=x>") if mark in html] == []


def test_the_engine_reaches_neither_files_nor_network(tmp_path: Path) -> None:
    from app.documents.writing.weasyprint_engine import ClosedFetcher  # noqa: PLC0415 - it loads system libraries

    font = tmp_path / "font.woff2"
    font.write_bytes(b"")
    fetcher = ClosedFetcher({"font:x": font}, tmp_path, {})
    closed = ("file:///etc/hostname", "http://127.0.0.1:1/", "data:text/plain,x", font.as_uri(), "font:y", str(font))
    for address in closed:
        with pytest.raises(ValueError, match="loads nothing"):
            fetcher.fetch(address)


def test_the_font_is_embedded_where_installed_and_missed_nowhere_else(document: PdfReader, tmp_path: Path) -> None:
    without = PdfReader(BytesIO(exports(tmp_path).export(full_memo(), ExportKind.PDF, "de").content))
    assert "Empfehlung" in text_of(without)
    assert [name for name in fonts(without) if "Fira" in name] == []
    if (ROOT / "static/vendor/fira-sans/FiraSans-Regular.woff2").exists():
        assert [name for name in fonts(document) if "Fira" not in name] == []


def test_missing_system_libraries_are_named_instead_of_a_crash() -> None:
    script = """
import cffi
def missing(*_): raise OSError("cannot load library")
cffi.FFI.dlopen = missing
from app.documents.errors import ExportUnavailable
from pathlib import Path
from app.documents.writing.exports import draw
from tests.unit.kickoff.memo.examples import exports, full_memo
memo = full_memo()
page = exports().page(memo, "de")
try:
    draw("pdf", page, memo.at, Path("/none"), Path("/none"))
except ExportUnavailable as error:
    print(error.format, *error.packages)
draw("odt", page, memo.at, Path("/none"), Path("/none"))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].split() == ["pdf", *pdf.PACKAGES]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere libraries are looked up by name")
def test_no_other_program_looks_for_the_libraries() -> None:
    script = """
import subprocess
from app.documents.writing.pdf import engine
started = []
start = subprocess.Popen.__init__
subprocess.Popen.__init__ = lambda *given, **named: started.append(given[1]) or start(*given, **named)
engine()
print(started)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_memo_that_breaks_its_schema_is_not_printed() -> None:
    with pytest.raises(MemoInvalid):
        EXPORTS.export(replace(full_memo(), reference="zwei\nZeilen"), ExportKind.PDF, "de")


@pytest.mark.parametrize("kind", [ExportKind.PDF, SlidesKind.PDF])
def test_a_memo_that_takes_too_much_is_mended(monkeypatch: pytest.MonkeyPatch, kind: ExportKind | SlidesKind) -> None:
    def exhausted(_confinement: Confinement, *_given: object) -> None:
        raise Exhausted("memory")

    monkeypatch.setattr(Confinement, "call_for", exhausted)
    with pytest.raises(MemoInvalid) as error:
        EXPORTS.export(full_memo(), kind, "de")
    assert [problem.code for problem in error.value.problems] == ["too_large"]
