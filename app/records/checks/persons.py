"""Rules for what must be looked at before publication: traces of persons, raw HTML, and placeholders."""

import re
from collections.abc import Iterator

from app.records.checks.sound_record import SoundRecord
from app.records.problem import Problem

CONCERNS = frozenset({"phone_in_text", "mailbox_in_text", "private_mailbox", "person_named", "raw_html"})
"""Codes of warnings that the publisher has to confirm, because none of them is a matter of style."""

UNIT = (
    r"(?:amt|stelle|referat|abteilung|team|bereich|fachdienst|dezernat|stab|büro|gebiet|verwaltung|behörde|betrieb|"
    r"werke|zentrum|agentur|kanzlei|gruppe)"
)
"""Endings of the names of offices."""
TASK = r"(?:leitung|koordination|management)"

# All lengths are limited, so that no text makes a search slow.
_PHONE = re.compile(r"(?<![\w.,:/@§-])(?:(?:\+|00)49[ /()-]{0,3}|\(?0)[1-9](?:[ /()-]{0,3}\d){5,12}(?![.,:]?\d|\w)")
_DATE = re.compile(r"\d\d?([ /-])\d\d?\1\d{4}")
_KEY = re.compile(r"\d{8}|\d{12}")
"""Official keys of municipalities start with a zero as phone numbers do, but are written without a gap."""
_MAILBOX = re.compile(r"(?<![\w@/.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}\b")
_NAMED = re.compile(
    r"\b(?:Herrn?|Frau) (?:(?:Dr|Prof)\. ?){0,3}(?P<name>[A-ZÄÖÜ][a-zäöüß]{2,40})(?:-[A-ZÄÖÜ][a-zäöüß]{1,40})?(?!\w)"
)
_OFFICE = re.compile(r".*(?:meister|rat|rät|minister|präsident|direktor|doktor|professor)(?:s|in)?", re.IGNORECASE)
_HTML = re.compile(
    r"<(?:a|abbr|b|br|center|div|em|embed|font|form|h[1-6]|hr|i|iframe|img|input|li|link|meta|object|ol|p|script|"
    r"span|strong|style|sub|sup|svg|table|td|th|tr|u|ul|video)(?:[\s/][^<>]{0,300})?>|<!--",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"\b(?:[Ll]orem [Ii]psum|TO(?:DO)|TBD|X{3}|Muster(?:stadt|kreis|dorf|mann|frau|straße))\b")
_CODE = re.compile(r"`[^`\n]{0,300}`")
_FREE_PROVIDER = re.compile(
    r"(?:gmx|aol|posteo|outlook|hotmail|live|yahoo)\.[a-z.]{2,6}|(?:web|t-online|freenet|arcor|email)\.de|"
    r"(?:gmail|googlemail|icloud|me|protonmail)\.com|mailbox\.org|proton\.me",
    re.IGNORECASE,
)
_NO_TEXT = frozenset({"sources", "links", "translations"})
"""Sources and links are cited by their own titles, so these fields are not the author's words."""
_FIRST_AND_LAST = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*(?:[._][^\W\d_]+(?:-[^\W\d_]+)*)+\d*")
_SHARED = re.compile(rf"(?:[\w-]*{UNIT}|[\w-]*{TASK}|info|post|kontakt|service|projekt)", re.IGNORECASE)


def is_personal(name: str) -> bool:
    """Return whether a mailbox is named like a person: anna.beispiel, not bauamt.info."""
    return bool(_FIRST_AND_LAST.fullmatch(name)) and not any(map(_SHARED.fullmatch, re.split(r"[._]", name)))


def persons(subject: SoundRecord) -> Iterator[Problem]:
    """Report phone numbers, addresses and names of persons in prose, their mailboxes, raw HTML and placeholders."""
    for path, line, text in _texts(subject):
        for code, words in _traces(text):
            yield subject.warning(code, path, line, words=words)
    for path, spec, value in subject.values:
        if spec.key != "mailbox" or not isinstance(value, str):
            continue
        name, _, domain = value.rpartition("@")
        if _FREE_PROVIDER.fullmatch(domain) or is_personal(name):
            yield subject.warning("private_mailbox", path, words=value)


def _texts(subject: SoundRecord) -> Iterator[tuple[str, int, str]]:
    """Yield all texts in the author's own words, with their places; `code` fields are left out."""
    for path, spec, value in subject.values:
        is_free = not (spec.pattern or spec.choices or spec.vocabulary or spec.shape)
        if is_free and isinstance(value, str) and path.partition(".")[0] not in _NO_TEXT and spec.key != "phone":
            yield path, 0, _CODE.sub("", value)
    for section, blocks in subject.blocks.items():
        for block in blocks:
            yield f"body.{section}", block.line, _CODE.sub("", block.text)


def phones(text: str) -> Iterator[str]:
    """Yield the telephone numbers in a text, excluding dates and official keys of municipalities."""
    found = (match[0] for match in _PHONE.finditer(text))
    return (words for words in found if not (_DATE.fullmatch(words) or _KEY.fullmatch(words)))


def _traces(text: str) -> Iterator[tuple[str, str]]:
    """Yield code and words of each trace, without repeating the same words."""
    yield from dict.fromkeys(
        [
            *(("phone_in_text", words) for words in phones(text)),
            *(("mailbox_in_text", match[0]) for match in _MAILBOX.finditer(text)),
            *(("person_named", match[0]) for match in _NAMED.finditer(text) if not _OFFICE.fullmatch(match["name"])),
            *(("placeholder", match[0]) for match in _PLACEHOLDER.finditer(text)),
            *(("raw_html", match[0][:60]) for match in _HTML.finditer(text)),
        ]
    )
