"""Removes from a PDF what identifies its makers or acts on its own, with qpdf."""

import re
from collections.abc import Iterator
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Pdf, PikepdfError, Stream, StreamDecodeLevel
from pikepdf.settings import set_qpdf_limits

from app.documents.cleaning import FOLLOWED
from app.documents.errors import DocumentDamaged, DocumentTooLarge
from app.documents.limits import FILE_LIMIT, UNPACKED, check

_OUT_OF_ROOM = re.compile("limit exceeded|bad_alloc")
"""Matches warnings after which qpdf continues without objects that did not fit into memory."""
_MAX_WRITES = 5
_BROKEN = (
    PikepdfError,
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RuntimeError,
    OverflowError,
)
"""What pikepdf raises for broken objects."""

_ACTIVE = ("/OpenAction", "/AcroForm", "/Collection")
_NAMED = ("/JavaScript", "/EmbeddedFiles")
_EVERYWHERE = ("/AA", "/AF", "/Metadata", "/PieceInfo", "/LastModified")
_IN_REMARKS = ("/T", "/M", "/CreationDate", "/NM", "/FS", "/RichMediaContent", "/Movie", "/Sound")
_GONE = frozenset({"/FileAttachment", "/Movie", "/Sound", "/Screen", "/RichMedia", "/3D"})
"""Annotations that contain or play another file."""
_ACTIONS = ("/A", "/PA", "/Next")


def clean_pdf(data: bytes) -> bytes:
    """Return only pages, tags and bookmarks. Raises DocumentDamaged (or encrypted) and DocumentTooLarge (memory)."""
    # The limits apply to compressed object streams; the contents of pages are never unpacked.
    set_qpdf_limits(flate_max_memory=UNPACKED, png_max_memory=UNPACKED, run_length_max_memory=UNPACKED)
    try:
        cleaned = _cleaned(data)
    except MemoryError as error:
        raise DocumentTooLarge("unpacked", size=UNPACKED + 1, limit=UNPACKED) from error
    except _BROKEN as error:
        raise DocumentDamaged from error
    check("bytes", len(cleaned), FILE_LIMIT)
    return cleaned


def _cleaned(data: bytes) -> bytes:
    """Clean a document, rewriting it until the bytes no longer change, so that cleaning it again changes nothing."""
    with Pdf.open(BytesIO(data)) as pdf:
        if pdf.is_encrypted or not len(pdf.pages):
            raise ValueError("locked or without pages")
        _clean(pdf)
        written = _written(pdf)
    for _ in range(_MAX_WRITES):
        with Pdf.open(BytesIO(written)) as pdf:
            before, written = written, _written(pdf)
        if written == before:
            break
    return written


def _written(pdf: Pdf) -> bytes:
    _remove(pdf.trailer, "/Info", "/ID")
    out = BytesIO()
    pdf.save(
        out,
        deterministic_id=True,
        fix_metadata_version=False,
        object_stream_mode=ObjectStreamMode.generate,
        stream_decode_level=StreamDecodeLevel.none,
    )
    if any(_OUT_OF_ROOM.search(warning) for warning in pdf.get_warnings()):
        raise MemoryError
    return out.getvalue()


def _clean(pdf: Pdf) -> None:
    _remove(pdf.Root, *_ACTIVE)
    names = pdf.Root.get("/Names")
    if isinstance(names, Dictionary):
        _remove(names, *_NAMED)
    for found in _dictionaries(pdf):
        _remove(found, *_EVERYWHERE, *(name for name in _ACTIONS if not _is_harmless(found.get(name))))
        remarks = found.get("/Annots")
        if isinstance(remarks, Array):
            kept = [one for one in remarks if isinstance(one, Dictionary) and str(one.get("/Subtype")) not in _GONE]
            for remark in kept:
                _remove(remark, *_IN_REMARKS)
            found["/Annots"] = Array(kept)
        if found.get("/Type") == Name.Annot or "/IRT" in found or "/FT" in found:
            # Annotations and form fields are also linked to each other, not only from a page.
            _remove(found, *_IN_REMARKS)


def _dictionaries(pdf: Pdf) -> Iterator[Object]:
    """Yield each dictionary of a document, including those of streams."""
    waiting: list[object] = list(pdf.objects)
    while waiting:
        one = waiting.pop()
        if isinstance(one, Dictionary | Stream):
            yield one
            waiting.extend(inner for _, inner in one.items() if not _is_apart(inner))
        elif isinstance(one, Array):
            waiting.extend(inner for inner in one if not _is_apart(inner))


def _is_apart(value: object) -> bool:
    """Return whether a value is an indirect object, or contains no others."""
    return not isinstance(value, Array | Dictionary) or value.is_indirect


def _is_harmless(action: object) -> bool:
    """Return whether all actions stay in the document or lead to the web; other values are no actions."""
    if isinstance(action, Array):
        return all(_is_harmless(one) for one in action)
    if not isinstance(action, Dictionary) or "/S" not in action:
        return True
    sort = str(action["/S"])
    return sort == "/GoTo" or (sort == "/URI" and bool(FOLLOWED.match(str(action.get("/URI", "")).strip())))


def _remove(holder: Object, *names: str) -> None:
    for name in names:
        if name in holder:
            del holder[name]
