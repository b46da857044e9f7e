# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""When somebody last looked at a record, in words; the same on its page and wherever it is listed."""

from __future__ import annotations

from app.content.confirming import last_look
from app.content.record import Record
from app.web import formats
from app.web.wording import _


def in_short(record: Record) -> str:
    """Return the month, as lists of records tell it."""
    look = last_look(record)
    month = formats.month(look.day)
    return (
        _("last confirmed in %(month)s", month=month) if look.confirmed else _("last checked in %(month)s", month=month)
    )


def in_a_sentence(record: Record) -> str:
    """Return the day, as the page of the record tells it."""
    look = last_look(record)
    day = formats.day(look.day)
    return _("Last confirmed on %(date)s.", date=day) if look.confirmed else _("Last checked on %(date)s.", date=day)
