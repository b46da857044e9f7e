# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How the parts of an Office Open XML package belong together (ISO/IEC 29500-2), and which of them may stay."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from urllib.parse import unquote

from app.content.attachments.errors import AttachmentHolds, Holding
from app.content.attachments.links import NOWHERE, is_followed
from app.content.attachments.xml_part import Element, local, parsed, remove_all

_GONE = frozenset(
    {
        *("thumbnail", "custom-properties", "printerSettings", "attachedTemplate", "people", "customXml"),
        *("customXmlProps", "font", "webextensiontaskpanes", "extensibility", "userCustomization", "recipientData"),
        *("revisionHeaders", "revisionLog", "usernames", "mailMergeSource", "mailMergeHeaderSource", "origin"),
        *("signature", "classificationlabels", "documenttasks", "webSettings", "calcChain", "tags"),
        *("changesInfo", "revisionInfo"),
    }
)
"""By the last word of their type: what names people and machines, or is no part of the text."""

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
"""The workbook from which a chart was made; the chart shows what it holds itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """Where one part leads: `root` is written back, `targets` are names of parts, `gone` the ids that are taken out."""

    root: Element
    targets: tuple[str, ...]
    gone: frozenset[str]


def relations_name(part: str) -> str:
    """Return where the relations of a part lie; "" stands for the package itself."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def clean_relations(part: str, data: bytes, dropped: frozenset[str]) -> Relations:
    """Return the relations of a part that may stay; `dropped` are ids that the part does not need any more.

    Raises AttachmentHolds for what a document may not hold, and what reading XML raises.
    """
    root = parsed(data)
    targets: list[str] = []
    gone: dict[Element, str] = {}
    for relation in root:
        sort, identifier = _sort(relation), str(relation.get("Id"))
        if sort in _GONE or identifier in dropped or (part.partition(_CHARTS)[1] and sort in _CHART_DATA):
            gone[relation] = identifier
        elif sort in _REFUSED:
            raise AttachmentHolds(_REFUSED[sort])
        elif relation.get("TargetMode") == "External":
            _mend_address(relation, sort)
        else:
            targets.append(_target(part, str(relation.get("Target"))))
    remove_all(gone)
    return Relations(root=root, targets=tuple(targets), gone=frozenset(gone.values()))


def targets_of(part: str, data: bytes) -> dict[str, str]:
    """Return the parts that a part leads to, by the id it uses for each."""
    inside = (relation for relation in parsed(data) if relation.get("TargetMode") != "External")
    return {str(relation.get("Id")): _target(part, str(relation.get("Target"))) for relation in inside}


def _sort(relation: Element) -> str:
    return str(relation.get("Type")).rpartition("/")[2]


def _mend_address(relation: Element, sort: str) -> None:
    if sort != "hyperlink":
        raise AttachmentHolds(Holding.LINK)
    if not is_followed(str(relation.get("Target"))):
        relation.set("Target", NOWHERE)


def _target(part: str, address: str) -> str:
    folder = part.rpartition("/")[0]
    path = unquote(address.partition("#")[0])
    return path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path))


def without_dangling(root: Element, gone: frozenset[str]) -> None:
    """Take out of a part what refers to relations that are gone."""
    if not gone:
        return
    dangling = []
    for element in root.iter():
        for key in [key for key, value in element.attrib.items() if key.startswith(_REFERENCES) and value in gone]:
            if local(element.tag) == "pageSetup":
                # It says margins and paper too; only the printer's own settings go.
                del element.attrib[key]
            else:
                dangling.append(element)
    remove_all(dangling)


_REFERENCES = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}",
)
