# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of the interface in the language of the request; message ids are whole English sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.support import NullTranslations
from flask_babel import Babel, get_locale

from app.web.shell.language import DEFAULT, current_language
from app.wording import catalogue

if TYPE_CHECKING:
    from flask import Flask

_NONE = NullTranslations()


def register(app: Flask, timezone: str) -> None:
    """Let `app` speak the languages of the catalogues; message ids are the English words."""
    Babel(app, default_locale=DEFAULT, default_timezone=timezone, locale_selector=current_language)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by Jinja's extension
        gettext=lambda message: translations().ugettext(message),
        ngettext=lambda one, several, number: translations().ungettext(one, several, number),
        newstyle=True,
    )
    catalogue(DEFAULT)


def translations() -> NullTranslations:
    """Return the words of the language of this request; message ids themselves outside of one.

    Flask-Babel's own way to them takes four times as long, and a page asks two hundred times.
    """
    locale = get_locale()
    return catalogue(locale.language) if locale else _NONE


def _(message: str, **values: object) -> str:
    """Return a message with its named placeholders filled."""
    text = str(translations().ugettext(message))
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """Return the form of a message that fits a number, which it may name as `%(num)s`."""
    return str(translations().ungettext(singular, plural, number)) % {"num": number, **values}
