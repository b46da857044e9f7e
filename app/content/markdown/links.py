# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which addresses a text may lead to, and which pictures it may show."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from app.content.markdown.context import Context

EXTERNAL_REL = "nofollow ugc noopener"

_RECORD = re.compile(r"((?:case-study|concept|solution|organisation|question)/[a-z0-9]+(?:-[a-z0-9]+)*)(#[a-z0-9-]+)?")
# No second slash or backslash at the start: browsers read both as the beginning of another site's address.
_OWN_PAGE = re.compile(r"/(?![/\\])[A-Za-z0-9/_.~%?=&#+-]*")
_FRAGMENT = re.compile(r"#[A-Za-z0-9_-]+")
_MAILBOX = re.compile(r"mailto:[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")


class LinkProcessor(Treeprocessor):
    """Resolves, marks or removes links and pictures after the text has been parsed."""

    def __init__(self, md: Markdown, context: Context) -> None:
        super().__init__(md)
        self._context = context
        self._media = {medium.file: medium for medium in context.media}
        self._files = {*context.files, *self._media}

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for element in list(root.iter()):
            if element.tag == "img":
                self._picture(element)
        for element in root.iter("a"):
            if not element.get("aria-label"):
                self._link(element)

    def _picture(self, element: Element) -> None:
        name = element.get("src", "")
        medium = self._media.get(name)
        words = element.get("alt") or (medium.alt if medium else name)
        tail = element.tail
        element.attrib.clear()
        if medium and name not in self._context.unshown:
            element.attrib.update(src=f"{self._context.files_url}{name}", alt=words, loading="lazy")
            return
        # A picture from elsewhere would tell that site who reads here; it becomes a link, like what is no picture.
        element.tag = "a"
        element.set("href", name)
        element.text, element.tail = words, tail

    def _link(self, element: Element) -> None:
        address = element.get("href", "")
        element.attrib.clear()
        target, rel = self._target(address)
        if target is None:
            element.tag = "span"
            return
        element.set("href", target)
        if rel:
            element.set("rel", rel)

    def _target(self, address: str) -> tuple[str | None, str]:
        if is_external(address):
            return address, EXTERNAL_REL
        if _FRAGMENT.fullmatch(address) or _MAILBOX.fullmatch(address):
            return address, ""
        if _OWN_PAGE.fullmatch(address):
            return f"{self._context.site}{address}", EXTERNAL_REL if self._context.site else ""
        if address in self._context.absent:
            return f"{self._context.absent_url}{address}", EXTERNAL_REL
        if address in self._files:
            return f"{self._context.files_url}{address}", ""
        found = _RECORD.fullmatch(address)
        target = self._context.record_link(found[1]) if found else None
        if found is None or target is None:
            return None, ""
        return f"{target}{found[2] or ''}", EXTERNAL_REL if is_external(target) else ""


def is_external(address: str) -> bool:
    """Tell whether this is an address on the web that one may link to: http(s), a host, no user name."""
    if not address.isprintable() or " " in address or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
