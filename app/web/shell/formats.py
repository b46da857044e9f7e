"""Formats numbers, amounts and dates for the reader's language."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache

from babel import Locale, dates, numbers
from flask import Flask
from flask_babel import get_timezone

from app.web.shell.language import current_language
from app.web.shell.wording import _

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"\d{4}-\d{2}")
UNKNOWN = "unknown"
NO_BREAK = "\u00a0"
_NUMBER = numbers.parse_pattern("#,##0.##")
DAYS = 4096
"""Formatted days kept in the cache; the sources of a record often share one."""


def register(app: Flask) -> None:
    """Register the formats as template filters."""
    app.jinja_env.filters.update(day=day, moment=moment, number=number, byte_size=byte_size)


def number(value: float) -> str:
    """Return a number with the separators of the language and at most two decimals."""
    return str(numbers.format_decimal(value, format=_NUMBER, locale=_locale()))


def amount(value: float, currency: str = "EUR") -> str:
    """Return an amount of money; whole amounts without decimals."""
    whole = float(value).is_integer()
    pattern = None if not whole else ("#,##0\u00a0¤" if current_language() == "de" else "¤#,##0")
    return str(numbers.format_currency(value, currency, format=pattern, locale=_locale(), currency_digits=not whole))


def day(value: str | date) -> str:
    """Return an ISO date in words: a day, a month ("2024-09") or a year ("2024").

    A draft may contain an impossible day, such as "2026-02-31", which is returned unchanged.
    """
    text = value.isoformat() if isinstance(value, date) else value
    if text == UNKNOWN:
        return _("unknown")
    try:
        return _in_words(text, _locale())
    except ValueError:
        return text


@lru_cache(DAYS)
def _in_words(text: str, locale: Locale) -> str:
    if _DAY.fullmatch(text):
        pattern = "d.\u00a0MMMM\u00a0y" if str(locale) == "de" else "d\u00a0MMMM\u00a0y"
        return str(dates.format_date(date.fromisoformat(text), format=pattern, locale=locale))
    return _month_of(date.fromisoformat(f"{text}-01"), locale) if _MONTH.fullmatch(text) else text


def month(value: str | datetime) -> str:
    """Return month and year of an ISO date or a datetime."""
    if isinstance(value, datetime):
        return _month_of(value.astimezone(get_timezone()).date(), _locale())
    return day(value[: len("2024-09")] if _DAY.fullmatch(value) else value)


def moment(value: datetime) -> str:
    """Return an aware datetime in the time zone of the site, to the minute."""
    local = value.astimezone(get_timezone() or UTC)
    clock = _("%(time)s h", time=local.strftime("%H:%M"))
    return f"{day(local.date())}, {clock}"


def byte_size(value: int) -> str:
    """Return the size of a file, rounded."""
    for unit, size in (("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000)):
        if value >= size:
            return f"{number(round(value / size, 1))}{NO_BREAK}{unit}"
    return f"{value}{NO_BREAK}B"


def _month_of(value: date, locale: Locale) -> str:
    return str(dates.format_date(value, format="MMMM\u00a0y", locale=locale))


def _locale() -> Locale:
    return Locale.parse(current_language())
