# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody or something that a chain passes through."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from app.content.record import RecordRef
from app.reuse.front_matter import Fields

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
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
    """`key` tells parties of one kind apart; `ref` names the record ("organisation/<slug>") where there is one.

    The key of an organisation is the slug of its record, or "name-…" made from its name where it has none. Both
    have the form of a slug, so that an address can carry them. No record should have a slug that starts so.
    """

    kind: PartyKind
    key: str
    name: str
    ref: str | None = None
    url: str | None = None


def organisation(value: Fields) -> Party:
    """Return the organisation that a record names, by its record where it has one and otherwise by its name."""
    ref, name = value.get("ref"), str(value["name"])
    key = RecordRef.parse(str(ref)).slug if ref else _key_of_name(name)
    return Party(kind=PartyKind.ORGANISATION, key=key, name=name, ref=ref, url=value.get("url"))


def mentioned(text: str) -> Party:
    """Return the organisation that somebody mentions by slug, by reference or else by its name."""
    slug = text.removeprefix("organisation/")
    key = slug if _SLUG.fullmatch(slug) else _key_of_name(text)
    return Party(kind=PartyKind.ORGANISATION, key=key, name=slug)


def _key_of_name(name: str) -> str:
    """A name is no slug, even where it looks like one: who is meant by it is known only where a record says so."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_UMLAUTS))
    return "-".join(("name", *_WORD.findall(plain)))
