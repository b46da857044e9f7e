# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gives Flask-Babel its message catalogues straight from the .po files.

Nothing has to be compiled beforehand, so a page can never show an outdated translation.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask_babel import Babel, get_babel

from app.web.language import DEFAULT, current_language

if TYPE_CHECKING:
    from flask import Flask

FOLDER = Path(__file__).with_name("translations")
DOMAIN = "messages"


def register(app: Flask, timezone: str) -> None:
    """Let `app` speak the languages of the catalogues; message ids are the English words."""
    Babel(app, default_locale=DEFAULT, default_timezone=timezone, locale_selector=current_language)
    with app.app_context():
        cache = get_babel().instance.domain_instance.cache
    cache["en", DOMAIN] = Translations()
    for path in sorted(FOLDER.glob("*/LC_MESSAGES/messages.po")):
        cache[path.parts[-3], DOMAIN] = load(path)


def load(path: Path) -> Translations:
    """Return the translations in a .po file."""
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, domain=DOMAIN))
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)
