"""Decides whether a place can obtain a solution.

**What an answer says.** *Yes*: a recorded chain leads from the place to the solution, and each link rests on a
dated source or on the asker's own statement. *Possible*: the same, except for steps that the asker can take: to join
a partnership, to buy, to have somebody run software that it lacks people for, or to ask for code that was last seen
years ago while a fresh source says that it is maintained. *Unknown*: the solution is available, but a link of the
chain is not confirmed. *Undocumented*: nothing shows that it is available, as with an offer that was only
discussed, or source code last seen years ago. *No*: every recorded route is closed to this place by its own entry
(withdrawn, or meant for other states or kinds), or no route is recorded at all. A
membership that is not recorded is never a no, because no list of members is complete.

**The order.** Answers are ordered by hope: yes > possible > unknown > undocumented > no, and the answer for a solution
is the best of its routes. Removing a fact (an organisation, a membership, a route, a source, the asker's statement)
never raises an answer, because

- *what opens a route needs a source; what closes it does not.* A yes needs every link, so removing one lowers
it. A closed route stays closed when its source is lost: doubt about the source is no reason for hope;
- *a restriction is part of a fact that a yes needs anyway.* A place that the record of an organisation excludes
(unknown) is not admitted when that record is lost, since a chain over a lost organisation is unknown, too.
Restrictions belong to the statement that they restrict and cannot be removed alone;
- *the newest source counts*, so that losing one never makes a statement look fresher;
- *a size that is not stated counts as small*, so that omitting it never saves a place a step;
- *the best of fewer routes is never better*, and having no route is the lowest answer.

For the same reason unknown never becomes yes: a yes requires that every link is known, and a link without source or
date, or with an unknown status or licence, is not known.

A purchase on the market is never a yes, because each procurement decides whether and how a place may buy. Nothing
here states what procurement law allows.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from app.records.record import Record
from app.reuse.front_matter import UNKNOWN, group
from app.reuse.naming import Naming, Party, PartyKind
from app.reuse.network import Network
from app.reuse.obtaining.answer import Answer, Ask, Chain, ChainLink, StepState, Verdict
from app.reuse.obtaining.question import Question
from app.reuse.obtaining.rules import steps
from app.reuse.place import Place
from app.reuse.route import IN_HOUSE, reuse_routes

_ORDERED = ("inhouse_municipal_it", "inhouse_govdigital", "fit_store", "efa_marketplace", "dvc_portal")
_RUN_BY_MANY, _JOINED, _BOUGHT, _RUN_BY_FEW = 10, 15, 20, 30
_EFFORT = {
    **{code: number for number, code in enumerate(_ORDERED)},
    "public_cooperation": _JOINED,
    "direct_award": _BOUGHT,
    "tender": _BOUGHT + 1,
}


def ranked(chains: Iterable[Chain], place: Place) -> tuple[Chain, ...]:
    """Return the chains by verdict, effort for `place` and newest date. The answer depends on the verdict only."""

    def effort(chain: Chain) -> int:
        if chain.route.code == "self_host_oss":
            return _RUN_BY_MANY if place.is_large else _RUN_BY_FEW
        return _EFFORT.get(chain.route.code, _BOUGHT)

    by_day = sorted(chains, key=lambda chain: (chain.offer.as_of or UNKNOWN).replace(UNKNOWN, ""), reverse=True)
    return tuple(sorted(by_day, key=lambda chain: (-chain.verdict.hope, effort(chain))))


_OVER_PROVIDERS = frozenset({"inhouse_municipal_it", "inhouse_govdigital", "efa_marketplace"})


def about_steps(question: Question, steps: Iterable[ChainLink]) -> tuple[Ask, ...]:
    """Return whom to ask about the links that do not hold, each party once; doubts about the offer first."""
    open_ones = sorted((step for step in steps if not step.known), key=lambda step: not step.lacks_offer)
    return unique(ask for step in open_ones for ask in _about(question, step))


def about_solution(solution: Record, naming: Naming) -> tuple[Ask, ...]:
    """Return who is responsible for the solution as a whole: its owner, and the places that published it."""
    owner = group(solution, "product_owner")
    leads = (place.name for place in solution.municipalities if place.role == "lead")
    owners = (Ask(code="product_owner", party=naming.organisation(owner)),) if owner else ()
    places = (Ask(code="publisher", party=Party(kind=PartyKind.PLACE, key=name, name=name)) for name in leads)
    return (*owners, *places)


def unique(asks: Iterable[Ask]) -> tuple[Ask, ...]:
    """Return each party once, in its first role and position; "Stadt Ulm" counts as the place Ulm."""
    found: dict[str, Ask] = {}
    for ask in asks:
        key = ask.code
        if ask.party:
            name = " ".join(ask.party.name.casefold().split())
            key = name.removeprefix("stadt ").removeprefix("gemeinde ") or ask.party.key
        found.setdefault(key, ask)
    return tuple(found.values())


def _about(question: Question, step: ChainLink) -> Iterator[Ask]:
    over_providers = question.route.code in _OVER_PROVIDERS
    if step.code == "belongs_to":
        if over_providers and step.subject.kind is PartyKind.PLACE:
            yield from _own_providers(question)
            yield from _in_state(question)
        yield Ask(code="body", party=step.object)
    elif step.code == "operate":
        yield from _own_providers(question)
        yield from _in_state(question)
    elif step.code == "award":
        yield Ask(code="own_procurement_office")
        yield _provider(question)
    elif step.code == "join" and question.offers().known:
        yield Ask(code="admits", party=_with_address(question))
    else:
        yield _provider(question)


def _provider(question: Question) -> Ask:
    """Return the provider named for the route; it is known to offer the solution only if a source says so."""
    if question.route.code == "self_host_oss":
        code = "code_holder"
    else:
        offer = question.offers()
        code = "provider" if offer.known or offer.reason == "access_not_described" else "named_provider"
    return Ask(code=code, party=_with_address(question))


def _own_providers(question: Question) -> Iterator[Ask]:
    """Return the providers that the place belongs to, by name; if none is recorded, "your own provider"."""
    known = question.belonging.carriers()
    yield from (Ask(code="own_it_provider", party=party) for party in known)
    if not known:
        yield Ask(code="own_it_provider")


def _in_state(question: Question) -> Iterator[Ask]:
    """Return the providers active in the place's state, since its own may not be recorded."""
    for found in question.network.providers_in(question.place.state):
        yield Ask(code="provider_in_state", party=found.party)


def _with_address(question: Question) -> Party:
    given, known = question.route.provider, question.provider
    return Party(kind=known.kind, key=known.key, name=known.name, ref=known.ref, url=known.url or given.url)


_CAUTION = {
    "self_host_oss": "own_operation",
    "tender": "procedure_decided_by_procurement_office",
    "direct_award": "procedure_decided_by_procurement_office",
    **dict.fromkeys(IN_HOUSE, "in_house_relation_checked_each_time"),
}


def obtainable(place: Place, solution: Record, network: Network, today: date) -> Answer:
    """Return whether and by which chains `place` can obtain `solution`, which link is missing, and whom to ask.

    `solution` is a record of kind "solution"; others have no routes and the answer is no. The module's docstring
    explains the verdicts and their order.
    """
    naming = network.naming(solution.origin)
    questions = (
        Question(place=place, solution=solution, route=route, network=network, today=today)
        for route in reuse_routes(solution, naming)
    )
    chains = ranked(map(_chain, questions), place)
    verdict = chains[0].verdict if chains else Verdict.NO
    if verdict is Verdict.YES:
        return Answer(verdict=verdict, chains=chains)
    asks = (*(ask for chain in chains for ask in chain.ask), *about_solution(solution, naming))
    return Answer(verdict=verdict, chains=chains, ask=unique(asks))


def _chain(question: Question) -> Chain:
    found, caution = steps(question), _CAUTION.get(question.route.code)
    if any(step.code in ("eligible", "join") and step.state is not StepState.CLOSED for step in found):
        caution = "accession_decided_by_provider"
    return Chain(
        route=question.route,
        steps=found,
        ask=about_steps(question, found),
        caution=caution,
    )
