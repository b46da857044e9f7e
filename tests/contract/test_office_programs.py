"""LibreOffice opens what was cleaned and what the site makes, where it is at hand."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from app.documents.cleaning.attachment import cleaned
from app.documents.writing.exports import ExportKind
from app.documents.writing.open_document import to_odp
from tests.unit.documents.cleaning.office_files import photo
from tests.unit.documents.writing.slides import full_deck
from tests.unit.kickoff.memo.examples import NOW, exports, full_memo

pytestmark = pytest.mark.slow

PROGRAM = shutil.which("soffice") or ""
WORDS = "Die Mitfahrbank steht seit Mai."
PARTS = {"Writer": "libswlo.so", "Calc": "libsclo.so", "Impress": "libsdlo.so"}


def needs(*parts: str) -> None:
    """Skip where LibreOffice, or a part of it that Debian packs by itself, is not on this machine."""
    beside = Path(PROGRAM).resolve().parent
    if not PROGRAM or not all((beside / PARTS[one]).is_file() for one in parts):
        pytest.skip(f"NOT RUN: LibreOffice (soffice) with {' and '.join(parts)} is not on this machine")


def converted(file: Path, ending: str, folder: Path) -> Path:
    """Return what LibreOffice makes of a file; it says so and makes nothing where it cannot open it."""
    orders = [PROGRAM, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", ending]
    orders += ["--outdir", str(folder / ending), str(file)]
    done = subprocess.run(orders, capture_output=True, text=True, timeout=180, check=False)
    made = folder / ending / f"{file.stem}.{ending}"
    assert made.is_file(), done.stdout + done.stderr
    return made


def report() -> bytes:
    document, out = docx.Document(), BytesIO()
    document.add_paragraph(WORDS)
    document.add_table(2, 2).cell(0, 0).text = "Zahl"
    document.add_picture(BytesIO(photo("PNG")))
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("first", "others"), [("docx", ["odt", "docx"]), ("csv", ["ods", "xlsx"])])
def test_what_was_cleaned_can_be_opened(tmp_path: Path, first: str, others: list[str]) -> None:
    needs("Writer" if first == "docx" else "Calc")
    file = tmp_path / f"bericht.{first}"
    file.write_bytes(report() if first == "docx" else f"Satz;Zahl\n{WORDS};1\n".encode())
    for ending in others:
        file = converted(file, ending, tmp_path)
        clean = tmp_path / f"sauber-{ending}.{ending}"
        clean.write_bytes(cleaned(file.name, file.read_bytes())[1])
        told = converted(clean, "txt" if first == "docx" else "csv", tmp_path)
        assert WORDS in told.read_text("utf-8-sig", "replace")


def test_slides_can_be_opened(tmp_path: Path) -> None:
    needs("Impress")
    file = tmp_path / "folien.odp"
    file.write_bytes(to_odp(full_deck(), NOW))
    sheets = PdfReader(converted(file, "pdf", tmp_path)).pages
    assert len(sheets) == 5
    assert "Was es kostet" in sheets[2].extract_text()


@pytest.mark.parametrize("kind", [ExportKind.ODT, ExportKind.DOCX])
def test_memos_can_be_opened(tmp_path: Path, kind: ExportKind) -> None:
    needs("Writer")
    file = tmp_path / f"vermerk.{kind}"
    file.write_bytes(exports().export(full_memo(), kind, "de").content)
    told = " ".join(converted(file, "txt", tmp_path).read_text("utf-8-sig").split())
    for find in full_memo().finds:
        assert " ".join(find.record.title.split()) in told
