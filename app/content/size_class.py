# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Classes of municipalities by inhabitants, as `sizeClass` in schemas/common.schema.json names them."""

from __future__ import annotations

_BELOW = ((5_000, "lt5k"), (20_000, "5-20k"), (50_000, "20-50k"), (100_000, "50-100k"), (500_000, "100-500k"))
_LARGEST = "gt500k"

SIZE_CLASSES = (*(name for _, name in _BELOW), _LARGEST)
"""All classes, the smallest first."""


def size_class(population: int | None) -> str | None:
    """Class of a place with `population` inhabitants, or None where the number is not known."""
    if population is None:
        return None
    return next((name for limit, name in _BELOW if population < limit), _LARGEST)
