"""Whom to ask about what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.records.record import Record
from app.reuse.front_matter import group
from app.reuse.naming import Naming, Party, PartyKind
from app.reuse.obtaining.answer import Ask
from app.reuse.obtaining.question import Question
from app.reuse.obtaining.step import ChainLink

_OVER_PROVIDERS = frozenset({"inhouse_municipal_it", "inhouse_govdigital", "efa_marketplace"})


def about_steps(question: Question, steps: Iterable[ChainLink]) -> tuple[Ask, ...]:
    """Return whom to ask about the links that do not hold, each once: first whether there is an offer at all."""
    open_ones = sorted((step for step in steps if not step.known), key=lambda step: not step.lacks_offer)
    return unique(ask for step in open_ones for ask in _about(question, step))


def about_solution(solution: Record, naming: Naming) -> tuple[Ask, ...]:
    """Return who answers for the solution as a whole: its owner, and the places that published it."""
    owner = group(solution, "product_owner")
    leads = (place.name for place in solution.municipalities if place.role == "lead")
    owners = (Ask(code="product_owner", party=naming.organisation(owner)),) if owner else ()
    places = (Ask(code="publisher", party=Party(kind=PartyKind.PLACE, key=name, name=name)) for name in leads)
    return (*owners, *places)


def unique(asks: Iterable[Ask]) -> tuple[Ask, ...]:
    """Return each party only once, in the role and order of the first time; "Stadt Ulm" is the place Ulm, too."""
    found: dict[str, Ask] = {}
    for ask in asks:
        found.setdefault(_called(ask.party) if ask.party else ask.code, ask)
    return tuple(found.values())


def _called(party: Party) -> str:
    return " ".join(party.name.casefold().split()).removeprefix("stadt ").removeprefix("gemeinde ") or party.key


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
    """Who is named for a route offers the solution only where a source says so."""
    if question.route.code == "self_host_oss":
        code = "code_holder"
    else:
        offer = question.offers()
        code = "provider" if offer.known or offer.reason == "access_not_described" else "named_provider"
    return Ask(code=code, party=_with_address(question))


def _own_providers(question: Question) -> Iterator[Ask]:
    """The providers that the place belongs to, by name; where none is known it still knows its own."""
    known = question.belonging.carriers()
    yield from (Ask(code="own_it_provider", party=party) for party in known)
    if not known:
        yield Ask(code="own_it_provider")


def _in_state(question: Question) -> Iterator[Ask]:
    """The place's own provider may not be recorded; those active in its state are the ones to try."""
    for found in question.network.providers_in(question.place.state):
        yield Ask(code="provider_in_state", party=found.party)


def _with_address(question: Question) -> Party:
    given, known = question.route.provider, question.provider
    return Party(kind=known.kind, key=known.key, name=known.name, ref=known.ref, url=known.url or given.url)
