# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Somebody or something that a chain passes through."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.reuse.front_matter import Fields


class PartyKind(StrEnum):
    """What stands at the end of a link; also the kind of a node in the picture."""

    PLACE = "place"
    ORGANISATION = "organisation"
    SOLUTION = "solution"
    LICENCE = "licence"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """`key` tells parties of one kind apart; `ref` names the record ("organisation/<slug>") where there is one."""

    kind: PartyKind
    key: str
    name: str
    ref: str | None = None
    url: str | None = None


def organisation(value: Fields) -> Party:
    """Return the organisation that a record names, by its record where it has one and otherwise by its name."""
    ref, name = value.get("ref"), str(value["name"])
    key = str(ref).partition("/")[2] if ref else named(name)
    return Party(kind=PartyKind.ORGANISATION, key=key, name=name, ref=ref, url=value.get("url"))


def named(name: str) -> str:
    """Return the key of an organisation that is known by its name or slug only."""
    return " ".join(name.casefold().split())
