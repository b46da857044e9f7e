import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageFile, PngImagePlugin
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from app.documents.cleaning.attachment import cleaned, picture_ending
from app.documents.cleaning.pictures import SIDE
from app.documents.errors import DocumentDamaged, DocumentRefused, DocumentTooLarge, DocumentTypeUnknown, DrawingRefused

SECRET = b"Erika Beispiel, 50.55 Nord"


def picture(form: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size, 128).save(out, form, **options)
    return out.getvalue()


def with_exif(form: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6
    return picture(form, exif=exif)


def with_text() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", SECRET.decode())
    return picture("PNG", pnginfo=info)


def pdf(**metadata: str) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({f"/{key}": value for key, value in metadata.items()})
    script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert(1)")}
    action = DictionaryObject({NameObject(key): value for key, value in script.items()})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)
    writer.add_attachment("geheim.txt", SECRET)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(("form", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
def test_what_cameras_write_into_a_picture_is_gone_and_its_type_stays(form: str, ending: str) -> None:
    before = with_exif(form)
    assert SECRET in before
    kind, found = cleaned("Foto vom Müller.gif", before)
    assert (kind.ending, kind.is_picture) == (ending, True)
    assert SECRET not in found
    drawn = Image.open(BytesIO(found))
    assert drawn.format == form
    assert not drawn.getexif()
    assert drawn.size == (40, 60), "a picture that lies on its side is put upright"


def test_texts_and_comments_inside_a_picture_are_gone() -> None:
    assert SECRET not in cleaned("a.png", with_text())[1]
    assert SECRET not in cleaned("a.jpg", picture("JPEG", comment=SECRET))[1]


MODES = {"PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"), "JPEG": ("L", "RGB", "CMYK"), "WEBP": ("RGB", "RGBA")}


@pytest.mark.parametrize(("form", "mode"), [(form, mode) for form, modes in MODES.items() for mode in modes])
def test_drawing_a_picture_twice_gives_the_same_bytes(form: str, mode: str) -> None:
    for size, tail in (((60, 40), SECRET), ((3000, 20), b"")):
        once = cleaned("a", picture(form, size, mode) + tail)[1]
        assert SECRET not in once
        assert cleaned("a", once)[1] == once


@pytest.mark.parametrize("form", MODES)
def test_a_picture_that_is_nothing_but_points_stays_as_it_is(form: str) -> None:
    assert cleaned("a", picture(form))[1] == picture(form)


def test_large_pictures_become_as_large_as_a_page_needs() -> None:
    found = cleaned("a.jpg", picture("JPEG", (5000, 1000)))[1]
    assert Image.open(BytesIO(found)).size == (SIDE, SIDE // 5)


def bomb() -> bytes:
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (bomb(), DocumentTooLarge), (picture("PNG")[:60], DocumentDamaged),
        (b"\xff\xd8\xff" + b"\0" * 50, DocumentDamaged), (b"RIFF\0\0\0\0WEBP", DocumentDamaged),
        (b"%PDF-1.7 nothing", DocumentDamaged),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", DrawingRefused),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>", DrawingRefused),
        (b"<!doctype html><script>alert(1)</script>", DrawingRefused), (picture("GIF"), DocumentTypeUnknown),
        (b"MZ\x90\0", DocumentTypeUnknown), (b"", DocumentTypeUnknown),
        (picture("PNG") + b"\0" * 10 * 1024 * 1024, DocumentTooLarge),
    ],
)  # fmt: skip
def test_what_cannot_be_attached_says_why(data: bytes, error: type[DocumentRefused]) -> None:
    with pytest.raises(DocumentRefused) as found:
        cleaned("bild.png", data)
    assert type(found.value) is error


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_cut_picture_is_refused_whatever_other_libraries_allow(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # WeasyPrint sets this for the whole process.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    whole = picture(form, (300, 200))
    assert cleaned("a", whole)[0].is_picture
    with pytest.raises(DocumentDamaged):
        cleaned("a", whole[: len(whole) * 2 // 3])


@pytest.mark.parametrize(
    ("form", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("GIF", ""), ("BMP", "")]
)
def test_the_kind_of_a_picture_of_others_is_told_by_its_bytes(form: str, ending: str) -> None:
    assert picture_ending(picture(form)) == ending


@pytest.mark.parametrize("data", [b"", b"<svg/>", pdf(), b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff<html>", b"RIFF....WEBP"])
def test_what_only_begins_like_a_picture_is_none(data: bytes) -> None:
    assert picture_ending(data) == ""


def test_a_small_file_with_a_huge_picture_in_it_is_not_shown() -> None:
    assert picture_ending(bomb()) == ""
