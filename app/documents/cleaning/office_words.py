"""Cleans parts of Office Open XML: removes people, machines and times, and disarms or refuses fields that fetch."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from app.documents.cleaning import NOWHERE, is_followed, names_a_path, reaches_out
from app.documents.errors import DocumentHolds, Holding
from app.documents.package import LONG_AGO, NOBODY, NOBODYS_INITIALS, Element, local, remove_all

_FETCHING = frozenset(
    {
        *("DDE", "DDEAUTO", "INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE", "IMPORT", "LINK", "DATABASE", "RD"),
        *("EMBED", "CONTROL", "HTMLCONTROL", "MACROBUTTON"),
    }
)
_NESTED = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Replaces a field nested in an instruction, whose result is unknown until it runs."""
_MAX_OPEN_FIELDS = 50
"""Maximum fields open at once; office programs nest about twenty."""
_MAX_LINK_LENGTH = 8_000
"""Characters of an instruction that are searched for an address; the search is quadratic."""
_NAME = re.compile(r'[\s"]*([^\s"]*)')
_WORDS = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)')
_SWITCH = re.compile(r"\\[a-z]", re.IGNORECASE)
_WITH_VALUE = frozenset("lots")
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(slots=True)
class _Field:
    """A field whose start has been read: its instruction, and the elements that contain it."""

    pieces: list[str] = field(default_factory=list)
    holders: list[Element] = field(default_factory=list)
    told: bool = False

    @property
    def order(self) -> str:
        return "".join(self.pieces)


def mend_fields(root: Element) -> None:
    """Disarm fields with links that readers may not follow; raises DocumentHolds for fetching or obscure ones."""
    for found in _fields(root):
        name = _NAME.match(found.order)[1].upper()  # type: ignore[index]  # it matches every text
        spelled = name == "QUOTE" and any(word.isdigit() for word in _QUOTED.sub("", found.order).split())
        if name in _FETCHING or _NESTED in name or spelled:
            raise DocumentHolds(Holding.LINK)
        if name == "HYPERLINK" and _leads_away(found.order):
            _lead_nowhere(found)


def _leads_away(order: str) -> bool:
    """Return whether a link leads to a file; the address may be anywhere among switches (`o` for a tip, `l`, `t`)."""
    if len(order) > _MAX_LINK_LENGTH:
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
    """Yield each field once its instruction has been read; unclosed fields come last."""
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
        if len(begun) >= _MAX_OPEN_FIELDS:
            raise DocumentHolds(Holding.HARMFUL)
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


_WORD = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml",
)
_EMBEDDED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"

_GONE = frozenset(
    {
        *("rsids", "docId", "docVars", "attachedTemplate", "mailMerge", "absPath", "revisionPtr", "presenceInfo"),
        *("embedRegular", "embedBold", "embedItalic", "embedBoldItalic", "fileSharing", "nsid", "custDataLst"),
        *("customWorkbookViews", "customSheetViews"),
    }
)
"""Elements that name people, machines and sessions, or refer to removed parts."""

_IN_WORD = {"author": NOBODY, "initials": NOBODYS_INITIALS, "date": LONG_AGO, "dateUtc": LONG_AGO}
_ON = {
    "cmAuthor": {"name": NOBODY, "initials": NOBODYS_INITIALS},
    "author": {"name": NOBODY, "initials": NOBODYS_INITIALS, "userId": NOBODY, "providerId": "None"},
    "person": {"displayName": NOBODY, "userId": NOBODY, "providerId": "None"},
    "cm": {"dt": LONG_AGO, "created": LONG_AGO},
    "reply": {"created": LONG_AGO},
    "threadedComment": {"dT": LONG_AGO},
    "pivotCacheDefinition": {"refreshedBy": NOBODY, "refreshedDate": "0", "refreshedDateIso": LONG_AGO},
}
"""Replacement values of attributes, by element."""

_DESCRIBING = frozenset({"descr", "title", "alt"})
_CALCULATING = frozenset(
    {"f", "definedName", "formula", "formula1", "formula2", "calculatedColumnFormula", "oldFormula"}
)


def clean_words(root: Element) -> None:
    """Remove names of people, machines, and times from a part; raises DocumentHolds for fields that fetch."""
    going: list[Element] = []
    for element in root.iter():
        name = local(element.tag)
        if name in _GONE:
            going.append(element)
            continue
        if name in _CALCULATING and reaches_out(str(element.text or "")):
            raise DocumentHolds(Holding.LINK)
        for key, said in _ON.get(name, {}).items():
            if key in element.attrib:
                element.set(key, said)
        for key in list(element.attrib):
            _mend_attribute(element, key)
    remove_all(going)
    mend_fields(root)
    if local(root.tag) == "comments":
        _forget_authors(root)


def without_drawings(root: Element, can_be_drawn: Callable[[str], bool]) -> frozenset[str]:
    """Remove vector graphics that have a bitmap beside them, and return the ids of their relations."""
    ids: set[str] = set()
    going: list[Element] = []
    for drawing in [element for element in root.iter() if local(element.tag) == "svgBlip"]:
        picture = next((holder for holder in drawing.iterancestors() if local(holder.tag) == "blip"), None)
        if picture is not None and can_be_drawn(str(picture.get(_EMBEDDED))):
            ids.add(str(drawing.get(_EMBEDDED)))
            going.append(drawing.getparent())
    remove_all(going)
    return frozenset(ids)


def _mend_attribute(element: Element, key: str) -> None:
    name = local(key)
    if name in _DESCRIBING and names_a_path(str(element.get(key))):
        # Older programs store the picture's original path there.
        element.set(key, "")
    if not key.startswith(_WORD) and name != "dateUtc":
        return
    if name.startswith("rsid") or name == "ed":
        del element.attrib[key]
    elif name in _IN_WORD:
        element.set(key, _IN_WORD[name])


def _forget_authors(root: Element) -> None:
    """Remove comment authors of spreadsheets, from the list of authors and from the start of each comment."""
    names = {str(element.text) for element in root.iter() if local(element.tag) == "author" and element.text}
    for element in root.iter():
        if local(element.tag) == "author" and element.text:
            element.text = NOBODY
        elif local(element.tag) == "t" and element.text:
            element.text = _without_author(str(element.text), names)


def _without_author(text: str, names: Collection[str]) -> str:
    if text.strip().removesuffix(":") in names:
        return f"{NOBODY}:"
    # The name may be in the same run as the comment.
    author, colon, said = text.partition(":")
    return f"{NOBODY}:{said}" if colon and author.strip() in names else text
