"""Removes metadata from pictures, standalone or inside documents, by encoding them again."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from app.documents import limits
from app.documents.errors import DocumentDamaged, DocumentHolds, DocumentRefused, DocumentTooLarge, Holding

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_PARTS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_JPEG_PARTS = frozenset({0xDB, 0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDD})
_JFIF, _START, _END, _SCAN = 0xE0, 0xD8, 0xD9, 0xDA
_JFIF_SIZE = 16
_WEBP_PARTS = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})
_WEBP_ALPHA = 0x10


def is_plain(data: bytes) -> bool:
    """Return whether a PNG, JPEG or WebP has only the parts needed to draw it, so that it need not be re-encoded."""
    if data.startswith(_PNG):
        return _is_plain_png(data)
    if data.startswith(b"\xff\xd8"):
        return _is_plain_jpeg(data)
    return data.startswith(b"RIFF") and _is_plain_webp(data)


def _is_plain_png(data: bytes) -> bool:
    at = len(_PNG)
    while at + 12 <= len(data):
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + size
        sealed = zlib.crc32(data[at + 4 : end - 4]).to_bytes(4, "big")
        if name not in _PNG_PARTS or end > len(data) or data[end - 4 : end] != sealed:
            return False
        if name == b"IEND":
            return size == 0 and end == len(data)
        at = end
    return False


def _is_plain_jpeg(data: bytes) -> bool:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        mark, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if mark == _JFIF:
            # Longer segments contain a thumbnail.
            if data[at + 4 : at + 9] != b"JFIF\0" or size != _JFIF_SIZE:
                return False
        elif mark not in _JPEG_PARTS:
            return False
        at += 2 + size
        if mark == _SCAN:
            at = _behind_scan(data, at)
            if data[at : at + 2] == bytes((0xFF, _END)):
                return at + 2 == len(data)
    return False


def _behind_scan(data: bytes, at: int) -> int:
    """Return the position of the next marker; in a scan FF precedes 00 or a restart (ISO/IEC 10918-1, B.1.1)."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        follows = data[at + 1]
        if follows != 0 and not 0xD0 <= follows <= 0xD7:
            return at
        at += 2
    return len(data)


def _is_plain_webp(data: bytes) -> bool:
    at = 12
    if int.from_bytes(data[4:8], "little") + 8 != len(data):
        return False
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name not in _WEBP_PARTS or (name == b"VP8X" and data[at + 8] & ~_WEBP_ALPHA):
            return False
        at += 8 + size + size % 2
    return at == len(data)


SIDE = 2_400
"""Longest side of a stored picture in pixels, enough for a page and its printout."""

_TAIL = 64 * 1024
"""Bytes after the end of a JPEG that some cameras and phones append."""

FORMATS = ("PNG", "JPEG", "WEBP")
INNER_FORMATS = (*FORMATS, "GIF", "BMP", "TIFF")
"""Picture formats that office programs embed in documents."""

_MODES = {
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA"),
    "JPEG": ("L", "RGB"),
    "WEBP": ("RGB", "RGBA"),
    "GIF": ("L", "P"),
    "BMP": ("1", "L", "RGB"),
    "TIFF": ("1", "L", "RGB", "RGBA"),
}
_OPTIONS: dict[str, dict[str, bool | int | str]] = {
    "PNG": {"optimize": True},
    "JPEG": {"quality": 85},
    "WEBP": {"quality": 85},
    "TIFF": {"compression": "tiff_lzw"},
}
_BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error, zlib.error, EOFError, IndexError)


def clean_picture(data: bytes, formats: tuple[str, ...] = FORMATS) -> bytes:
    """Return a picture without metadata, upright, and no larger than a page needs.

    A picture that already meets this keeps its bytes, so that cleaning it again changes nothing: re-encoding JPEG or
    WebP would change pixels each time.

    Raises:
        DocumentDamaged: the picture cannot be read.
        DocumentTooLarge: it has too many pixels.
    """
    if not _is_whole(data):
        raise DocumentDamaged
    with _opened(data, formats) as picture:
        limits.check("pixels", picture.size[0] * picture.size[1], limits.PIXELS)
        picture.load()
        if is_plain(data) and max(picture.size) <= SIDE:
            return data
        return _drawn(picture)


def pixels_of(data: bytes, formats: tuple[str, ...]) -> int:
    """Return the number of pixels according to the header of a picture; raises as `clean_picture` does."""
    with _opened(data, formats) as picture:
        return picture.size[0] * picture.size[1]


@contextmanager
def _opened(data: bytes, formats: tuple[str, ...]) -> Iterator[Image.Image]:
    try:
        with Image.open(BytesIO(data), formats=formats) as picture:
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DocumentTooLarge("pixels", size=limits.PIXELS + 1, limit=limits.PIXELS) from error
    except _BROKEN as error:
        raise DocumentDamaged from error


def has_shown_size(data: bytes) -> bool:
    """Return whether the header of a PNG, JPEG or WebP is readable and within the pixel limit for browsers."""
    try:
        return 0 < pixels_of(data, FORMATS) <= limits.PIXELS
    except DocumentRefused:
        return False


def _is_whole(data: bytes) -> bool:
    """Return whether a picture is complete, even if other libraries have set Pillow to pad it with grey."""
    if data.startswith(b"\x89PNG"):
        return b"IEND" in data
    if data.startswith(b"\xff\xd8"):
        return b"\xff\xd9" in data[-_TAIL:]
    return not data.startswith(b"RIFF") or len(data) >= int.from_bytes(data[4:8], "little") + 8


def _drawn(picture: Image.Image) -> bytes:
    form = picture.format or "PNG"
    upright = ImageOps.exif_transpose(picture)
    if upright.mode not in _MODES[form]:
        sees_through = "A" in upright.getbands() and "RGBA" in _MODES[form]
        upright = upright.convert("RGBA" if sees_through else _MODES[form][-1] if form == "GIF" else "RGB")
    if max(upright.size) > SIDE:
        upright = upright.convert("RGBA" if upright.mode in ("P", "LA") else upright.mode)
        upright.thumbnail((SIDE, SIDE))
    # Encoders copy comments, profiles and EXIF data from here.
    upright.info = {key: value for key, value in upright.info.items() if key == "transparency"}
    out = BytesIO()
    upright.save(out, form, **_OPTIONS.get(form, {}))
    return out.getvalue()


_DRAWN = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")


def can_be_drawn(data: bytes) -> bool:
    """Return whether a picture is a bitmap; office programs also embed vector graphics (EMF, WMF, SVG)."""
    return data.startswith(_DRAWN) or data[8:12] == b"WEBP"


class InnerPictures:
    """Cleans the pictures of one document, each only once, and enforces the pixel limit for all together."""

    def __init__(self) -> None:
        self._pixels = 0
        self._drawn: dict[bytes, bytes] = {}

    def clean(self, data: bytes) -> bytes:
        """Return a picture as `clean_picture` does, in its own format; GIF, BMP and TIFF are accepted too.

        Raises:
            DocumentHolds: it is a vector graphic, or no picture at all.
            DocumentDamaged: it cannot be read.
            DocumentTooLarge: it has too many pixels, or all pictures of the document together have too many.
        """
        known = sha256(data).digest()
        if known not in self._drawn:
            if not can_be_drawn(data):
                raise DocumentHolds(Holding.DRAWING)
            self._pixels += pixels_of(data, INNER_FORMATS)
            limits.check("pictures", self._pixels, limits.DOCUMENT_PIXELS)
            self._drawn[known] = clean_picture(data, INNER_FORMATS)
        return self._drawn[known]
