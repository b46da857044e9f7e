# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How was searched: when, with which words and filters, and which nodes answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One value of a search filter; `name` is the facet's key ("land"), `value` its value ("HE").

    `label` is what the value was called at the moment of the search, where no schema will tell later.
    """

    name: str
    value: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenHit:
    """A hit that was shown, in the version of that moment; whether it was judged is told by the finds of the memo."""

    home: str
    id: str
    ver: int
    title: str
    lang: str

    @property
    def address(self) -> str:
        """The permanent address of this very version."""
        return f"{self.home}/r/{self.id}/v/{self.ver}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDone:
    """One search: the moment (UTC), the words typed, the filters set, the number of hits and those that were shown."""

    at: datetime
    text: str = ""
    filters: tuple[Filter, ...] = ()
    found: int = 0
    hits: tuple[SeenHit, ...] = ()


class NodeState(StrEnum):
    """How a node took part in the search.

    `cached`: it did not answer, so the copy kept here was searched. `unreachable`: nothing of it was searched.
    """

    ANSWERED = "answered"
    CACHED = "cached"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeAsked:
    """A node whose records were searched; `as_of` (UTC) is how fresh they were."""

    name: str
    address: str
    state: NodeState = NodeState.ANSWERED
    as_of: datetime | None = None
