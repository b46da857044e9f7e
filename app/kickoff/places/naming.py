# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names as a town hall writes them, from names as statistics list them."""

from __future__ import annotations

import re

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
