"""The five lines of a record as values: outcome, cost, duration, size and contact, the same wherever shown."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, cast

from app.records.five_lines.costs import CostSum, cost_sum
from app.records.record import Municipality, Record, size_class
from app.shared.kept import Recent
from app.shared.official_key import shortest

SOLUTION, STOPPED = "solution", "stopped"
EVENT = "event"
"""The outcome of an event in a town: no project, so it neither ended nor failed as one."""
ASKED = frozenset({"case-study", SOLUTION})
"""Kinds that always have all five lines, so that unknown values are shown as unknown."""
_UNKNOWN = "unknown"
_UNDATED = frozenset({"", _UNKNOWN})
_CACHE_SIZE = 2048
"""Records whose lines are cached."""


class Inhabitants(NamedTuple):
    """A number of inhabitants from a list of places, with its date if the list has one."""

    number: int
    as_of: str | None = None


KnownPlace = Callable[[Municipality], Inhabitants | None]
"""Returns the inhabitants of a municipality according to the list of places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Kind (a code of the schema), name and inhabitants of the leading municipality, and the number of other leads.

    `listed`: the inhabitants come from the list of places, not from the record. For a solution, `users` and `unit` are
    the number of its users, and `as_of` the date of that number.
    """

    kind: str = ""
    name: str = ""
    population: int | None = None
    approx: str | None = None
    as_of: str | None = None
    listed: bool = False
    others: int = 0
    users: float | None = None
    unit: str = ""

    @property
    def is_known(self) -> bool:
        """Return whether anything is known."""
        return bool(self.kind) or self.users is not None

    @property
    def size_class(self) -> str | None:
        """The size class by inhabitants, or None if their number is unknown."""
        return size_class(self.population)


def leads(record: Record) -> tuple[Municipality, ...]:
    """Return the leading municipalities; the first municipality if none is marked as leading."""
    return tuple(town for town in record.municipalities if town.role == "lead") or record.municipalities[:1]


def size(record: Record, known: KnownPlace) -> Size:
    """Return the size of the leading municipality; for a solution, its number of users if known."""
    used = _used(record) if record.kind == SOLUTION else None
    if used:
        return used
    found = leads(record)
    if not found:
        return Size()
    first = found[0]
    listed = known(first) if first.population is None else None
    return Size(
        kind=first.kind,
        name=first.name,
        population=listed.number if listed else first.population,
        approx=first.approx,
        as_of=listed.as_of if listed else first.population_as_of,
        listed=listed is not None,
        others=len(found) - 1,
    )


def _used(record: Record) -> Size | None:
    entries = cast("Sequence[Mapping[str, Any]]", record.data.get("users") or ())
    counted = [entry for entry in entries if "value" in entry]
    newest = max(counted, key=lambda entry: "" if entry["date"] == _UNKNOWN else entry["date"][:4], default=None)
    if newest is None:
        return None
    return Size(users=newest["value"], unit=newest["unit"], approx=newest.get("approx"), as_of=newest["date"])


_MONTHS_A_YEAR, _DAYS_A_MONTH = 12, 365.25 / 12
IN_USE = frozenset({"operation", "scaling"})
"""Phases of a case whose result is in use, whenever the project itself ended."""
_PLANS = frozenset({"idea", "concept"})
_YEAR, _MONTH, _DAY = 4, 7, 10
"""Lengths of an ISO date with the precision of a year, a month and a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Start and end; "" if not stated, "unknown" if nobody knows.

    `is_planned`: the end was in the future at the last review. `phase` is the phase of a case. `days` is the lead time
    to obtain a solution, `text` the duration that a concept states.
    """

    start: str = ""
    end: str = ""
    is_planned: bool = False
    phase: str = ""
    days: int | None = None
    text: str = ""

    @property
    def is_known(self) -> bool:
        """Return whether anything is known."""
        return bool(self.start not in _UNDATED or self.days is not None or self.text)

    @property
    def goes_on(self) -> bool:
        """Return whether the result of a project is in use after the project's end."""
        return self.phase in IN_USE and self.end not in _UNDATED and not self.is_planned

    @property
    def is_plan(self) -> bool:
        """Return whether only the planning has begun."""
        return self.phase in _PLANS

    @property
    def is_exact(self) -> bool:
        """Return whether start and end are known at least to the month."""
        return min(len(self.start), len(self.end)) >= _MONTH and not _UNDATED & {self.start, self.end}

    @property
    def months(self) -> int | None:
        """The duration in months; if only years are known, from their difference; None while running or if unknown."""
        if _UNDATED & {self.start, self.end}:
            return None
        if not self.is_exact:
            return (int(self.end[:_YEAR]) - int(self.start[:_YEAR])) * _MONTHS_A_YEAR
        if len(self.start) == len(self.end) == _DAY:
            return round((date.fromisoformat(self.end) - date.fromisoformat(self.start)).days / _DAYS_A_MONTH)
        first, last = (int(day[:_YEAR]) * _MONTHS_A_YEAR + int(day[5:_MONTH]) for day in (self.start, self.end))
        return last - first

    @property
    def months_to_use(self) -> int | None:
        """The months until the result was in use; None if not recorded, or if the project continued long after."""
        return self.months if self.is_exact and self.goes_on and self.phase == "operation" else None


def duration(record: Record) -> Duration:
    """Return the duration of a case, the lead time of a solution, or the duration that a concept states."""
    period = record.data.get("period")
    if isinstance(period, Mapping):
        end = str(period.get("end", ""))
        ahead = end not in _UNDATED and end > record.last_confirmed[: len(end)]
        return Duration(start=str(period["start"]), end=end, is_planned=ahead, phase=str(record.data.get("phase", "")))
    routes = cast("Sequence[Mapping[str, Any]]", record.data.get("reuse_routes") or ())
    days = [route["lead_time_days"] for route in routes if "lead_time_days" in route and route["status"] == "available"]
    text = record.data.get("duration")
    return Duration(days=min(days, default=None), text=text if isinstance(text, str) else "")


ReadOrganisation = Callable[[str], Record | None]
"""Returns this node's record of an organisation by its name here; None if there is none."""

_PROVIDERS = ("sales_role", "product_owner", "operator", "maintainer", "legal_role")
"""Fields of a solution that name somebody responsible, the most useful for readers' questions first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An office or body with mailbox, telephone or website, each "" if unknown; never a person."""

    name: str = ""
    mailbox: str = ""
    phone: str = ""
    url: str = ""
    sources: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Return whether there is a way to reach somebody."""
        return bool(self.mailbox or self.phone or self.url)


def contact(record: Record, organisation: ReadOrganisation) -> Contact:
    """Return the contact for a record; its `is_known` is False if nobody can be reached."""
    return next((found for found in _candidates(record, organisation) if found.is_known), Contact())


def _candidates(record: Record, organisation: ReadOrganisation) -> Iterator[Contact]:
    office = record.data.get("contact")
    if isinstance(office, Mapping):
        yield _contact(office, name=str(office.get("role", "")) or next((town.name for town in leads(record)), ""))
    if isinstance(website := record.data.get("website"), str):
        yield Contact(name=record.title.partition(":")[0], url=website)
    yield from (_of_body(body, record, organisation) for body in _bodies(record))
    yield from (Contact(name=town.name, url=town.url, sources=town.sources) for town in leads(record) if town.url)
    publisher = record.data.get("publisher")
    if isinstance(publisher, Mapping):
        yield _of_body(publisher, record, organisation)


def _bodies(record: Record) -> Iterator[Mapping[str, Any]]:
    for key in _PROVIDERS:
        role = record.data.get(key)
        body = role.get("org", role) if isinstance(role, Mapping) else None
        if isinstance(body, Mapping) and "name" in body:
            yield body


def _of_body(body: Mapping[str, Any], record: Record, organisation: ReadOrganisation) -> Contact:
    """Return the contact of an organisation that a record names, from that record or else from its own."""
    own = _contact(body, name=str(body["name"]))
    if own.is_known or "ref" not in body:
        return own
    profile = organisation(record.refer(str(body["ref"])))
    if profile is None:
        return own
    office = profile.data.get("contact")
    if isinstance(office, Mapping):
        return _contact(office, name=own.name)
    website = profile.data.get("website")
    return Contact(name=own.name, url=website if isinstance(website, str) else "", sources=own.sources)


def _contact(value: Mapping[str, Any], *, name: str) -> Contact:
    return Contact(
        name=name,
        mailbox=str(value.get("mailbox", "")),
        phone=str(value.get("phone", "")),
        url=str(value.get("url", "")),
        sources=tuple(map(str, value.get("sources", ()))),
    )


_PRODUCTS = frozenset({"product", "shared_product", "dvc_saas"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FiveLines:
    """The values that readers first want to know.

    `outcome` is a code of the schema, for a solution its `productisation`; "" for kinds without one. `note` is the
    sentence about it. `reasons` are codes of why a case stopped, `not_told` the unknown fields that make a solution a
    product. `shared`: participants outside the leading municipality took part.
    """

    kind: str
    lang: str
    outcome: str
    note: str
    cost: CostSum
    duration: Duration
    size: Size
    contact: Contact
    reasons: tuple[str, ...] = ()
    not_told: tuple[str, ...] = ()
    shared: bool = False

    @property
    def is_stopped(self) -> bool:
        """Return whether the municipality stopped the project."""
        return self.outcome == STOPPED

    @property
    def per_inhabitant(self) -> float | None:
        """The leading amount per inhabitant of the leading municipality, if no other municipality shares the costs."""
        return None if self.shared or self.size.others else self.cost.per_inhabitant(self.size.population)


class FiveLinesReader:
    """Reads the five lines; results are cached until `stamp` (the state of records and places) changes."""

    def __init__(
        self,
        known: KnownPlace,
        organisation: ReadOrganisation,
        stamp: Callable[[], Hashable] = lambda: None,
        is_whole: Callable[[], bool] = lambda: True,
    ) -> None:
        """`is_whole` returns whether everything needed could be read; if not, the result is not cached."""
        self._known = known
        self._organisation = organisation
        self._stamp = stamp
        self._is_whole = is_whole
        self._kept: Recent[tuple[Hashable, str, str], FiveLines] = Recent(_CACHE_SIZE)

    def __call__(self, record: Record) -> FiveLines:
        """Return the five lines of a version."""
        return self.version(record.ref, record.digest, lambda: record)

    def version(self, ref: str, digest: str, read: Callable[[], Record]) -> FiveLines:
        """Return the five lines of the version with this name and digest; `read` returns it if they are not cached."""
        stamp = self._stamp()
        self._kept.hold_for(stamp)
        # The stamp keeps results that another thread finishes for an earlier state apart from this one's.
        return self._kept.get((stamp, ref, digest), lambda: self._read(read()), self._is_whole)

    def _read(self, record: Record) -> FiveLines:
        note = record.data.get("outcome_note")
        return FiveLines(
            kind=record.kind,
            lang=record.lang,
            outcome=str(record.data.get("outcome") or record.data.get("productisation") or ""),
            note=str(note["text"]) if isinstance(note, Mapping) else "",
            cost=cost_sum(record),
            duration=duration(record),
            size=size(record, self._known),
            contact=contact(record, self._organisation),
            shared=any(_is_outside(town, leads(record)) for town in record.municipalities if town.role == "partner"),
            reasons=tuple(map(str, cast("Sequence[str]", record.data.get("stop_reason") or ()))),
            not_told=tuple(_not_told(record)),
        )


def _not_told(record: Record) -> Iterator[str]:
    """Yield the unknown fields that make a solution a product: who runs it, and who maintains it."""
    if record.data.get("productisation") in _PRODUCTS:
        maintainer = record.data.get("maintainer")
        if not record.data.get("operator"):
            yield "operator"
        if not isinstance(maintainer, Mapping) or (maintainer.get("type") == "unknown" and "org" not in maintainer):
            yield "maintainer"


def _is_outside(town: Municipality, leading: Sequence[Municipality]) -> bool:
    """Return whether a place is outside the leading ones, so that their inhabitants do not include its own."""
    return not any(one.ars and town.ars and shortest(town.ars).startswith(shortest(one.ars)) for one in leading)
