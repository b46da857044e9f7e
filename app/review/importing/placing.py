# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Puts a section of a report into a field of a record, behind what stands there already."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import cast

from app.content.json_value import LIST, JsonValue
from app.review.importing.contact import ReportContact, contact
from app.review.importing.lessons import lesson
from app.review.importing.model import ImportedSection
from app.review.model.submission import WrittenText

BODY = "body."
LISTS: Mapping[str, str | None] = {
    "goals": "text",
    "lessons": "statement",
    "sources": "title",
    "open_questions": None,
}
"""Lists that take one entry for each paragraph or item, with the part that the words go to (None: the entry itself)."""
TEXTS = ("title", "summary")

_ITEM = re.compile(r"[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]+")
_MARKS = re.compile(r"(?<!\\)(?:\*\*|\*)|\\(?=[\\`*_\[#>+\-.])")
_LINK = re.compile(r"(?<!\\)\[((?:[^\[\]\\\n]|\\.)*+)\]\(([^)\s]{1,700}+)\)")
_ADDRESS = re.compile(r"(?:^|(?<=[:,;]))https?://.+")
_AFTER, _BETWEEN = ").,;", " :,;("

CONTACT, PLACES = "contact", "municipalities"


def placed(text: WrittenText, section: ImportedSection, target: str) -> WrittenText:
    """Return the text with a section at `target`: "body.<section>", CONTACT, a list of LISTS or one of TEXTS.

    Nothing is shortened; what is too long for its field is for its author to mend.
    """
    if target.startswith(BODY):
        name = target.removeprefix(BODY)
        return WrittenText(front=text.front, sections={**text.sections, name: _below(text.sections.get(name), section)})
    if target in TEXTS:
        added = plain(section.text or section.title)
        before = text.front.get(target)
        whole = f"{before} {added}" if isinstance(before, str) and before else added
        return WrittenText(front={**text.front, target: whole}, sections=text.sections)
    if target == CONTACT:
        return WrittenText(front={**text.front, **dict(_contact(text.front, section))}, sections=text.sections)
    part = LISTS[target]
    before = text.front.get(target)
    rows = [row for row in before if row != {}] if isinstance(before, LIST) else []
    added_rows = [_entry(target, part, words, section.title) for words in blocks(section)]
    return WrittenText(front={**text.front, target: [*rows, *added_rows]}, sections=text.sections)


def names_contact(text: str) -> bool:
    """Tell whether a text of a report would put anything into the contact or the municipalities of a record."""
    return _found(ImportedSection(title="", level=1, text=text)) != ReportContact()


def blocks(section: ImportedSection) -> list[str]:
    """Return the paragraphs and items of a section as plain words; a heading alone is one too."""
    found: list[str] = []
    for paragraph in section.text.split("\n\n"):
        lines = paragraph.split("\n")
        if all(_ITEM.match(line) for line in lines):
            found += [plain(_ITEM.sub("", line, count=1)) for line in lines]
        else:
            found.append(plain(paragraph))
    return [words for words in found if words] or [section.title]


def plain(markdown: str) -> str:
    """Return Markdown as the words that it shows; an address follows its words in brackets."""
    linked = _LINK.sub(lambda found: f"{found[1]} ({found[2]})", markdown)
    return " ".join(_MARKS.sub("", linked).split())


def _below(before: str | None, section: ImportedSection) -> str:
    heading = f"### {section.title}" if section.title and before else ""
    return "\n\n".join(part for part in ((before or "").strip("\n"), heading, section.text) if part)


def _entry(target: str, part: str | None, words: str, heading: str) -> JsonValue:
    if part is None:
        return words
    if target == "lessons":
        return cast("JsonValue", lesson(words, heading))
    title, url = _addressed(words) if target == "sources" else (words, "")
    return {part: title, "url": url} if url else {part: words}


def _addressed(words: str) -> tuple[str, str]:
    """Return a title and the web address behind it, "" where none ends the words or nothing stands before it."""
    bare = words.rstrip(_AFTER)
    found = _ADDRESS.search(re.split(r"[\s()]", bare)[-1])
    title = bare.removesuffix(found[0]).rstrip(_BETWEEN) if found else ""
    return (title, found[0]) if found and title else (words, "")


def _found(section: ImportedSection) -> ReportContact:
    return contact("\n".join(blocks(section)))


def _contact(front: Mapping[str, JsonValue], section: ImportedSection) -> Iterator[tuple[str, JsonValue]]:
    """Yield what the report says about office and place; what its author said already stays."""
    found = _found(section)
    before = front.get(CONTACT)
    parts: dict[str, JsonValue] = {name: words for name in ("role", "mailbox") if (words := getattr(found, name))}
    if parts:
        yield CONTACT, {**parts, **(before if isinstance(before, Mapping) else {})}
    if found.municipality and not front.get(PLACES):
        kind: dict[str, JsonValue] = {"kind": found.kind} if found.kind else {}
        yield PLACES, [{"name": found.municipality, "role": "lead", **kind}]
