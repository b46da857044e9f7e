# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a place can obtain a solution, in words: links of a chain, whom to ask, and the answer in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from app.content.schema import SchemaSet
from app.kickoff.offers import SOLUTION
from app.kickoff.ranking import fit_of
from app.reuse import Answer, Ask, Chain, Party, PartyKind, Step, StepState, Verdict
from app.search.port import SearchHit
from app.web.records.fields import Links
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks
from app.web.shell.nodes import node_name
from app.web.shell.shown import Line, Link
from app.web.shell.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Words codes by the labels of the schemas and finds the pages of parties; `node` names a node by its origin."""

    schemas: SchemaSet
    lang: str
    links: Links
    node: Callable[[str], str]

    def route(self, code: str) -> str:
        """Return the name of a reuse route."""
        field = self.schemas.kind("solution").field("reuse_routes")
        part = field.part("route") if field else None
        return part.value_label(code, self.lang) if part else code

    def states(self, codes: Iterable[str]) -> str:
        """Return the names of states, one after the other."""
        return ", ".join(sorted(self.schemas.label("state", code, self.lang) for code in codes))

    def kinds(self, codes: Iterable[str]) -> str:
        """Return the names of kinds of place, one after the other."""
        return ", ".join(sorted(self.schemas.label("place_kind", code, self.lang) for code in codes))

    def page(self, party: Party) -> Link | None:
        """Return where to read more about a party: its record here, else its own address, else nothing.

        The record of another node that is not held here is read there.
        """
        record = self.links.record(party.ref) if party.ref else None
        there = party.ref if party.ref and "://" in party.ref else None
        href = record.href if record else party.url or there
        return Link(label=name_of(party), href=href) if href else None

    def according_to(self, origins: Iterable[str]) -> str:
        """Return on whose word something rests that other nodes say; empty where nobody else does."""
        others = dict.fromkeys(self.node(origin) for origin in origins if origin)
        return _("according to %(nodes)s", nodes=", ".join(others)) if others else ""


def name_of(party: Party) -> str:
    """Return the name of a party; titles of solutions are cut to the name in front of the colon."""
    if party.kind is PartyKind.PLACE and not party.name:
        return _("Your municipality")
    if party.kind is PartyKind.SOLUTION:
        return short_title(party.name)
    return party.name or _("unknown")


def short_title(title: str) -> str:
    """Return the name in front of the colon of a title, the whole title where it has none."""
    return title.partition(": ")[0]


Words = Mapping[str, str]
Wording = Callable[[Words], str]

_MEMBERSHIP: dict[str, Wording] = {
    "member": lambda w: _("%(subject)s is a member of %(object)s.", **w),
    "owner": lambda w: _("%(subject)s is one of the owners of %(object)s.", **w),
    "founder": lambda w: _("%(subject)s is one of the founders of %(object)s.", **w),
}
_STATEMENT: dict[str, Wording] = {
    "offers": lambda w: _("%(subject)s offers %(object)s.", **w),
    "eligible": lambda w: _("%(subject)s meets the conditions of %(object)s.", **w),
    "licence_open": lambda w: _("%(subject)s may use the source code: it is under an open licence (%(object)s).", **w),
    "code_published": lambda w: _("The source code is published: %(object)s.", **w),
    "contains": lambda w: _("%(object)s is found there.", **w),
    "serves": lambda w: _("%(subject)s works for %(object)s.", **w),
    "listed": lambda w: _("%(subject)s lists %(object)s.", **w),
}
_OPEN: dict[str, Wording] = {
    "membership_not_recorded": lambda w: _("Whether %(subject)s belongs to %(object)s is not documented here.", **w),
    "body_not_recorded": lambda w: _("There is no entry on %(object)s here.", **w),
    "provider_not_recorded": lambda w: _(
        "No entry on %(subject)s counts here any more, so the offer is not certain.", **w
    ),
    "status_pilot": lambda w: _("Whether the route is open to everybody by now is not known.", **w),
    "status_planned": lambda w: _("Whether the route is open by now is not known.", **w),
    "status_unknown": lambda w: _("Whether the route is open today is not documented.", **w),
    "conditions_in_words": lambda w: _(
        "The source states the conditions in words only. Whether they fit is for %(object)s to say.", **w
    ),
    "licence_covers_a_part": lambda w: _("Only a part of the source code is under an open licence.", **w),
    "licence_unknown": lambda w: _("Under which licence the source code stands is not documented.", **w),
    "licence_not_open": lambda w: _("The licence is not an open one.", **w),
    "code_not_recorded": lambda w: _("Where the source code is published is not documented.", **w),
    "not_listed": lambda w: _("That %(subject)s lists %(object)s is not documented.", **w),
    "decided_by_procurement_office": lambda w: _(
        "Whether and by which procedure you may buy from %(object)s is decided by your procurement office.", **w
    ),
    "outside_states": lambda w: _("%(subject)s works in %(states)s, as far as documented.", **w),
    "outside_kinds": lambda w: _("%(subject)s works for: %(kinds)s, as far as documented.", **w),
    "no_source": lambda w: _("A source is missing for this: %(statement)s", **w),
    "no_date": lambda w: _("A date is missing for this: %(statement)s", **w),
}
_CLOSED: dict[str, Wording] = {
    "status_withdrawn": lambda w: _("%(subject)s has withdrawn the offer.", **w),
    "outside_states": lambda w: _("This route is for %(states)s only.", **w),
    "outside_kinds": lambda w: _("This route is only for: %(kinds)s.", **w),
}


def sentence(step: Step, chain: Chain, names: Names) -> str:
    """Return what is known about a link; of one that does not hold, what is missing or what is against it."""
    if step.known:
        return _statement(step)
    wording = (_CLOSED if step.state is StepState.CLOSED else _OPEN).get(step.reason or "")
    return wording(_words(step, chain, names)) if wording else _statement(step)


def _statement(step: Step) -> str:
    names = {"subject": name_of(step.subject), "object": name_of(step.object)}
    if step.code == "belongs_to":
        return _MEMBERSHIP.get(step.relation or "member", _MEMBERSHIP["member"])(names)
    wording = _STATEMENT.get(step.code)
    return wording(names) if wording else f"{names['subject']} → {names['object']}"


def _words(step: Step, chain: Chain, names: Names) -> Words:
    eligible = chain.route.eligible
    return {
        "subject": name_of(step.subject),
        "object": name_of(step.object),
        "statement": _statement(step),
        "states": names.states(eligible.states),
        "kinds": names.kinds(eligible.kinds),
    }


_ROLES: dict[str, Callable[[], str]] = {
    "provider": lambda: _("offers the solution"),
    "body": lambda: _("knows its members"),
    "provider_in_state": lambda: _("IT provider in your state"),
    "product_owner": lambda: _("answers for the product"),
    "publisher": lambda: _("published the solution"),
}
_OWN: dict[str, Callable[[], str]] = {
    "own_it_provider": lambda: _("Your own IT provider"),
    "own_procurement_office": lambda: _("Your procurement office"),
}
_CAUTIONS: dict[str, Callable[[], str]] = {
    "own_operation": lambda: _("You run it yourselves or let somebody run it; that takes people and money."),
    "procedure_decided_by_procurement_office": lambda: _("Your procurement office decides on the procedure."),
    "in_house_relation_checked_each_time": lambda: _(
        "Whether the order may be placed in-house is checked for each single case."
    ),
    "accession_decided_by_provider": lambda: _("Whom it admits is decided by the provider."),
}


def whom(ask: Ask) -> str:
    """Return the name of whom to ask."""
    own = _OWN.get(ask.code)
    if own:
        return own()
    return name_of(ask.party) if ask.party else _("unknown")


def asked_lines(asks: Iterable[Ask], names: Names) -> tuple[Line, ...]:
    """Return whom to ask, each with the reason and where to find them."""
    return tuple(_line(ask, names) for ask in asks)


def caution(code: str | None) -> str:
    """Return what stays to be settled; empty where nothing does."""
    words = _CAUTIONS.get(code or "")
    return words() if words else ""


def _line(ask: Ask, names: Names) -> Line:
    page = names.page(ask.party) if ask.party else None
    role = _ROLES.get(ask.code)
    return Line(
        text=whom(ask),
        href=page.href if page else "",
        external=bool(page and page.href.startswith("http")),
        notes=(role(),) if role else (),
    )


_LEAD: Mapping[str, Callable[[str, str], str]] = {
    "available": lambda way, date: _("Known: %(way)s, as of %(date)s.", way=way, date=date),
    "pilot": lambda way, date: _("In a pilot phase: %(way)s, as of %(date)s.", way=way, date=date),
    "planned": lambda way, date: _("Planned: %(way)s, as of %(date)s.", way=way, date=date),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ObtainableLine:
    """`verdict` is yes, unknown or no; `solution` names what is obtained where the hit itself is none."""

    verdict: str
    text: str
    solution: str = ""


def obtainable_line(answer: Answer, names: Names, solution: str = "") -> ObtainableLine:
    """Return the answer for a place in one line that leads with what is known."""
    text = _yes(answer, names) if answer.verdict is Verdict.YES else _no_yes(answer, names)
    return ObtainableLine(
        verdict=answer.verdict, text=" ".join([text, *_others(answer, names)]), solution=short_title(solution)
    )


def _others(answer: Answer, names: Names) -> list[str]:
    """Say which memberships are known from other nodes; where the solution comes from stands at the hit anyway."""
    steps = answer.best.steps if answer.best else ()
    by = names.according_to(step.origin for step in steps if step.code == "belongs_to")
    return [_("Memberships %(according_to)s.", according_to=by)] if by else []


def _yes(answer: Answer, names: Names) -> str:
    chain = answer.best
    if chain is None:
        return ""
    return _("Yes: %(way)s, as of %(date)s.", way=way(chain, names), date=as_of(chain))


def _no_yes(answer: Answer, names: Names) -> str:
    chain = answer.best
    first = next(iter(chain.ask if chain else answer.ask), None) or next(iter(answer.ask), None)
    asking = [_("Ask: %(name)s.", name=whom(first))] if first else []
    if chain is None:
        return " ".join([_("No route is documented yet."), *asking])
    missing = [sentence(chain.missing, chain, names)] if chain.missing else []
    if answer.verdict is Verdict.NO:
        return " ".join([_("Not on the routes that are documented here."), *missing, *asking])
    return " ".join([lead(chain, names), *missing, *asking])


def lead(chain: Chain, names: Names) -> str:
    """Return what is known about a route whose chain has a gap."""
    words = _LEAD.get(chain.route.status)
    described = way(chain, names)
    if words:
        return words(described, as_of(chain))
    return _("Named in a source: %(way)s, as of %(date)s.", way=described, date=as_of(chain))


def way(chain: Chain, names: Names) -> str:
    """Return a route and who offers it, and in which states where it is not for all."""
    route = names.route(chain.route.code)
    if chain.route.code == "self_host_oss":
        return route
    provider = chain.route.provider.name
    if not chain.route.eligible.states:
        return _("%(route)s, %(provider)s", route=route, provider=provider)
    states = names.states(chain.route.eligible.states)
    return _("%(route)s, %(provider)s (%(states)s)", route=route, provider=provider, states=states)


def as_of(chain: Chain) -> str:
    """Return the date that a chain is as old as; that of its route where no link has one."""
    return formats.day(chain.oldest or chain.route.checked)


def names() -> Names:
    """Return what names routes, places, parties and nodes in the interface's language."""
    return Names(schemas=services().schemas, lang=current_language(), links=SiteLinks(), node=node_name)


def obtainable_lines(hit: SearchHit) -> tuple[ObtainableLine, ...]:
    """Return one line for each solution that a hit offers; none where the asker named no place."""
    itself = hit.kind == SOLUTION
    return tuple(
        obtainable_line(offer.answer, names(), "" if itself else offer.title)
        for offer in fit_of(hit).offers
        if offer.answer is not None
    )
