# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How names of places are compared: without case, umlauts, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata

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
