# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is visible at one moment, for answers that are kept: which records they looked for is noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.asked import Asked
from app.catalogue.entry import CatalogueEntry
from app.catalogue.models import OWN
from app.catalogue.queries import Heads

EVERYTHING = "all records"
"""The question for all records, and all that has ever changed."""


class Shown(NamedTuple):
    """The question for one record."""

    origin: str
    id: str


class Visible:
    """The same for whoever makes an answer: each record that is looked for is noted, present or not."""

    def __init__(self, heads: Heads, asked: Asked, now: Callable[[], Heads]) -> None:
        """Look into `heads`; `now` returns those of whatever moment it is called in."""
        self._heads = heads
        self._asked = asked
        self._now = now

    @property
    def seq(self) -> int:
        """The change number at which all this was visible."""
        self._everything()
        return self._heads.seq

    @property
    def entries(self) -> tuple[CatalogueEntry, ...]:
        """All of them, in the order of change."""
        self._everything()
        return self._heads.entries

    def get(self, record_id: str, origin: str = OWN) -> CatalogueEntry | None:
        """Return the visible version of a record."""
        found = self._heads.get(record_id, origin)
        if self._asked.is_noting:
            now = self._now
            self._asked.note(Shown(origin, record_id), lambda: now().get(record_id, origin), found)
        return found

    def at(self, kind: str, slug: str, origin: str = OWN) -> CatalogueEntry | None:
        """Return the visible version of the record at a readable address."""
        found = self._heads.at(kind, slug, origin)
        if self._asked.is_noting:
            now, question = self._now, Shown(origin, found.id) if found else (kind, slug, origin)
            self._asked.note(question, lambda: now().at(kind, slug, origin), found)
        return found

    def elsewhere(self, entry: CatalogueEntry) -> tuple[CatalogueEntry, ...]:
        """Return what other nodes carry under the identifier of a record, this node's own first."""
        now = self._now
        found = self._heads.elsewhere(entry)
        if self._asked.is_noting:
            self._asked.note(("elsewhere", entry), lambda: now().elsewhere(entry), found)
        return found

    def _everything(self) -> None:
        if self._asked.is_noting:
            now = self._now
            self._asked.note(EVERYTHING, lambda: now().seq, self._heads.seq)
