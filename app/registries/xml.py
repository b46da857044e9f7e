"""The XML elements of answers, and times in the format of the protocol (section 3.3)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lxml import etree

GRANULARITY = "YYYY-MM-DDThh:mm:ssZ"
UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot contain."""
_SENT_AT = re.compile(rb"<responseDate>[^<]*</responseDate>")


def written(moment: datetime) -> str:
    """Return a time in the format of the protocol."""
    # strftime writes years before 1000 with fewer digits.
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
RIGHTS = "http://www.openarchives.org/OAI/2.0/rights/"
ENET = "https://erfahrungsnetz.example/ns/statement/1.0/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA_LOCATION = f"{{{XSI}}}schemaLocation"

Element = Any
"""An element of lxml, which ships no types."""


def envelope(at: datetime, base_url: str, request: Mapping[str, str]) -> Element:
    """Return the root element of an answer; `request` has the arguments that it repeats."""
    root = etree.Element(f"{{{OAI}}}OAI-PMH", nsmap={None: OAI, "xsi": XSI})
    root.set(_SCHEMA_LOCATION, f"{OAI} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd")
    add(root, "responseDate", written(at))
    add(root, "request", base_url, **request)
    return root


def add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    """Append an element of the protocol's own namespace and return it."""
    child = etree.SubElement(parent, f"{{{OAI}}}{name}", attributes)
    if text is not None:
        child.text = text
    return child


def add_root(parent: Element, namespace: str, name: str, prefix: str | None, location: str | None) -> Element:
    """Append an element of another namespace, with the location of its schema, and return it."""
    spaces = {prefix: namespace, "dc": DC} if namespace == OAI_DC else {prefix: namespace}
    child = etree.SubElement(parent, f"{{{namespace}}}{name}", nsmap=spaces)
    if location:
        child.set(_SCHEMA_LOCATION, f"{namespace} {location}")
    return child


def add_in(parent: Element, namespace: str, name: str, text: str, **attributes: str) -> Element:
    """Append an element of another namespace; characters of `text` that XML cannot contain are replaced."""
    child = etree.SubElement(parent, f"{{{namespace}}}{name}", attributes)
    child.text = UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
    return child


def serialised(root: Element) -> bytes:
    """Return the document in UTF-8."""
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def without_time(document: bytes) -> bytes:
    """Return a document without its response date, to compare it with others."""
    return _SENT_AT.sub(b"", document, count=1)
