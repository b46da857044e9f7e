"""The reuse memo (Nachnutzungsvermerk): the proof that one looked before one built.

DIN SPEC 66336, section 5.5, asks for the four duties; they are worded in words of our own, since only the
standard's own text is binding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from app.records.five_lines import Amount, Contact, CostSum, Duration, FiveLines, Grant, Size
from app.records.schema import FieldError
from app.shared.errors import Invalid, NotFound, Unavailable

# No error carries a word that the asker wrote.


class MemoInvalid(Invalid):
    """The memo breaks a rule; `problems` names field, code and limits, never the text itself."""

    problems: tuple[FieldError, ...]


class MemoNotFound(NotFound):
    """No memo is kept under this link: it never was, was deleted, or its time is over."""


class MemoStoreFull(Unavailable):
    """As many memos are kept as this node allows; `capacity` is that number."""

    capacity: int


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

    @property
    def settles_place(self) -> bool:
        """Whether the place is unambiguous; a name alone may be that of several."""
        return bool(self.state) or bool(self.place_kind and not self.place)


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
    """A hit that was shown, in the version of that moment; the finds of the memo say whether it was judged."""

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
    """A source that the record rests on; `date` as in the record ("2024-09", "unknown").

    `lang` is what the title is in unlike the record.
    """

    title: str
    publisher: str
    url: str = ""
    date: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedLesson:
    """What somebody learned; `kind` is a value of the record schema."""

    kind: str
    statement: str
    recommendation: str


_WHOLE = len("2026-11-27")
_NO_DURATION, _NO_SIZE, _NOBODY = Duration(), Size(), Contact()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Cost, duration, size and whom to ask, as they were told of a version; the outcome stands with the record."""

    amounts: tuple[Amount, ...] = ()
    grants: tuple[Grant, ...] = ()
    model: str = ""
    duration: Duration = _NO_DURATION
    size: Size = _NO_SIZE
    contact: Contact = _NOBODY

    def __post_init__(self) -> None:
        """Raise ValueError for a day that no calendar has: a memo may come from a file that anybody wrote."""
        for day in (self.duration.start, self.duration.end):
            if "-" in day:
                date.fromisoformat(day if len(day) == _WHOLE else f"{day}-01")

    @property
    def cost(self) -> CostSum:
        """The amounts as one sum."""
        return CostSum(amounts=self.amounts, grants=self.grants, model=self.model)


_NO_FIGURES = Figures()


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedRecord:
    """One version of a record. `home` is the public address of the node whose record it is.

    `digest` identifies the content, `at` (UTC) is when the version was published. `kind`, `outcome` (of a
    solution its `productisation`) and `license` are values of the record schema; `places` are names. `openness` says
    whether the source code of the solution, or of those that a case used, is free (a value of `Openness`); empty where
    no software is at stake. `lessons` are those of most consequence, a failure or a dispute before a success.
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
    figures: Figures = _NO_FIGURES
    lessons: tuple[PinnedLesson, ...] = ()
    sources: tuple[CitedSource, ...] = ()

    @property
    def address(self) -> str:
        return f"{self.home}/r/{self.id}/v/{self.ver}"

    @property
    def lines(self) -> FiveLines:
        """The five lines of this version, as far as a memo keeps them, with all that runs told for a year."""
        figures = self.figures
        return FiveLines(
            kind=self.kind,
            lang=self.lang,
            outcome=self.outcome,
            note="",
            cost=figures.cost.yearly,
            duration=figures.duration,
            size=figures.size,
            contact=figures.contact,
        )

    @property
    def key(self) -> tuple[str, str]:
        """Identifies the record in the network, whatever its version."""
        return (self.home, self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How the asker's place could obtain what was found, as it was recorded then.

    `verdict` is a value of `Verdict`, `step` the code of the step that is the asker's own, `others` those of further
    ways that are possible too, `route` a value of the record schema, `as_of` the day of the oldest source.
    """

    verdict: str
    route: str = ""
    provider: str = ""
    step: str = ""
    others: tuple[str, ...] = ()
    as_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """A hit with the asker's decision and, in their own words, the reason for it.

    `way` is None where no place was given or the record names no way to what was asked. `in_scope` tells that what it
    cost and took as a whole was for what was asked.
    """

    record: PinnedRecord
    decision: Decision = Decision.NOTED
    reason: str = ""
    way: Way | None = None
    in_scope: bool = False


class Asked(StrEnum):
    """Where else one has to look before one builds: directories and marketplaces, other sites, the market itself."""

    OPENCODE = "opencode"
    FIT_STORE = "fit_store"
    EFA_MARKETPLACE = "efa_marketplace"
    OTHER_SITES = "other_sites"
    MARKET = "market"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What came of asking elsewhere, in the asker's words; `on` is the day ("2026-11-27")."""

    asked: Asked
    on: str = ""
    result: str = ""

    @property
    def answered(self) -> bool:
        """Whether it says when somebody asked and what came of it."""
        return bool(self.on and self.result)


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
    `issuer` are name and public address of the node it was made on. `reference` is the Aktenzeichen, `cosigners` are
    the offices of the Mitzeichnung, `occasion` is the Anlass, `conclusion` the Empfehlung. The schema `memo` limits
    all texts; `MemoFormat.problems` tells what breaks it.
    """

    at: datetime
    site: str
    issuer: str
    lang: str = "de"
    reference: str = ""
    office: str = ""
    cosigners: tuple[str, ...] = ()
    occasion: str = ""
    question: str = ""
    situation: MemoSituation = _NOTHING_SAID
    searches: tuple[SearchDone, ...] = ()
    nodes: tuple[NodeAsked, ...] = ()
    inquiries: tuple[Inquiry, ...] = ()
    finds: tuple[Find, ...] = ()
    duties: tuple[DutyAnswer, ...] = ()
    goals: tuple[GoalAnswer, ...] = ()
    conclusion: str = ""

    def answer(self, duty: Duty) -> DutyAnswer:
        """Return the answer to a duty, an open one where none was given."""
        return next((answer for answer in self.duties if answer.duty is duty), DutyAnswer(duty=duty))

    def inquiry(self, asked: Asked) -> Inquiry:
        """Return what came of asking there, nothing yet where nobody has."""
        return next((inquiry for inquiry in self.inquiries if inquiry.asked is asked), Inquiry(asked=asked))

    def decided(self, decision: Decision) -> tuple[Find, ...]:
        return tuple(find for find in self.finds if find.decision is decision)

    def with_find(self, find: Find) -> ReuseMemo:
        """Return the memo with this find in the place of one of the same record, else at the end."""
        key = find.record.key
        if all(other.record.key != key for other in self.finds):
            return replace(self, finds=(*self.finds, find))
        return replace(self, finds=tuple(find if other.record.key == key else other for other in self.finds))
