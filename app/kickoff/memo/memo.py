"""The reuse memo (Nachnutzungsvermerk): evidence that existing solutions were searched for before building one.

DIN SPEC 66336, section 5.5, requires the four duties; they are given in our own words, because only the text of the
standard is binding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from app.records.five_lines import Amount, Contact, CostSum, Duration, FiveLines, Grant, Size
from app.records.schema import FieldError
from app.shared.errors import Invalid, NotFound, Unavailable

# No error contains the asker's words.


class MemoInvalid(Invalid):
    """The memo violates a rule; `problems` has field, code and limits, never the text itself."""

    problems: tuple[FieldError, ...]


class MemoNotFound(NotFound):
    """No memo is stored under this link: it never was, was deleted, or has expired."""


class MemoStoreFull(Unavailable):
    """The node stores its maximum number of memos, `capacity`."""

    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoSituation:
    """The situation in plain values; a value not given is empty, None or False.

    `state`, `place_kind`, `size_class`, `cooperation` and `phase` are values of the record schema, `topic` is an id of
    the vocabulary. `budget` is in euros, `staff` in full-time posts. `memberships` are names of associations and
    providers.
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
        """Whether the place is unambiguous; several places may share a name."""
        return bool(self.state) or bool(self.place_kind and not self.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A value of the facet `name` ("land"); `label` names it as at the time of the search, if it has no schema."""

    name: str
    value: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenHit:
    """A hit that the search showed, in the version of that time; whether it was judged is in the finds."""

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
    """One search: its time (UTC), the words typed, the filters, the number of hits and those shown."""

    at: datetime
    text: str = ""
    filters: tuple[Filter, ...] = ()
    found: int = 0
    hits: tuple[SeenHit, ...] = ()


class SearchedState(StrEnum):
    """How a node took part. `cached`: its copy here was searched instead; `unreachable`: not searched."""

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
    """The asker's decision on a hit. `noted`: looked at and kept, not yet decided. `adapted`: reused with changes."""

    NOTED = "noted"
    TAKEN = "taken"
    ADAPTED = "adapted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSource:
    """A source of a record; `date` as recorded ("2024-09", "unknown"), `lang` if not the record's."""

    title: str
    publisher: str
    url: str = ""
    date: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedLesson:
    """A lesson learned; `kind` is a value of the record schema."""

    kind: str
    statement: str
    recommendation: str


_WHOLE = len("2026-11-27")
_NO_DURATION, _NO_SIZE, _NOBODY = Duration(), Size(), Contact()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Cost, duration, size and contact as given in a version; the outcome is stored with the record."""

    amounts: tuple[Amount, ...] = ()
    grants: tuple[Grant, ...] = ()
    model: str = ""
    duration: Duration = _NO_DURATION
    size: Size = _NO_SIZE
    contact: Contact = _NOBODY

    def __post_init__(self) -> None:
        """Raise ValueError for a day that does not exist: anybody may have written the file of a memo."""
        for day in (self.duration.start, self.duration.end):
            if "-" in day:
                date.fromisoformat(day if len(day) == _WHOLE else f"{day}-01")

    @property
    def cost(self) -> CostSum:
        """Return the amounts as one sum."""
        return CostSum(amounts=self.amounts, grants=self.grants, model=self.model)


_NO_FIGURES = Figures()


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedRecord:
    """One version of a record. `home` is the public address of the record's node.

    `digest` identifies the content, `at` (UTC) is the publication of the version. `kind`, `outcome` (for a solution its
    `productisation`) and `license` are values of the record schema; `places` are names. `openness` is a value of
    `Openness` for the source code of the solution, or of those that a case used; empty without software. `lessons` are
    the weightiest ones, failures and disputes before successes.
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
        """The five lines of this version, as far as a memo stores them; recurring amounts are per year."""
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
        """Identifies the record across nodes and versions."""
        return (self.home, self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How the asker's place could obtain the find, as recorded then.

    `verdict` is a value of `Verdict`, `step` the code of the asker's next step, `others` those of other possible ways,
    `route` a value of the record schema, `as_of` the day of the oldest source.
    """

    verdict: str
    route: str = ""
    provider: str = ""
    step: str = ""
    others: tuple[str, ...] = ()
    as_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """A hit with the asker's decision and the reason in their own words.

    `way` is None if no place was given or the record has no way to the requested thing. `in_scope`: its total cost and
    time were for the requested thing alone.
    """

    record: PinnedRecord
    decision: Decision = Decision.NOTED
    reason: str = ""
    way: Way | None = None
    in_scope: bool = False

    @property
    def is_reused(self) -> bool:
        """Whether it is to be reused, as it is or adapted."""
        return self.decision in (Decision.TAKEN, Decision.ADAPTED)


class Asked(StrEnum):
    """Where else to look before building: directories and marketplaces, other sites, the market itself."""

    OPENCODE = "opencode"
    FIT_STORE = "fit_store"
    EFA_MARKETPLACE = "efa_marketplace"
    OTHER_SITES = "other_sites"
    MARKET = "market"


_OF_SOFTWARE = frozenset({Asked.OPENCODE, Asked.FIT_STORE, Asked.EFA_MARKETPLACE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """The result of an inquiry elsewhere, in the asker's words; `on` is the day ("2026-11-27")."""

    asked: Asked
    on: str = ""
    result: str = ""

    @property
    def answered(self) -> bool:
        """Whether it has both a day and a result."""
        return bool(self.on and self.result)


class Duty(StrEnum):
    """The duties: look for solutions; use a suitable public one; prefer open source if equal; document the search."""

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
    """One question of the check, as worded when it was asked, and the answer."""

    question: str
    answer: GoalState = GoalState.UNKNOWN
    note: str = ""


_NOTHING_SAID = MemoSituation()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReuseMemo:
    """A whole memo.

    `at` (UTC) is its last change, `lang` ("de", "en") the language the asker writes in. `site` and `issuer` are name
    and public address of its node. `reference` is the Aktenzeichen, `cosigners` are the offices of the Mitzeichnung,
    `occasion` is the Anlass, `conclusion` the Empfehlung. The schema `memo` limits all texts; `MemoFormat.problems`
    returns violations.
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
        """Return the answer to a duty, an open one if none was given."""
        return next((answer for answer in self.duties if answer.duty is duty), DutyAnswer(duty=duty))

    def inquiry(self, asked: Asked) -> Inquiry:
        """Return the result of an inquiry, an empty one if none was made."""
        return next((inquiry for inquiry in self.inquiries if inquiry.asked is asked), Inquiry(asked=asked))

    @property
    def is_about_software(self) -> bool:
        """Whether a find is software or used some; also while nothing was found."""
        said = ((find.record.kind, find.record.openness) for find in self.finds)
        return not self.finds or any(kind == "solution" or openness not in ("", "unknown") for kind, openness in said)

    @property
    def answers(self) -> tuple[DutyAnswer, ...]:
        """Return the answer to each duty; to that of open source only where it is about software or was answered."""
        spared = DutyAnswer(duty=Duty.OPEN_SOURCE)
        return tuple(one for one in map(self.answer, Duty) if self.is_about_software or one != spared)

    @property
    def inquired(self) -> tuple[Inquiry, ...]:
        """Return the result of each inquiry; in directories of software like the duty of open source."""
        found = map(self.inquiry, Asked)
        return tuple(
            one for one in found if self.is_about_software or one.on or one.result or one.asked not in _OF_SOFTWARE
        )

    @property
    def reused(self) -> tuple[Find, ...]:
        return tuple(find for find in self.finds if find.is_reused)

    def decided(self, decision: Decision) -> tuple[Find, ...]:
        return tuple(find for find in self.finds if find.decision is decision)

    def with_find(self, find: Find) -> ReuseMemo:
        """Return the memo with this find in place of one of the same record, else at the end."""
        key = find.record.key
        if all(other.record.key != key for other in self.finds):
            return replace(self, finds=(*self.finds, find))
        return replace(self, finds=tuple(find if other.record.key == key else other for other in self.finds))
