"""Knows the facts of every visible record, and asks again only for what changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from app.catalogue import CatalogueService
from app.search.copies import Copy, StandingBack
from app.shared.confinement import Background
from app.survey.facts import Facts
from app.survey.noted import NotedFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a search without words or filters would find at the change number `seq`; `at` is the last change."""

    seq: int
    facts: tuple[Facts, ...]
    at: datetime | None


class SurveyService:
    """Keeps what it knows until the catalogue changes, in each process. Safe for several threads."""

    def __init__(
        self, catalogue: CatalogueService, noted: NotedFacts, kinds: Collection[str], standing_back: StandingBack
    ) -> None:
        """Tell of records of these kinds; leave out the copies that `standing_back` names, as the search does."""
        self._catalogue = catalogue
        self._noted = noted
        self._kinds = kinds
        self._standing_back = standing_back
        self._reading = Background[Survey]("survey")
        self._known: Sequence[Facts] = ()
        self._remembered: Survey | None = None

    def survey(self) -> Survey:
        """Return what is visible now; the first time the facts of all records are read.

        Raises StillReading where that takes long: what was read before would be kept as the page of this change number.
        """
        seq, remembered = self._catalogue.last_seq(), self._remembered
        if remembered is None or remembered.seq != seq:
            return self._reading.call(seq, partial(self._read, seq))
        return remembered

    def _read(self, seq: int) -> Survey:
        entries = [entry for entry in self._catalogue.heads() if entry.kind in self._kinds]
        before = {facts.entry.seq: facts for facts in self._known}
        known: dict[int, Facts] = {}
        for entry in entries:
            facts = before.get(entry.seq)
            # A catalogue that was built anew may give a number to something else, and lines are read again after many
            # changes: those of before would be held beside them.
            if facts and facts.entry == entry:
                known[entry.seq] = facts if facts.entry is entry else replace(facts, entry=entry)
        fresh = self._noted.of(entry for entry in entries if entry.seq not in known)
        known |= {facts.entry.seq: facts for facts in fresh}
        self._known = tuple(known[entry.seq] for entry in entries if entry.seq in known)
        at = max((entry.at for entry in entries), default=None)
        self._remembered = Survey(seq=seq, facts=self._leading(), at=at)
        return self._remembered

    def _leading(self) -> tuple[Facts, ...]:
        copies = {
            Copy(facts.entry.origin, facts.entry.id, facts.entry.digest, facts.wording): facts for facts in self._known
        }
        back = self._standing_back(copies.keys())
        return tuple(facts for copy, facts in copies.items() if copy not in back)
