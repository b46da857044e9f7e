"""The asker's situation in a URL: reading it, wording it in one line, and its problems."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from app.kickoff.comparison import CostAgainst, Named, TimeAgainst, cost_against, named_place, time_against
from app.kickoff.places.names import folded, proper_name
from app.kickoff.places.table import UNKNOWN, PlaceEntry
from app.kickoff.situation import (
    DEFAULT_SLIDER,
    PARAMETERS,
    ProblemCode,
    Situation,
    SituationChoices,
    SituationProblem,
    from_parameters,
    to_parameters,
)
from app.records.record import Record
from app.reuse.network import Network
from app.reuse.place import Place
from app.web.kickoff.selection import Parameters, Selection
from app.web.records.lines import line_words
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.wording import _, label, ngettext, topics

_SLIDER = ("naehe", str(DEFAULT_SLIDER))
KEY = "ars"
"""The only parameter without a form field: a wrong one is dropped, because the asker could not correct it."""
FIELDS = ("ort", "ort_land", "ort_art", "einwohner", "ort_groesse", "ars")
"""The fields that choosing a place fills or empties; all others are unchanged."""
LOOK_UP, ALL = "ortssuche", "alle"
"""Parameter of the button that looks up a place, and its value for showing all places of the name."""
VALUES = ("ort_land", "ort_art", "einwohner", "ort_groesse")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kickoff:
    """The asker's situation in a URL.

    `given` are the typed parameters, so that a field with a problem keeps its value, completed from the list of places
    for an unambiguous name. `assumed` is the city chosen over smaller places of its name.
    """

    situation: Situation
    problems: tuple[SituationProblem, ...]
    selection: Selection
    given: Mapping[str, Sequence[str]]
    assumed: PlaceEntry | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is said and nothing chosen: a plain search."""
        return self.situation.is_empty and not self.problems and self.selection.is_empty

    @property
    def reorders(self) -> bool:
        """Return whether similarity counts, so that hits can be ordered even without search words."""
        return not self.situation.is_empty and self.situation.slider > 0

    def written(self, name: str) -> str:
        """Return the typed value of a field."""
        return next(iter(self.given.get(name, ())), "")

    def parameters(self) -> Parameters:
        """Return situation and selection as URL parameters, including unreadable values."""
        wrong = {problem.field for problem in self.problems}
        kept = [(name, value) for name in wrong for value in self.given.get(name, ())[:1]]
        return [*to_parameters(self.situation), *kept, *self.selection.parameters()]


def read_kickoff(args: MultiDict[str, str]) -> Kickoff:
    """Read the parameters of a URL; unreadable ones do not affect the others."""
    said = settled(args)
    given = {name: said.getlist(name) for name in PARAMETERS if name in said}
    situation, problems = from_parameters(given, choices())
    return Kickoff(
        situation=situation,
        problems=tuple(problem for problem in problems if problem.field != KEY),
        selection=Selection.read(args),
        given=given,
        assumed=assumed(args),
    )


def tidied(args: MultiDict[str, str]) -> str:
    """Return the URL without the empty fields of a form; "" if it has none."""
    given = list(args.items(multi=True))
    if not any(name in PARAMETERS and not value for name, value in given):
        return ""
    said = [(name, value) for name, value in given if value and (name, value) != _SLIDER]
    return request.script_root + request.path + (f"?{urlencode(said)}" if said else "")


def choices() -> SituationChoices:
    """Return the values that a situation may have on this node."""
    return SituationChoices.of(services().schemas, tuple(topic for topic, _label in topics()))


def inhabitants(number: float) -> str:
    """Return a number of inhabitants."""
    return _("%(count)s inhab.", count=formats.number(number))


def memberships_offered(stated: Iterable[str]) -> Mapping[str, str]:
    """Return key -> name of all bodies to choose from; unusual ones in `stated` come last."""
    network = services().reuse.network()
    bodies = _bodies(network)
    keys = {name: key for key, name in bodies.items()}
    # A body stated under another key of the same name, e.g. in a saved URL, keeps that key.
    keys |= {_name(key, bodies, network): key for key in sorted(stated)}
    return {key: name for name, key in keys.items()}


def membership_names(stated: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the bodies that somebody says they belong to."""
    network = services().reuse.network()
    bodies = _bodies(network)
    return tuple(sorted((_name(key, bodies, network) for key in stated), key=str.casefold))


def _bodies(network: Network) -> Mapping[str, str]:
    return {party.key: party.name for party in network.joinable()}


def _name(key: str, bodies: Mapping[str, str], network: Network) -> str:
    """Return the name of a body; for one without a record here that is its key, the only known fact."""
    keys = (key, *(party.key for party in network.meant(key)))
    return next((bodies[one] for one in keys if one in bodies), network.mentioned(key).name)


def problem_in_words(problem: SituationProblem) -> str:
    """Return the error message shown at the field."""
    params = problem.params
    if problem.code is ProblemCode.TOO_LONG:
        return _("Please use at most %(max)s characters.", max=params["max"])
    if problem.code is ProblemCode.OUT_OF_RANGE:
        least, most = formats.number(int(params["min"])), formats.number(int(params["max"]))
        return _("Please write a number from %(min)s to %(max)s.", min=least, max=most)
    if problem.code is ProblemCode.NOT_A_NUMBER:
        if problem.field == "stellen":
            return _("Please write a number, such as 0.5.")
        return _("Please write a whole number in digits, such as 12.")
    return _("This is not offered here. Please choose again.")


def situation_in_words(situation: Situation) -> tuple[str, ...]:
    """Return the stated parts of a situation; everything about the place is one part."""
    place = situation.place or Place(state="", kind="")
    size = situation.size_class if place.population is None else ""
    months, budget, staff = situation.months, situation.budget, situation.staff
    stated = place.memberships
    parts = (
        place_in_words(place),
        _("belongs to %(bodies)s", bodies=", ".join(membership_names(stated))) if stated else "",
        label("size_class", size) if size else "",
        label("cooperation", situation.cooperation) if situation.cooperation else "",
        dict(topics()).get(situation.topic, situation.topic),
        _("phase: %(phase)s", phase=label("phase", situation.phase)) if situation.phase else "",
        "" if months is None else ngettext("%(num)s month", "%(num)s months", months),
        "" if budget is None else formats.amount(budget),
        # Languages count halves like many.
        ""
        if staff is None
        else ngettext("%(count)s post", "%(count)s posts", 1 if staff == 1 else 2, count=formats.number(staff)),
        _("open source only") if situation.open_source_only else "",
        _("only what we can obtain") if situation.obtainable_only else "",
    )
    return tuple(filter(None, parts))


def place_in_words(place: Place) -> str:
    """Return the stated name, kind, state and population of a place."""
    name, kind = place.name or "", label("place_kind", place.kind) if place.kind else ""
    parts = (
        name,
        # "Landkreis Fulda" already contains its kind.
        "" if kind.casefold() in name.casefold() else kind,
        label("state", place.state) if place.state else "",
        "" if place.population is None else inhabitants(place.population),
    )
    return ", ".join(filter(None, parts))


def against(record: Record, situation: Situation, question: str) -> Iterator[str]:
    """Yield a sentence each on the asker's place, time and money, as far as the record allows a comparison."""
    node = services()
    here = named_place(record, situation.place, node.places)
    if here and here.how is Named.ITSELF:
        yield _("Your place stands in this record.")
    elif here and here.how is Named.DISTRICT:
        yield _("Your district stands in this record: %(name)s.", name=here.name)
    elif here:
        yield _("A place of your district stands in this record: %(name)s.", name=here.name)
    if not node.kickoff.offers.is_in_scope(record, question):
        return
    lines = node.five_lines(record)
    time = time_against(lines.duration, situation.months)
    cost = cost_against(lines.cost, situation.budget)
    if time:
        yield time_in_words(time)
    if cost:
        yield cost_in_words(cost)


def time_in_words(found: TimeAgainst) -> str:
    """Return the time until it was in use, compared with the asker's."""
    length = line_words().length(found.duration)
    limit = ngettext("%(num)s month", "%(num)s months", found.limit)
    if found.is_over:
        return _("Took %(length)s, longer than you have (%(limit)s).", length=length, limit=limit)
    return _("Took %(length)s; you have %(limit)s.", length=length, limit=limit)


def cost_in_words(found: CostAgainst) -> str:
    """Return the cost, compared with the asker's budget."""
    amount, limit = line_words().costs.amount(found.amount), formats.amount(found.limit)
    if found.is_over:
        return _("Cost %(amount)s, more than your budget (%(limit)s).", amount=amount, limit=limit)
    return _("Cost %(amount)s; your budget is %(limit)s.", amount=amount, limit=limit)


def filled(entry: PlaceEntry) -> Parameters:
    """Return the parameters that a place fills; values missing in its source are empty."""
    values = {
        "ort": entry.name,
        "ort_land": entry.state,
        "ort_art": "" if entry.kind == UNKNOWN else entry.kind,
        "einwohner": "" if entry.population is None else str(entry.population),
        "ars": entry.ars or "",
    }
    return [(name, value) for name, value in values.items() if value]


def settled(args: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the parameters of a URL with the place filled in, if only its name is given and it is unambiguous.

    A key of another place is dropped with its values: forms keep it while somebody types another name.
    """
    name, given = _said(args)
    place = (services().places.meant(name) or assumed(args)) if name else None
    if place is not None:
        given = [*(pair for pair in given if pair[0] not in FIELDS), *filled(place)]
    return MultiDict(given)


def assumed(args: MultiDict[str, str]) -> PlaceEntry | None:
    """Return the city that a URL is assumed to mean although smaller places share its name.

    None if no assumption is needed, and if the asker wants to see all places.
    """
    name, _given = _said(args)
    places = services().places
    if not name or args.get(LOOK_UP) == ALL or places.meant(name) is not None:
        return None
    return places.likeliest(name)


def _said(args: MultiDict[str, str]) -> tuple[str, list[tuple[str, str]]]:
    """Return the name if given without other place values, else "", and the other parameters."""
    name = args.get("ort", "").strip()
    given = [pair for pair in args.items(multi=True) if pair not in _left_over(name, args.get("ars", ""))]
    alone = not any(value.strip() for field, value in given if field in VALUES)
    return name if alone else "", given


def _left_over(name: str, ars: str) -> frozenset[tuple[str, str]]:
    """Return the parameters left in the form by a place other than the named one."""
    entry = services().places.get(ars) if ars else None
    if entry is None or folded(name) in {folded(entry.name), folded(proper_name(entry.name))}:
        return frozenset()
    return frozenset({*(filled(entry) if name else ()), ("ars", ars)})
