# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The readable address of a new record, made from its title once and for ever."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from app.content.paths import is_of_device

_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe"})
_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def slug_from(title: str) -> str:
    """Return a slug of at most 60 characters, cut between words; "eintrag" where the title has no letters."""
    text = unicodedata.normalize("NFKD", title.lower().translate(_SPELT)).encode("ascii", "ignore").decode()
    slug = _OTHER.sub("-", text).strip("-")
    if len(slug) > _LONGEST:
        slug = slug[: _LONGEST + 1].rpartition("-")[0] or slug[:_LONGEST]
    return slug or "eintrag"


def free_slug(title: str, is_taken: Callable[[str], bool]) -> str:
    """Return the slug of the title, with the first number behind it that nobody has taken."""
    slug = slug_from(title)
    number = 1
    candidate = slug
    while is_of_device(candidate) or is_taken(candidate):
        number += 1
        candidate = f"{slug}-{number}"
    return candidate
