# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Numbers as people write them: with the comma and the dots of their language."""

from __future__ import annotations

import re

from app.content.json_value import LARGEST_INTEGER

_NOTATION = {"de": (".", ","), "en": (",", ".")}
_PLAIN = re.compile(r"-?\d{1,18}(?:\.\d{1,10})?")


def shown(value: float, lang: str) -> str:
    """Return a number as it stands in a field: "1200,5" in German."""
    _, point = _NOTATION[lang]
    return str(value).replace(".", point)


def read(text: str, lang: str) -> float | str:
    """Return the number that was typed, an `int` where it is whole; what is no number comes back as it is."""
    group, point = _NOTATION[lang]
    digits = text.replace(" ", "").replace("\u202f", "").removesuffix("€")
    if re.fullmatch(rf"-?\d{{1,3}}(?:\{group}\d{{3}})+(?:\{point}\d+)?", digits):
        digits = digits.replace(group, "")
    plain = digits.replace(point, ".")
    if not _PLAIN.fullmatch(plain) or abs(float(plain)) > LARGEST_INTEGER:
        return text
    return float(plain) if "." in plain else int(plain)
