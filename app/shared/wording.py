"""Sentences for people in the language they ask for; message ids are whole English sentences.

The catalogues are the .po files themselves. Nothing has to be compiled beforehand, so nobody ever reads an outdated
translation. `make translations` collects what stands in `gettext`, `ngettext`, `_`, `N_` and `NP_`.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).parents[1] / "translations"
DOMAIN = "messages"
_CONTEXT_END = "\x04"


class Translator:
    """Says messages in one language, with their placeholders such as `%(title)s` filled; a percent sign is `%%`.

    A dash stands where a value is missing, so that nothing ever fails on its wording.
    """

    def __init__(self, catalogue: NullTranslations) -> None:
        """Take the words from `catalogue`, and the English ones where it has none."""
        self._catalogue = catalogue

    def gettext(self, message: str, /, **values: object) -> str:
        """Return a message, which may be one that `N_` or `NP_` marked."""
        text = str(self._catalogue.ugettext(message))
        return text.rpartition(_CONTEXT_END)[2] % _Values(values)

    __call__ = gettext

    def ngettext(self, singular: str, plural: str, number: int, /, **values: object) -> str:
        """Return the form of a message that fits a number, which it may name as `%(num)s`."""
        return str(self._catalogue.ungettext(singular, plural, number)) % _Values(values, num=number)


class _Values(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "–"


@cache
def translator(language: str) -> Translator:
    """Return what speaks a language ("de", "en-GB"), English where there is no catalogue for it."""
    return Translator(catalogue(language.partition("-")[0]))


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the words of a language, read once; message ids themselves where there is no catalogue."""
    path = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    return load(path) if path.is_file() else NullTranslations()


def load(path: Path) -> Translations:
    """Return the translations in a .po file."""
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, domain=DOMAIN))
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)


def N_(message: str) -> str:  # noqa: N802  # gettext's own name, which collectors of messages know
    """Mark a message in a table, to be said by a Translator later."""
    return message


def NP_(context: str, message: str) -> str:  # noqa: N802
    """Mark a message whose German differs from that of the same English elsewhere."""
    return f"{context}{_CONTEXT_END}{message}"
