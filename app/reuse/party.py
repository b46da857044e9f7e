# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody or something that a chain passes through."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class PartyKind(StrEnum):
    """What stands at the end of a link; also the kind of a node in the picture."""

    PLACE = "place"
    ORGANISATION = "organisation"
    SOLUTION = "solution"
    LICENCE = "licence"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """`key` tells parties of one kind apart; `ref` names the record where there is one, as this node names it.

    The key of an organisation is the slug of its record, or "name-…" made from its name where it has none; behind
    either stands "@<origin>" where another node says so, because its slugs and names are not ours. An address can
    carry all of them. No record should have a slug that starts with "name-". An organisation that is named by the
    global name of a record which is not held here has that name as its key.
    """

    kind: PartyKind
    key: str
    name: str
    ref: str | None = None
    url: str | None = None


@lru_cache(maxsize=10_000)
def key_of_name(name: str) -> str:
    """Return the key of an organisation that is known by its name only; spelling and case do not matter."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_UMLAUTS))
    return "-".join(("name", *_WORD.findall(plain)))
