"""Titles of records in the language of the reader, as far as the records have them."""

from __future__ import annotations

from typing import NamedTuple

from app.records.record import Record, Translation
from app.web.shell.language import current_language
from app.web.shell.shown import Note


class Titled(NamedTuple):
    """A title and its language."""

    text: str
    lang: str


def in_english(record: Record) -> Translation | None:
    """Return title and summary in English for those who read the site so; None for records in English or without it."""
    if current_language() != "en" or record.lang.startswith("en"):
        return None
    return next((item for item in record.translations if item.lang == "en"), None)


def titled(record: Record) -> Titled:
    """Return what a record is called on this page, where its name leads to it."""
    english = in_english(record)
    return Titled(english.title, english.lang) if english else Titled(record.title, record.lang)


def named(record: Record) -> Note:
    """Return the same where words of the site may stand as well, such as in the way to a page."""
    title = titled(record)
    return Note(title.text, (title.text,), title.lang)
