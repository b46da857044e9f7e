# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of the interface in the language of the request; message ids are whole English sentences.

The catalogues are the .po files themselves. Nothing has to be compiled beforehand, so a page can never show an
outdated translation.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Babel, get_locale

from app.web.shell.language import DEFAULT, current_language

if TYPE_CHECKING:
    from flask import Flask

FOLDER = Path(__file__).parent.with_name("translations")
DOMAIN = "messages"
_NONE = NullTranslations()


def register(app: Flask, timezone: str) -> None:
    """Let `app` speak the languages of the catalogues; message ids are the English words."""
    Babel(app, default_locale=DEFAULT, default_timezone=timezone, locale_selector=current_language)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by Jinja's extension
        gettext=lambda message: translations().ugettext(message),
        ngettext=lambda one, several, number: translations().ungettext(one, several, number),
        newstyle=True,
    )
    for path in FOLDER.glob("*/LC_MESSAGES/messages.po"):
        of_language(path.parts[-3])


def translations() -> NullTranslations:
    """Return the words of the language of this request; message ids themselves outside of one.

    Flask-Babel's own way to them takes four times as long, and a page asks two hundred times.
    """
    locale = get_locale()
    return of_language(locale.language) if locale else _NONE


@cache
def of_language(language: str) -> NullTranslations:
    """Return the words of a language, read once; message ids themselves where there is no catalogue."""
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    return load(path) if path.is_file() else _NONE


def load(path: Path) -> Translations:
    """Return the translations in a .po file."""
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, domain=DOMAIN))
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)


def _(message: str, **values: object) -> str:
    """Return a message with its named placeholders filled."""
    text = str(translations().ugettext(message))
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """Return the form of a message that fits a number, which it may name as `%(num)s`."""
    return str(translations().ungettext(singular, plural, number)) % {"num": number, **values}
