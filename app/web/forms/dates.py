# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Dates of any precision, as people write them in German and English."""

from __future__ import annotations

import re
from datetime import date

UNKNOWN = "unknown"
_UNKNOWN = {"de": "unbekannt", "en": UNKNOWN}
_MONTHS = (
    ("jan", "jän"), ("feb",), ("mär", "mae", "mar", "mrz"), ("apr",), ("mai", "may"), ("jun",), ("jul",), ("aug",),
    ("sep",), ("okt", "oct"), ("nov",), ("dez", "dec"),
)  # fmt: skip
_ISO = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?")
_DOTTED = re.compile(r"(?:(?P<day>\d{1,2})\. ?)?(?P<month>\d{1,2})[./] ?(?P<year>\d{4})")
_WORDED = re.compile(r"(?:(?P<day>\d{1,2})\.? )?(?P<name>[^\W\d_]{3,9})\.? (?P<year>\d{4})")
_STORED = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def shown(value: str, lang: str) -> str:
    """Return a stored date as it stands in a field: "17.09.2024", "09.2024", "2024" or "unbekannt" in German."""
    if value == UNKNOWN:
        return _UNKNOWN[lang]
    found = _STORED.fullmatch(value)
    if not found or lang != "de":
        return value
    return ".".join(part for part in reversed(found.groups()) if part)


def read(text: str) -> str:
    """Return a typed date in the notation of records; what is no date, or no day there is, comes back as it is."""
    if text.casefold() in _UNKNOWN.values():
        return UNKNOWN
    for pattern in (_ISO, _DOTTED, _WORDED):
        found = pattern.fullmatch(text)
        month = _month(found.groupdict()) if found else None
        if found and month is not None and _exists(found["year"], month, found["day"]):
            return "-".join(part for part in (found["year"], month, _two(found["day"])) if part)
    return text


def _month(parts: dict[str, str | None]) -> str | None:
    """Return the number of the month in two digits, "" where none is given, None where it is no month."""
    if parts.get("month"):
        return _two(parts["month"])
    name = (parts.get("name") or "").casefold()
    if not name:
        return ""
    return next((f"{number:02}" for number, names in enumerate(_MONTHS, 1) if name.startswith(names)), None)


def _exists(year: str, month: str, day: str | None) -> bool:
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return True


def _two(number: str | None) -> str:
    return number.zfill(2) if number else ""
