# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The reuse memo (Nachnutzungsvermerk): the proof that one looked before one built.

DIN SPEC 66336, section 5.5, asks for the four duties; they are worded in words of our own, since only the
standard's own text is binding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.kickoff.situation import Situation
from app.reuse.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoSituation:
    """The situation in plain values; whatever was not given is empty, None or False.

    `state`, `place_kind`, `size_class`, `cooperation` and `phase` are values of the record schema, `topic` is an id
    of the vocabulary.
    `budget` is in euros, `staff` in full-time posts. `memberships` are names of associations and providers.
    """

    place: str = ""
    state: str = ""
    place_kind: str = ""
    population: int | None = None
    size_class: str = ""
    cooperation: str = ""
    memberships: tuple[str, ...] = ()
    topic: str = ""
    phase: str = ""
    months: int | None = None
    budget: int | None = None
    staff: float | None = None
    open_source_only: bool = False
    obtainable_only: bool = False


SHARED = (
    *("size_class", "cooperation", "topic", "phase", "months", "budget", "staff"),
    *("open_source_only", "obtainable_only"),
)
"""What a situation and what a memo keeps of it have in common by name."""


def kept(situation: Situation, memberships: Iterable[str] = ()) -> MemoSituation:
    """Return what a memo keeps of a situation; `memberships` are the names of the bodies the place belongs to."""
    place = situation.place or Place(state="", kind="")
    return MemoSituation(
        place=place.name or "",
        state=place.state,
        place_kind=place.kind,
        population=place.population,
        memberships=tuple(memberships),
        **{name: getattr(situation, name) for name in SHARED},
    )


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
        return f"{self.home}/r/{self.id}/v/{self.ver}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDone:
    """One search: the moment (UTC), the words typed, the filters set, the number of hits and those that were shown."""

    at: datetime
    text: str = ""
    filters: tuple[Filter, ...] = ()
    found: int = 0
    hits: tuple[SeenHit, ...] = ()


class SearchedState(StrEnum):
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
    state: SearchedState = SearchedState.ANSWERED
    as_of: datetime | None = None


class Decision(StrEnum):
    """What the asker made of a hit. `noted`: looked at and kept, not yet decided."""

    NOTED = "noted"
    TAKEN = "taken"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSource:
    """A source that the record rests on; `date` as in the record ("2024-09", "unknown")."""

    title: str
    publisher: str
    url: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedRecord:
    """One version of a record. `home` is the public address of the node whose record it is.

    `digest` identifies the content, `at` (UTC) is when the version was published. `kind`, `outcome` and
    `license` are values of the record schema; `places` are names. `openness` says whether the source code of the
    solution, or of those that a case used, is free (a value of `Openness`); empty where no software is at stake.
    """

    home: str
    id: str
    ver: int
    digest: str
    at: datetime
    kind: str
    title: str
    lang: str
    license: str
    summary: str = ""
    places: tuple[str, ...] = ()
    outcome: str = ""
    openness: str = ""
    sources: tuple[CitedSource, ...] = ()

    @property
    def address(self) -> str:
        return f"{self.home}/r/{self.id}/v/{self.ver}"

    @property
    def key(self) -> tuple[str, str]:
        """What names the record in the whole network, whatever its version."""
        return (self.home, self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """A hit with the asker's decision and, in their own words, the reason for it."""

    record: PinnedRecord
    decision: Decision = Decision.NOTED
    reason: str = ""


class Duty(StrEnum):
    """Look for existing solutions; use a fitting public one; prefer open source at parity; show that one looked."""

    CHECKED = "checked"
    USED = "used"
    OPEN_SOURCE = "open_source"
    SHOWN = "shown"


class DutyState(StrEnum):
    """The asker's answer to a duty."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyAnswer:
    """How one duty was met, or why not, in the asker's words."""

    duty: Duty
    state: DutyState = DutyState.OPEN
    text: str = ""


class GoalState(StrEnum):
    """The asker's answer to a question about goals and leadership."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalAnswer:
    """One question of the check, in the words in which it was asked, and the answer."""

    question: str
    answer: GoalState = GoalState.UNKNOWN
    note: str = ""


_NOTHING_SAID = MemoSituation()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReuseMemo:
    """A whole memo.

    `at` (UTC) is the moment of its last change, `lang` ("de", "en") the language the asker writes in. `site` and
    `issuer` are name and public address of the node it was made on. `reference` is the Aktenzeichen, `occasion`
    the Anlass, `conclusion` the Folgerung. The schema `memo` limits all texts; `MemoFormat.problems` tells what
    breaks it.
    """

    at: datetime
    site: str
    issuer: str
    lang: str = "de"
    reference: str = ""
    office: str = ""
    occasion: str = ""
    question: str = ""
    situation: MemoSituation = _NOTHING_SAID
    searches: tuple[SearchDone, ...] = ()
    nodes: tuple[NodeAsked, ...] = ()
    finds: tuple[Find, ...] = ()
    duties: tuple[DutyAnswer, ...] = ()
    goals: tuple[GoalAnswer, ...] = ()
    conclusion: str = ""

    def answer(self, duty: Duty) -> DutyAnswer:
        """Return the answer to a duty, an open one where none was given."""
        return next((answer for answer in self.duties if answer.duty is duty), DutyAnswer(duty=duty))

    def decided(self, decision: Decision) -> tuple[Find, ...]:
        return tuple(find for find in self.finds if find.decision is decision)

    def with_find(self, find: Find) -> ReuseMemo:
        """Return the memo with this find in the place of one of the same record, else at the end."""
        key = find.record.key
        if all(other.record.key != key for other in self.finds):
            return replace(self, finds=(*self.finds, find))
        return replace(self, finds=tuple(find if other.record.key == key else other for other in self.finds))
