"""The links that each kind of route needs."""

from collections.abc import Callable, Iterable, Mapping

from app.reuse.front_matter import UNKNOWN, citations, group, word
from app.reuse.naming import Party, PartyKind
from app.reuse.obtaining.answer import ChainLink, claim, gap, own, verdict_of
from app.reuse.obtaining.question import Question

Steps = tuple[ChainLink, ...]
Rule = Callable[[Question], Steps]

HUBS: Mapping[str, tuple[str, ...]] = {
    "inhouse_govdigital": ("govdigital-marktplatz",),
    "efa_marketplace": ("govdigital-marktplatz", "fitko"),
}
"""Slugs of the bodies through which a route of this kind runs; belonging to one of them is enough.

The codes of these routes name the bodies, so their records must have these slugs at every node.
"""


def steps(question: Question) -> Steps:
    """Return the links from the place to the solution, or those that the record rules out."""
    found = question.closed() or _RULES.get(question.route.code, _by_conditions)(question)
    # A membership may be both the way to a route and its condition; list that link once.
    return tuple(dict.fromkeys(found))


def _open_source(question: Question) -> Steps:
    """With an open licence and the code, any place may run it, without any membership.

    A place that is not known to be large has to find somebody to run it. If the code was last seen years ago, but a
    recent source names its maintainer, asking for the present code is a step of the place.
    """
    solution, route = question.solution, question.route
    repository = group(solution, "repository")
    licence_name = word(solution, "software_license")
    licence = Party(kind=PartyKind.LICENCE, key=licence_name, name="" if licence_name == UNKNOWN else licence_name)
    url = repository.get("url") or route.listing_url
    where = citations(solution, repository.get("sources", ())) if repository.get("url") else route.sources
    there = question.saying_of(where)
    free = claim("licence_open", question.place.party, licence, question.saying, _licence_doubt(question))
    if not url:
        # Without an address the code cannot be found.
        lost = claim("code_published", licence, question.target, there, "code_not_recorded")
        return (free, lost, *_operator(question))
    code = Party(kind=PartyKind.CODE, key=url, name=url, url=url)
    aged = question.is_old(there)
    upkeep = question.upkeep if aged else ()
    doubt = question.status_doubt or ("source_old" if aged and not upkeep else None)
    return (
        free,
        own("code_published", licence, code, "shown_long_ago", there)
        if upkeep and not doubt
        else claim("code_published", licence, code, there, doubt),
        claim("contains", code, question.target, question.saying),
        *upkeep,
        *_operator(question),
    )


def _operator(question: Question) -> Steps:
    place = question.place
    if place.is_large:
        return ()
    reason = "size_not_stated" if place.population is None else "few_staff"
    return (own("operate", place.party, Party(kind=PartyKind.OPERATOR, key="", name=""), reason),)


def _licence_doubt(question: Question) -> str | None:
    openness = word(question.solution, "openness")
    if openness == "open_core":
        return "licence_covers_a_part"
    if openness != "open_source" or word(question.solution, "software_license") == UNKNOWN:
        return "licence_unknown" if openness in ("open_source", UNKNOWN) else "licence_not_open"
    return None


def _from_provider(question: Question) -> Steps:
    """A public provider delivers to its members, directly or through another provider."""
    way = question.belonging.steps_to(question.route.provider)
    return (*way, *_demanded(question), *question.served_by(question.provider), question.offers())


def _over_hub(question: Question) -> Steps:
    """The place, mostly through its provider, and the provider of the solution belong to the same body."""
    network, ways = question.network, []
    for slug in HUBS[question.route.code]:
        # As described by the solution's own node, otherwise by us, otherwise by other believed nodes.
        for hub in network.called_everywhere(slug, question.solution.origin) or (network.mentioned(slug),):
            recorded = hub.key in network.organisations
            lost = () if recorded else (gap("belongs_to", question.place.party, hub, "body_not_recorded"),)
            way = (*question.belonging.steps_to(hub), *lost, *_demanded(question), *question.served_by(hub))
            # Only the route among members requires the provider of the solution to be a member, too.
            demanded = question.route.code == "inhouse_govdigital" and question.provider.key != hub.key
            seller = (question.belonging.member_step(question.provider, hub),) if demanded else ()
            ways.append((*way, *seller, question.offers()))
    return _best(ways)


def _demanded(question: Question) -> Steps:
    """The membership that the route requires in addition to its kind, if any."""
    return _best([question.belonging.steps_to(body) for body in question.named_memberships()])


def _by_conditions(question: Question) -> Steps:
    """Open to places that meet the stated conditions, or belong to a required body, or else to the provider."""
    return _open_to(question, question.eligible())


def _partnership(question: Question) -> Steps:
    """Open to partners, and if no other membership is required, to places that can become one."""
    offer = question.offers()
    if offer.reason == "access_not_described" and not question.named_memberships():
        return (*question.served_by(question.provider), offer)
    return _open_to(question, question.joining())


def _open_to(question: Question, others: ChainLink) -> Steps:
    """Open to members; if no membership is required, also to other places, by the link `others`."""
    last = (*question.served_by(question.provider), question.offers())
    demanded = question.named_memberships()
    ways = [question.belonging.steps_to(body, direct=True) for body in demanded or (question.route.provider,)]
    return _best([*([] if demanded else [(others, *last)]), *((*way, *last) for way in ways)])


def _listed(question: Question) -> Steps:
    """The portal's conditions apply, and the portal lists the solution."""
    dvc = group(question.solution, "dvc")
    doubt = None if dvc.get("status") == "listed" else "not_listed"
    sources = citations(question.solution, dvc.get("sources", ()))
    saying = question.saying_with(dvc.get("as_of", UNKNOWN), sources)
    entry = claim("listed", question.provider, question.target, saying, doubt)
    return (*_by_conditions(question), entry)


def _market(question: Question) -> Steps:
    """Somebody sells it. Each procurement decides whether and how the place may buy, so it is never a yes."""
    award = own("award", question.place.party, question.provider, "decided_by_procurement_office")
    return (question.offers(), award)


def _best(candidates: Iterable[Steps]) -> Steps:
    """Return the chain with the most hope and the fewest doubts, the first of equals; empty if there is none."""
    return min(
        candidates,
        key=lambda found: (-verdict_of(found).hope, sum(not step.known for step in found)),
        default=(),
    )


_RULES: Mapping[str, Rule] = {
    "self_host_oss": _open_source,
    "inhouse_municipal_it": _from_provider,
    "inhouse_govdigital": _over_hub,
    "efa_marketplace": _over_hub,
    "public_cooperation": _partnership,
    "fit_store": _by_conditions,
    "dvc_portal": _listed,
    "tender": _market,
    "direct_award": _market,
}
