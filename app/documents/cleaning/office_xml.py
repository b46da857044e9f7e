"""Cleans Office Open XML (DOCX, XLSX, PPTX), keeping only the parts that the document refers to."""

import posixpath
from collections.abc import Mapping
from urllib.parse import unquote

from app.documents.cleaning import NOWHERE, is_followed
from app.documents.cleaning.office_words import clean_words, without_drawings
from app.documents.cleaning.pictures import InnerPictures, can_be_drawn
from app.documents.errors import DocumentDamaged, DocumentHolds, Holding
from app.documents.package import Element, Parts, local, packed, parsed, remove_all, unpacked, written

_GONE = frozenset(
    {
        *("thumbnail", "custom-properties", "printerSettings", "attachedTemplate", "people", "customXml"),
        *("customXmlProps", "font", "webextensiontaskpanes", "extensibility", "userCustomization", "recipientData"),
        *("revisionHeaders", "revisionLog", "usernames", "mailMergeSource", "mailMergeHeaderSource", "origin"),
        *("signature", "classificationlabels", "documenttasks", "webSettings", "calcChain", "tags"),
        *("changesInfo", "revisionInfo"),
    }
)
"""Relations to remove, by the last word of their type: they name people or machines, or are no part of the text."""

_REFUSED = {
    **dict.fromkeys(
        (
            *("vbaProject", "wordVbaData", "control", "activeXControlBinary", "xlMacrosheet", "xlIntlMacrosheet"),
            *("attachedToolbars", "keyMapCustomizations", "vbaProjectSignature"),
        ),
        Holding.MACROS,
    ),
    **dict.fromkeys(("oleObject", "package", "aFChunk", "webextension", "powerPivotData", "model"), Holding.OBJECT),
    **dict.fromkeys(
        ("externalLink", "externalLinkPath", "connections", "queryTable", "subDocument", "frame", "xmlMaps"),
        Holding.LINK,
    ),
    **dict.fromkeys(("audio", "video", "media"), Holding.MEDIA),
}
_CHARTS = "charts/"
_CHART_DATA = frozenset({"package", "oleObject"})
"""Relations to a chart's source workbook; the chart holds a copy of the data it shows."""


def relations_name(part: str) -> str:
    """Return the path of a part's relations; "" is the package itself."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def clean_relations(part: str, data: bytes, dropped: frozenset[str]) -> tuple[Element, tuple[str, ...], frozenset[str]]:
    """Return the relations of a part that may stay, the parts that they lead to, and the ids of those removed.

    `dropped` are ids that the part no longer needs.

    Raises DocumentHolds for forbidden contents, and what parsing XML raises.
    """
    root = parsed(data)
    targets: list[str] = []
    gone: dict[Element, str] = {}
    for relation in root:
        sort, identifier = str(relation.get("Type")).rpartition("/")[2], str(relation.get("Id"))
        if sort in _GONE or identifier in dropped or (part.partition(_CHARTS)[1] and sort in _CHART_DATA):
            gone[relation] = identifier
        elif sort in _REFUSED:
            raise DocumentHolds(_REFUSED[sort])
        elif relation.get("TargetMode") != "External":
            targets.append(_target(part, str(relation.get("Target"))))
        elif sort != "hyperlink":
            raise DocumentHolds(Holding.LINK)
        elif not is_followed(str(relation.get("Target"))):
            relation.set("Target", NOWHERE)
    remove_all(gone)
    return root, tuple(targets), frozenset(gone.values())


def _target(part: str, address: str) -> str:
    folder = part.rpartition("/")[0]
    path = unquote(address.partition("#")[0])
    return path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path))


def without_dangling(root: Element, gone: frozenset[str]) -> None:
    """Remove from a part all references to removed relations."""
    if not gone:
        return
    dangling = []
    for element in root.iter():
        for key in [key for key, value in element.attrib.items() if key.startswith(_REFERENCES) and value in gone]:
            if local(element.tag) == "pageSetup":
                # Keep the element, because it also holds margins and paper size; remove the printer's settings.
                del element.attrib[key]
            else:
                dangling.append(element)
    remove_all(dangling)


_REFERENCES = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}",
)


TYPES = "[Content_Types].xml"
_MACROS = ("macroEnabled", "vbaProject")
_XML = ("+xml", "/xml", "vmlDrawing")
_PROPERTIES: Mapping[str, bytes] = {
    "application/vnd.openxmlformats-package.core-properties+xml": (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
        b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
    ),
    "application/vnd.openxmlformats-officedocument.extended-properties+xml": (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
        b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
    ),
}


class _Types:
    """The content types of the parts of a package, from its own table."""

    def __init__(self, data: bytes) -> None:
        self.root: Element = parsed(data)
        entries = list(self.root)
        self._defaults = {
            str(entry.get("Extension")).lower(): str(entry.get("ContentType"))
            for entry in entries
            if local(entry.tag) == "Default"
        }
        self._parts = {
            str(entry.get("PartName")).lstrip("/"): str(entry.get("ContentType"))
            for entry in entries
            if local(entry.tag) == "Override"
        }

    def of(self, part: str) -> str:
        return self._parts.get(part) or self._defaults.get(part.rpartition(".")[2].lower(), "")

    def all(self) -> tuple[str, ...]:
        return (*self._defaults.values(), *self._parts.values())

    def only(self, kept: Parts) -> bytes:
        """Return the table reduced to these parts."""
        endings = {name.rpartition(".")[2].lower() for name in kept}
        named = [(entry, str(entry.get("PartName") or "").lstrip("/")) for entry in self.root]
        remove_all(
            entry
            for entry, part in named
            if (part and part not in kept) or (not part and str(entry.get("Extension")).lower() not in endings)
        )
        return written(self.root)


def inner_type(parts: Parts) -> str:
    """Return the content type of the main part ("": no such package). Raises DocumentHolds (macros), like parsing."""
    if TYPES not in parts or relations_name("") not in parts:
        return ""
    types = _Types(parts[TYPES])
    if any(mark in told for told in types.all() for mark in _MACROS):
        raise DocumentHolds(Holding.MACROS)
    _root, targets, _gone = clean_relations("", parts[relations_name("")], frozenset())
    return next((types.of(target) for target in targets if types.of(target).endswith(".main+xml")), "")


def clean_office_xml(data: bytes) -> bytes:
    """Return the document reduced to what its text, sheets or slides refer to.

    This removes properties, thumbnails, printer settings, templates, embedded fonts, the data behind charts, and the
    authors and times of comments and tracked changes.

    Raises:
        DocumentDamaged, DocumentTooLarge: it is unreadable or needs too much memory.
        DocumentHolds: it has macros, embedded files, links to other files, or pictures that cannot be re-encoded.
    """
    parts = unpacked(data)
    types = _Types(parts[TYPES])
    kept: Parts = {}
    pictures = InnerPictures()
    waiting = [""]
    for part in waiting:
        for target in _taken_in(part, parts, kept, types, pictures):
            if target not in parts:
                raise DocumentDamaged
            if target not in waiting:
                waiting.append(target)
    kept[TYPES] = types.only(kept)
    return packed(kept)


def _taken_in(part: str, parts: Parts, kept: Parts, types: _Types, pictures: InnerPictures) -> tuple[str, ...]:
    """Clean a part, add it to `kept`, and return the names of the parts that it refers to."""
    sort = types.of(part)
    if sort in _PROPERTIES:
        kept[part] = _PROPERTIES[sort]
        return ()
    if part and not sort.endswith(_XML):
        kept[part] = pictures.clean(parts[part])
        return ()
    root = parsed(parts[part]) if part else None
    lies = relations_name(part)
    targets: tuple[str, ...] = ()
    if lies in parts:
        dropped = frozenset() if root is None else _drawings(root, part, parts)
        relations, targets, gone = clean_relations(part, parts[lies], dropped)
        kept[lies] = written(relations)
        if root is not None:
            without_dangling(root, gone)
    if root is not None:
        clean_words(root)
        kept[part] = written(root)
    return targets


def _drawings(root: Element, part: str, parts: Parts) -> frozenset[str]:
    inside = (one for one in parsed(parts[relations_name(part)]) if one.get("TargetMode") != "External")
    shown = {str(one.get("Id")): _target(part, str(one.get("Target"))) for one in inside}
    return without_drawings(root, lambda identifier: can_be_drawn(parts.get(shown.get(identifier, ""), b"")))
