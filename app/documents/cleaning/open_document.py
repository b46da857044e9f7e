"""Cleans OpenDocument (ODT, ODS, ODP), keeping only texts, sheets, slides and pictures."""

import posixpath
import re
from collections.abc import Callable, Iterator

from lxml import etree

from app.documents import limits
from app.documents.cleaning import NOWHERE, is_followed, is_inside, names_a_path, reaches_out
from app.documents.cleaning.pictures import InnerPictures, can_be_drawn
from app.documents.errors import DocumentDamaged, DocumentHolds, Holding
from app.documents.kinds import FileKind, kind_by_mark
from app.documents.package import (
    LONG_AGO,
    MIMETYPE,
    NOBODY,
    NOBODYS_INITIALS,
    Element,
    Parts,
    local,
    packed,
    parsed,
    remove_all,
    unpacked,
    written,
)

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_DRAW = f"{{{_NS}drawing:1.0}}"
_IMAGE, _FRAME, _OBJECT = f"{_DRAW}image", f"{_DRAW}frame", f"{_DRAW}object"
_FILL = f"{_DRAW}fill-image"
_BACKGROUND = f"{{{_NS}style:1.0}}background-image"
_PICTURES = frozenset({_IMAGE, _FILL, _BACKGROUND, f"{{{_NS}text:1.0}}list-level-style-image"})
_SETTING = f"{{{_NS}config:1.0}}config-item"
_SETTING_NAME = f"{{{_NS}config:1.0}}name"
_PREVIEWS = "ObjectReplacements/"

_GONE = frozenset(
    {"scripts", "script", "event-listeners", "event-listener", "font-face-src", "error-macro", "connection-resource"}
)
_REFUSED = {
    "plugin": Holding.MEDIA,
    "sound": Holding.MEDIA,
    "applet": Holding.MACROS,
    "execute-macro": Holding.MACROS,
    "object-ole": Holding.OBJECT,
    "binary-data": Holding.OBJECT,
    "floating-frame": Holding.LINK,
    "dde-source": Holding.LINK,
    "dde-connection-decl": Holding.LINK,
}
_PEOPLE = {
    "creator": NOBODY,
    "initial-creator": NOBODY,
    "creator-initials": NOBODYS_INITIALS,
    "sender-initials": NOBODYS_INITIALS,
    "date": LONG_AGO.removesuffix("Z"),
    "date-string": "",
}
"""Replacement values of Dublin Core elements and properties in comments and tracked changes."""
_DESCRIBING = frozenset({"title", "desc"})
_CALCULATING = frozenset({"formula", "expression", "condition"})
_OF_PROPERTIES = ("{http://purl.org/dc/elements/1.1/}", f"{{{_NS}meta:1.0}}", "{urn:org:documentfoundation")
_WITH_ADDRESS = frozenset({"a", "area-rectangle", "area-circle", "area-polygon", "form", "button", "image-frame"})
_PRINTERS_AND_SESSIONS = ("Printer", "Rsid", "CurrentDatabase", "EmbeddedDatabase", "ModifyPassword", "Macro")


def clean_words(root: Element, content: Callable[[str], bytes]) -> None:
    """Remove names of people, active content and outside links; `content` returns a part. Raises DocumentHolds."""
    going: list[Element] = []
    for element in root.iter():
        name = local(element.tag)
        if name in _REFUSED:
            raise DocumentHolds(_REFUSED[name])
        setting = str(element.get(_SETTING_NAME)) if element.tag == _SETTING else ""
        if name in _GONE or setting.startswith(_PRINTERS_AND_SESSIONS):
            going.append(element)
            continue
        _mend_words(element, name)
        if element.tag == _FRAME:
            going += _surplus_pictures(element, content)
    remove_all(going)
    for element in root.iter():
        _mend_address(element)


def _mend_words(element: Element, name: str) -> None:
    if name in _DESCRIBING and names_a_path(str(element.text or "")):
        element.text = None
    if name in _PEOPLE and element.tag.startswith(_OF_PROPERTIES):
        element.text = _PEOPLE[name]
    for attribute in [key for key in element.attrib if "rsid" in local(key)]:
        del element.attrib[attribute]
    if any(reaches_out(value) for key, value in element.attrib.items() if local(key) in _CALCULATING):
        raise DocumentHolds(Holding.LINK)


def named_inside(root: Element) -> Iterator[tuple[str, bool]]:
    """Yield the paths inside the package that a part refers to, and whether each is a picture."""
    for element in root.iter():
        address = (element.get(_XLINK) or "").strip()
        if address and not address.startswith("#") and local(element.tag) not in _WITH_ADDRESS:
            yield address, element.tag in _PICTURES


def _surplus_pictures(frame: Element, content: Callable[[str], bytes]) -> Iterator[Element]:
    """Yield all pictures of a frame after the first bitmap; they are the same picture in other formats."""
    images = [child for child in frame if child.tag == _IMAGE]
    drawn = [image for image in images if can_be_drawn(content((image.get(_XLINK) or "").strip()))]
    has_object = any(child.tag == _OBJECT for child in frame)
    for image in images:
        preview = has_object and _PREVIEWS in (image.get(_XLINK) or "")
        if preview or (drawn and image is not drawn[0]):
            yield image


def _mend_address(element: Element) -> None:
    address = element.get(_XLINK)
    if address is None:
        return
    if local(element.tag) in _WITH_ADDRESS:
        if not is_followed(address):
            element.set(_XLINK, NOWHERE)
    elif not is_inside(address):
        raise DocumentHolds(Holding.LINK)


_MANIFEST = "META-INF/manifest.xml"
_CONTENT = "content.xml"
_DOCUMENT = (_CONTENT, "styles.xml", "settings.xml")

_MANIFEST_NS = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_KNOWN_VERSION = re.compile(r"1\.[0-9]")


def inner_type(parts: Parts) -> str:
    """Return the media type that a package declares, "" if it is no OpenDocument file."""
    return parts.get(MIMETYPE, b"")[:200].decode("ascii", "replace").strip()


def clean_open_document(data: bytes, kind: FileKind) -> bytes:
    """Return the document reduced to its texts, sheets, slides, charts and pictures.

    This removes properties, thumbnails, scripts, configurations, embedded fonts, older versions, signatures, printer
    settings, and the authors and times of comments and tracked changes.

    Raises:
        DocumentDamaged, DocumentTooLarge: it is unreadable or needs too much memory.
        DocumentHolds: it has embedded files, links to other files, or pictures that cannot be re-encoded.
    """
    parts = unpacked(data)
    if _CONTENT not in parts or b"encryption-data" in parts.get(_MANIFEST, b""):
        raise DocumentDamaged
    said = str(parsed(parts[_CONTENT]).get(f"{{{_OFFICE}}}version") or "")
    # Texts before version 1.2 declare none.
    version = said if _KNOWN_VERSION.fullmatch(said) else ""
    kept: Parts = {MIMETYPE: kind.inner.encode(), "meta.xml": _empty_meta(version)}
    pictures = InnerPictures()
    folders = [""]
    for folder in folders:
        if len(folders) > limits.INNER_DOCUMENTS:
            raise DocumentHolds(Holding.HARMFUL)
        for name in _taken_in(folder, parts, kept, pictures):
            if f"{name}/{_CONTENT}" not in parts:
                # An embedded file; charts and formulas, by contrast, are documents in their own folders.
                raise DocumentHolds(Holding.OBJECT)
            if f"{name}/" not in folders:
                folders.append(f"{name}/")
    kept[_MANIFEST] = _manifest(kept, kind, folders[1:], parts, version)
    return packed(kept)


def _taken_in(folder: str, parts: Parts, kept: Parts, pictures: InnerPictures) -> Iterator[str]:
    """Add the cleaned document in `folder` with its pictures to `kept`, and yield the names of its inner documents."""
    for file in _DOCUMENT:
        name = f"{folder}{file}"
        if name not in parts:
            continue
        root = parsed(parts[name])
        clean_words(root, lambda address: parts.get(_inside(folder, address), b""))
        kept[name] = written(root)
        for address, is_picture in named_inside(root):
            target = _inside(folder, address)
            if not is_picture:
                yield target
            elif target in parts:
                kept[target] = pictures.clean(parts[target])


def _inside(folder: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(folder, address))


def _empty_meta(version: str) -> bytes:
    root = etree.Element(f"{{{_OFFICE}}}document-meta", nsmap={"office": _OFFICE})
    if version:
        root.set(f"{{{_OFFICE}}}version", version)
    etree.SubElement(root, f"{{{_OFFICE}}}meta")
    return written(root)


def _manifest(kept: Parts, kind: FileKind, folders: list[str], parts: Parts, version: str) -> bytes:
    root = etree.Element(f"{{{_MANIFEST_NS}}}manifest", nsmap={"manifest": _MANIFEST_NS})
    told = _told(parts)
    entries = {"/": kind.inner, **{folder: told.get(folder, "") for folder in folders}}
    entries |= {name: _media_type(name, kept[name]) for name in sorted(kept) if name != MIMETYPE}
    for name, media_type in entries.items():
        entry: Element = etree.SubElement(root, f"{{{_MANIFEST_NS}}}file-entry")
        entry.set(f"{{{_MANIFEST_NS}}}full-path", name)
        entry.set(f"{{{_MANIFEST_NS}}}media-type", media_type)
        if version and name.endswith("/"):
            entry.set(f"{{{_MANIFEST_NS}}}version", version)
    if version:
        # LibreOffice opens no document whose manifest lacks the version of its text or declares another.
        root.set(f"{{{_MANIFEST_NS}}}version", version)
    return written(root)


def _told(parts: Parts) -> dict[str, str]:
    """Return the media types that the manifest declares for the inner documents."""
    root = parsed(parts[_MANIFEST]) if _MANIFEST in parts else ()
    told = {str(e.get(f"{{{_MANIFEST_NS}}}full-path")): str(e.get(f"{{{_MANIFEST_NS}}}media-type") or "") for e in root}
    return {name: media_type for name, media_type in told.items() if media_type.startswith(_OPEN_DOCUMENT)}


def _media_type(name: str, content: bytes) -> str:
    if name.endswith(".xml"):
        return "text/xml"
    kind = kind_by_mark(content)
    return kind.media_type if kind else ""
