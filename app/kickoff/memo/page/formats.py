# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Numbers, amounts and times as the document's language writes them."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from babel import dates, numbers

_DAY = {"de": "d.\u00a0MMMM\u00a0y", "en": "d\u00a0MMMM\u00a0y"}
_CLOCK = {"de": "HH:mm'\u00a0Uhr'", "en": "HH:mm"}
_EUROS = {"de": "#,##0\u00a0¤", "en": "¤#,##0"}


class Formats:
    """Writes values in one language ("de", "en") and time zone."""

    def __init__(self, lang: str, zone: tzinfo) -> None:
        self._lang = lang
        self._zone = zone

    def day(self, moment: datetime) -> str:
        """Return the day of an aware moment."""
        return dates.format_date(moment.astimezone(self._zone).date(), _DAY[self._lang], locale=self._lang)

    def moment(self, moment: datetime) -> str:
        """Return an aware moment to the minute."""
        local = moment.astimezone(self._zone)
        return f"{self.day(moment)}, {dates.format_datetime(local, _CLOCK[self._lang], locale=self._lang)}"

    def partial(self, text: str) -> str:
        """Return a day, month or year of a source ("2024-09-01", "2024-09", "2024") in words, others as they are."""
        try:
            found = date.fromisoformat({10: text, 7: f"{text}-01"}.get(len(text), ""))
        except ValueError:
            return text
        return dates.format_date(found, _DAY[self._lang] if len(text) == 10 else "MMMM\u00a0y", locale=self._lang)

    def number(self, value: float) -> str:
        """Return a number with at most two decimals."""
        return numbers.format_decimal(value, "#,##0.##", locale=self._lang)

    def euros(self, value: int) -> str:
        """Return a full amount of euros."""
        return numbers.format_currency(value, "EUR", _EUROS[self._lang], locale=self._lang, currency_digits=False)
