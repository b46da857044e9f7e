"""Whatever is uploaded is refused with its reason or stored clean, and a report is read or refused, in bounded time.

In one process with the test, where nothing catches what nobody thought of; a node has a process for each file.
"""

import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from hypothesis import strategies as st

from app.documents.cleaning.attachment import cleaned
from app.documents.errors import DocumentRefused
from app.documents.kinds import FileKind
from app.documents.reading.reader import read_document
from app.records.checks.files import problem_of
from app.records.checks.wording import word
from app.records.paths import file_name, is_file_name
from tests.fuzz.fuzzing import fuzz, mutated
from tests.unit.documents.cleaning.office_files import SECRET, excel, odf, parts, photo, slides
from tests.unit.documents.cleaning.test_attachments import pdf
from tests.unit.documents.reading import documents

# Pillow says on the side what of a camera's notes it could not read; they are thrown away.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")
NAMES = [
    *("bericht.docx", "a.pdf", "b.odt", "c.PNG", "d.csv", "e.md", "../../x", "", "aux.txt", "ä\u202e.gpj", "index.md"),
    "x" * 300,
]


@cache
def packed() -> list[bytes]:
    return [documents.word(), documents.text(), odf("text"), odf("spreadsheet"), excel(), slides()]


TEXTS = [b"a;b\n1;2\n", b"# Titel\n\nText\n", "Größe".encode("latin-1"), "x".encode("utf-16")]
MARKS = [
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF", b"WEBP", b"IHDR", b"IDAT", b"IEND", b"eXIf", b"acTL",
    b"\xff\xff\xff\x7f", b"\0" * 8, b"%PDF-", b"obj", b"endobj", b"stream\n", b"endstream", b"xref", b"trailer",
    b"/Root", b"/Kids [1 0 R]", b"/Type /Page", b"/Length 99999999", b"/Filter /FlateDecode", b"/JS (x)", b"<<",
    b">>", b"1 0 R", b"startxref\n0", b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"mimetype", b"<svg", b"<?xml",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"=1+1", b"\xef\xbb\xbf",
]  # fmt: skip
XML = [
    b"<w:p>", b"</w:p>", b"<w:tbl>", b"<w:fldChar w:fldCharType='begin'/>", b"<w:instrText>DDE</w:instrText>",
    b"<text:p>", b"</text:p>", b"<text:h text:outline-level='99'>", b"table:number-columns-repeated='999999999'",
    b"table:number-rows-repeated='-1'", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"&#0;", b"<![CDATA[",
    b"xml:space='preserve'", b"w:val='x'", b"<", b">", b"/>", b"''", b"../../x", b"http://a.example/x",
    b"TargetMode='External'", b"Target='x'", b"\xff", b"\x00", b"9999999999",
]  # fmt: skip


@st.composite
def repacked(draw: st.DrawFn) -> bytes:
    """Return a packed document of which some parts hold something else, have another name, or stand there twice."""
    inside = parts(draw(st.sampled_from(packed())))
    chosen = draw(st.lists(st.sampled_from(sorted(inside)), max_size=3, unique=True))
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in inside.items():
            if name not in chosen:
                archive.writestr(name, content)
                continue
            if draw(st.booleans()):
                archive.writestr(name, draw(mutated([content], XML)))
            named = draw(
                st.none()
                | mutated([name], ["..", "/", "\\", "\x00", "é", "word/", "META-INF/", ".rels", ".xml"], most=2)
            )
            # What stands behind a zero is no part of a name.
            if named and named[0] != "\x00" and named not in archive.namelist():
                archive.writestr(named, content)
    return out.getvalue()


DAMAGED = st.deferred(
    lambda: mutated([*map(photo, ("PNG", "JPEG", "WEBP")), pdf(), documents.pdf(1), *packed(), *TEXTS], MARKS)
)


def attached(name: str, data: bytes) -> tuple[FileKind, bytes] | None:
    try:
        return cleaned(name, data)
    except DocumentRefused as error:
        said = [word(problem_of(error, name or "x"), lang).message for lang in ("de", "en")]
    assert all(said)
    return None


def check_attached(given: tuple[str, bytes]) -> None:
    name, data = given
    stored = attached(name, data)
    if stored is None:
        return
    kind, once = stored
    made = file_name(name, kind.ending, ())
    assert is_file_name(made)
    assert cleaned(made, once) == stored


def check_read(data: bytes) -> None:
    with suppress(DocumentRefused):
        assert read_document(data).sections is not None


def check_damaged(given: tuple[str, bytes]) -> None:
    """Damage keeps no name of the maker in a file; what is put into a part may be its text."""
    check_attached(given)
    with suppress(DocumentRefused):
        once = cleaned(*given)[1]
        assert not once.startswith(b"PK") or SECRET.encode() not in b"".join(parts(once).values())


@pytest.mark.parametrize(
    ("inputs", "check"), [(DAMAGED, check_damaged), (repacked(), check_attached)], ids=["bytes", "parts"]
)
def test_attached(inputs: st.SearchStrategy[bytes], check: Callable[[tuple[str, bytes]], None]) -> None:
    fuzz(st.tuples(st.sampled_from(NAMES), inputs), check, of=4)


@pytest.mark.parametrize("inputs", [DAMAGED, repacked()], ids=["bytes", "parts"])
def test_read_as_a_report(inputs: st.SearchStrategy[Any]) -> None:
    fuzz(inputs, check_read, of=4)
