# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fields of WordprocessingML (ISO/IEC 29500-1, 17.16): instructions that a program carries out when it shows a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.content.attachments.errors import AttachmentHolds, Holding
from app.content.attachments.links import NOWHERE, is_followed, names_a_path
from app.content.attachments.xml_part import Element, local

_FETCHING = frozenset(
    {
        *("DDE", "DDEAUTO", "INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE", "IMPORT", "LINK", "DATABASE", "RD"),
        *("EMBED", "CONTROL", "HTMLCONTROL", "MACROBUTTON"),
    }
)
_NESTED = "\N{OBJECT REPLACEMENT CHARACTER}"
"""In place of a field inside an instruction, whose result nobody knows before it is carried out."""
_DEEPEST = 50
"""Fields that may be open at once; office programs nest about twenty."""
_LONGEST_LINK = 8_000
"""Characters of an instruction in which an address is looked for; the look takes the square of it."""
_NAME = re.compile(r'[\s"]*([^\s"]*)')
_WORDS = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)')
_SWITCH = re.compile(r"\\[a-z]", re.IGNORECASE)
_WITH_VALUE = frozenset("lots")
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(slots=True)
class _Field:
    """A field that has begun: what its instruction says, and the elements that say it."""

    pieces: list[str] = field(default_factory=list)
    holders: list[Element] = field(default_factory=list)
    told: bool = False

    @property
    def order(self) -> str:
        return "".join(self.pieces)


def mend_fields(root: Element) -> None:
    """Let links of fields lead to where readers may be led only.

    Raises AttachmentHolds for an instruction that fetches something or hides what it does.
    """
    for found in _fields(root):
        name = _NAME.match(found.order)[1].upper()  # type: ignore[index]  # it matches every text
        spelled = name == "QUOTE" and any(word.isdigit() for word in _QUOTED.sub("", found.order).split())
        if name in _FETCHING or _NESTED in name or spelled:
            raise AttachmentHolds(Holding.LINK)
        if name == "HYPERLINK" and _leads_away(found.order):
            _lead_nowhere(found)


def _leads_away(order: str) -> bool:
    """Tell whether a link leads to a file; its address stands anywhere among switches (`o` for a tip, `l`, `t`)."""
    if len(order) > _LONGEST_LINK:
        return True
    words = [quoted or plain for quoted, plain in _WORDS.findall(order)][1:]
    if any(names_a_path(word.replace("\\\\", "\\")) or names_a_path(word) for word in words):
        return True
    rest = iter(words)
    for word in rest:
        if not _SWITCH.fullmatch(word):
            return not is_followed(word)
        if word[1].lower() in _WITH_VALUE:
            next(rest, "")
    return False


def _lead_nowhere(found: _Field) -> None:
    for number, holder in enumerate(found.holders):
        said = f' HYPERLINK "{NOWHERE}" ' if number == 0 else ""
        key = _instruction(holder)
        if key:
            holder.set(key, said)
        else:
            holder.text = said


def _fields(root: Element) -> Iterator[_Field]:
    """Yield each field once its instruction has been read; those that never end come last."""
    begun: list[_Field] = []
    loose = _Field()
    for element in root.iter():
        name, key = local(element.tag), _instruction(element)
        if key:
            yield _Field([str(element.get(key))], [element])
        elif name == "fldChar":
            yield from _marked(element, begun)
        elif name in ("instrText", "delInstrText"):
            at = next((one for one in reversed(begun) if not one.told), loose)
            at.pieces.append(str(element.text or ""))
            at.holders.append(element)
    yield from (*begun, loose)


def _marked(element: Element, begun: list[_Field]) -> Iterator[_Field]:
    sort = next((value for key, value in element.attrib.items() if local(key) == "fldCharType"), "")
    if sort == "begin":
        if len(begun) >= _DEEPEST:
            raise AttachmentHolds(Holding.HARMFUL)
        if begun and not begun[-1].told:
            begun[-1].pieces.append(_NESTED)
        begun.append(_Field())
    elif sort == "separate" and begun:
        begun[-1].told = True
    elif sort == "end" and begun:
        yield begun.pop()


def _instruction(element: Element) -> str:
    """Return the attribute that holds the instruction of a simple field, "" for any other element."""
    if local(element.tag) != "fldSimple":
        return ""
    return next((str(key) for key in element.attrib if local(key) == "instr"), "")
