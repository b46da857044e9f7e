# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of the interface in the language of the request; message ids are whole English sentences."""

from __future__ import annotations

from app.web.messages import translations


def _(message: str, **values: object) -> str:
    """Return a message with its named placeholders filled."""
    text = str(translations().ugettext(message))
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """Return the form of a message that fits a number, which it may name as `%(num)s`."""
    return str(translations().ungettext(singular, plural, number)) % {"num": number, **values}
