# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageFile, PngImagePlugin
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from app.records.attachments import (
    AttachmentDamaged,
    AttachmentRefused,
    AttachmentTooLarge,
    AttachmentTypeUnknown,
    DrawingRefused,
    attachment,
    picture_ending,
)
from app.records.attachments.pictures import SIDE
from app.records.paths import is_file_name

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
def test_pictures_keep_their_type_and_lose_their_ending(form: str, ending: str) -> None:
    found = attachment("Foto vom Müller.gif", picture(form))
    assert found.name == f"foto-vom-mueller.{ending}"
    assert found.is_picture
    assert Image.open(BytesIO(found.data)).format == form


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "PNG"])
def test_what_cameras_write_into_a_picture_is_gone(form: str) -> None:
    before = with_exif(form)
    assert SECRET in before
    found = attachment("a.jpg", before)
    assert SECRET not in found.data
    drawn = Image.open(BytesIO(found.data))
    assert not drawn.getexif()
    assert drawn.size == (40, 60), "a picture that lies on its side is put upright"


def test_texts_and_comments_inside_a_picture_are_gone() -> None:
    assert SECRET not in attachment("a.png", with_text()).data
    assert SECRET not in attachment("a.jpg", picture("JPEG", comment=SECRET)).data


MODES = {
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "JPEG": ("L", "RGB", "CMYK"),
    "WEBP": ("RGB", "RGBA"),
}


@pytest.mark.parametrize(("form", "mode"), [(form, mode) for form, modes in MODES.items() for mode in modes])
@pytest.mark.parametrize("size", [(60, 40), (3000, 20)])
@pytest.mark.parametrize("tail", [b"", SECRET])
def test_drawing_a_picture_twice_gives_the_same_bytes(form: str, mode: str, size: tuple[int, int], tail: bytes) -> None:
    once = attachment("a", picture(form, size, mode) + tail).data
    assert SECRET not in once
    assert attachment("a", once).data == once


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_that_is_nothing_but_points_stays_as_it_is(form: str) -> None:
    plain = picture(form)
    assert attachment("a", plain).data == plain
    assert attachment("a", plain + SECRET).data != plain + SECRET


def test_bytes_behind_a_picture_are_gone() -> None:
    assert b"<script>" not in attachment("a.png", picture("PNG") + b"<script>alert(1)</script>").data


def test_large_pictures_become_as_large_as_a_page_needs() -> None:
    found = attachment("a.jpg", picture("JPEG", (5000, 1000)))
    assert Image.open(BytesIO(found.data)).size == (SIDE, SIDE // 5)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_sort_of_png_is_read(mode: str) -> None:
    assert attachment("a.png", picture("PNG", (3000, 10), mode)).name == "a.png"


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
        (bomb(), AttachmentTooLarge),
        (picture("PNG")[:60], AttachmentDamaged),
        (b"\xff\xd8\xff" + b"\0" * 50, AttachmentDamaged),
        (b"RIFF\0\0\0\0WEBP", AttachmentDamaged),
        (b"%PDF-1.7 nothing", AttachmentDamaged),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", DrawingRefused),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>", DrawingRefused),
        (b"<!doctype html><script>alert(1)</script>", DrawingRefused),
        (picture("GIF"), AttachmentTypeUnknown),
        (b"MZ\x90\0", AttachmentTypeUnknown),
        (b"", AttachmentTypeUnknown),
        (picture("PNG") + b"\0" * 10 * 1024 * 1024, AttachmentTooLarge),
    ],
)
def test_what_cannot_be_attached_says_why(data: bytes, error: type[AttachmentRefused]) -> None:
    with pytest.raises(AttachmentRefused) as found:
        attachment("bild.png", data)
    assert type(found.value) is error


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_cut_picture_is_refused_whatever_other_libraries_allow(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # WeasyPrint sets this for the whole process.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    whole = picture(form, (300, 200))
    assert attachment("a", whole).is_picture
    with pytest.raises(AttachmentDamaged):
        attachment("a", whole[: len(whole) * 2 // 3])


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "<img src=x onerror=alert(1)>.png",
        "--upload-pack=x.png",
        ".htaccess",
        "",
        "con\0.png",
        "Ä" * 300,
    ],
)
def test_names_become_harmless(name: str) -> None:
    made = attachment(name, picture("PNG")).name
    assert is_file_name(made)
    assert made == made.lower()
    assert not made.startswith(("-", "."))


def test_two_files_never_share_a_name() -> None:
    assert attachment("a.png", picture("PNG"), {"a.png", "a-2.png"}).name == "a-3.png"


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
