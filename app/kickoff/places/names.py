# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names of places: as a town hall writes them, and how they are compared."""

from __future__ import annotations

import re
import unicodedata

_COMPLETE = re.compile(r"kreis|^(?:region|städteregion|regionalverband)\b", re.IGNORECASE)

KIND_WORDS = frozenset(
    {
        "Amt", "Kreis", "Landkreis", "Region", "Regionalverband", "Samtgemeinde", "Städteregion", "Verbandsgemeinde",
        "Verwaltungsgemeinschaft", "Verwaltungsverband", "Kirchspielslandgemeinde",
    }
)  # fmt: skip
"""Words with which full names of districts and associations begin."""


def without_title(name: str) -> str:
    """The name without the title behind the comma: "Kiel, Landeshauptstadt" becomes "Kiel"."""
    return name.partition(",")[0].strip()


def with_kind(word: str, name: str) -> str:
    """The full name of a district or association: "Fulda" of the kind "Landkreis" becomes "Landkreis Fulda".

    Names that tell their kind stay as they are: "Bodenseekreis", "Region Hannover", "Samtgemeinde Zeven".
    """
    told = _COMPLETE.search(name) or re.search(rf"\b{re.escape(word)}\b", name, re.IGNORECASE)
    return name if told else f"{word} {name}"


def proper_name(full_name: str) -> str:
    """The name without a leading kind: "Landkreis Fulda" becomes "Fulda", "Bodenseekreis" stays."""
    first, _, rest = full_name.partition(" ")
    return rest if rest and first in KIND_WORDS else full_name


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SEPARATORS = re.compile(r"[\W_]+")
_COMBINING = re.compile(r"[\u0300-\u036f]")
_SAINT = re.compile(r"\bsankt\b")

FORMS_OF_ADDRESS = frozenset(
    {
        "gemeinde", "hansestadt", "kreis", "kreisfreie", "kreisstadt", "landeshauptstadt", "landkreis", "markt",
        "stadt", "stadtkreis", "universitaetsstadt", "universitatsstadt",
    }
)  # fmt: skip
"""Words people put before the name of their municipality, in the spelling of `folded`."""


def folded(text: str) -> str:
    """The spelling with ae, oe, ue: "Köln" and "Koeln" become "koeln", "Groß-Gerau" becomes "gross gerau"."""
    return _words(_bare(unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)))


def spellings(name: str) -> tuple[str, ...]:
    """All spellings under which a name is found: "koeln", as `folded` gives it, and for keyboards without ö "koln"."""
    first = folded(name)
    return (first,) if name.isascii() else tuple(dict.fromkeys((first, _words(_bare(name.casefold())))))


def _bare(text: str) -> str:
    return text if text.isascii() else _COMBINING.sub("", unicodedata.normalize("NFKD", text))


def _words(text: str) -> str:
    return _SAINT.sub("st", _SEPARATORS.sub(" ", text).strip())
