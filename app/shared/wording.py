"""Sentences for people in their language; message ids are whole English sentences.

The .po files are read directly. Nothing has to be compiled, so translations are never outdated. `make translations`
collects the arguments of `gettext`, `ngettext`, `_`, `N_` and `NP_`.
"""

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
    """Translates messages and fills in `%(title)s`; `%%` is a percent sign, a missing value a dash."""

    def __init__(self, catalogue: NullTranslations) -> None:
        """Translate with `catalogue`; a message that it lacks stays English."""
        self._catalogue = catalogue

    def gettext(self, message: str, /, **values: object) -> str:
        """Return the translation of a message, which may be one marked with `N_` or `NP_`."""
        text = str(self._catalogue.ugettext(message))
        return text.rpartition(_CONTEXT_END)[2] % _Values(values)

    __call__ = gettext

    def ngettext(self, singular: str, plural: str, number: int, /, **values: object) -> str:
        """Return the form of a message that fits `number`, which the message may include as `%(num)s`."""
        return str(self._catalogue.ungettext(singular, plural, number)) % _Values(values, num=number)


class _Values(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "–"


@cache
def translator(language: str) -> Translator:
    """Return the translator for a language ("de", "en-GB"), or for English if it has no catalogue."""
    return Translator(catalogue(language.partition("-")[0]))


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the catalogue of a language, loaded once; an empty one if there is none."""
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
    """Mark a message that a Translator translates later, such as one in a table."""
    return message


def NP_(context: str, message: str) -> str:  # noqa: N802
    """Mark a message that needs another German translation than the same English elsewhere."""
    return f"{context}{_CONTEXT_END}{message}"
