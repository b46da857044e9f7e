# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of the interface in the language of the request; message ids are whole English sentences."""

from __future__ import annotations

import flask_babel


def _(message: str, **values: object) -> str:
    """Return a message with its named placeholders filled."""
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """Return the form of a message that fits a number, which it may name as `%(num)s`."""
    return str(flask_babel.ngettext(singular, plural, number, **values))
