"""The links of a chain in words, and whom to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from app.reuse.naming import Party, PartyKind
from app.reuse.obtaining.answer import Ask, Chain, ChainLink, StepState
from app.reuse.place import LARGE
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks, node_name
from app.web.shell.shown import Line
from app.web.shell.wording import _


def listed(name: str, codes: Iterable[str]) -> str:
    """Return values of a shared type ("state", "place_kind") in words, one after the other."""
    return ", ".join(sorted(services().schemas.label(name, code, current_language()) for code in codes))


def page_of(party: Party) -> str:
    """Return where to read more about a party: its record here, else its own address, else nothing.

    The record of another node that is not held here is read there.
    """
    record = SiteLinks().record(party.ref) if party.ref else None
    there = party.ref if party.ref and "://" in party.ref else ""
    return record.href if record else party.url or there


def according_to(origins: Iterable[str]) -> str:
    """Return on whose word something rests that other nodes say; empty where nobody else does."""
    others = dict.fromkeys(node_name(origin) for origin in origins if origin)
    return _("according to %(nodes)s", nodes=", ".join(others)) if others else ""


def name_of(party: Party) -> str:
    """Return the name of a party; titles of solutions are cut to the name in front of the colon."""
    if party.kind is PartyKind.PLACE and not party.name:
        return _("Your municipality")
    if party.kind is PartyKind.OPERATOR:
        return _("A service provider")
    if party.kind is PartyKind.LICENCE and not party.name:
        return _("Licence not documented")
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
    "maintained": lambda w: _("%(subject)s keeps %(object)s up.", **w),
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
    "access_not_described": lambda w: _(
        "No licence fees are charged. How your municipality gets access is not documented; %(subject)s can tell.", **w
    ),
    "status_unknown": lambda w: _("Whether the route is open today is not documented.", **w),
    "conditions_in_words": lambda w: _(
        "The source states the conditions in words only. Whether they fit is for %(object)s to say.", **w
    ),
    "licence_covers_a_part": lambda w: _("Only a part of the source code is under an open licence.", **w),
    "licence_unknown": lambda w: _("Under which licence the source code stands is not documented.", **w),
    "licence_not_open": lambda w: _("The licence is not an open one.", **w),
    "source_old": lambda w: _(
        "The source code was last shown there in %(date)s; whether it is kept up is not known.", **w
    ),
    "code_not_recorded": lambda w: _("Where the source code is published is not documented.", **w),
    "not_listed": lambda w: _("That %(subject)s lists %(object)s is not documented.", **w),
    "outside_states": lambda w: _("%(subject)s works in %(states)s, as far as documented.", **w),
    "outside_kinds": lambda w: _("%(subject)s works for: %(kinds)s, as far as documented.", **w),
    "no_source": lambda w: _("A source is missing for this: %(statement)s", **w),
    "no_date": lambda w: _("A date is missing for this: %(statement)s", **w),
}
_OWN_STEP: dict[str, Wording] = {
    "accession": lambda w: _("%(subject)s can apply to join %(object)s.", **w),
    "accession_in_words": lambda w: _("%(subject)s can apply to join %(object)s; it says whom it admits.", **w),
    "shown_long_ago": lambda w: _(
        "The source code was last shown there in %(date)s and is still kept up. Ask where it lies today.", **w
    ),
    "few_staff": lambda w: _(
        "With fewer than %(large)s inhabitants you rarely have people to run it. A service provider can.", **w
    ),
    "size_not_stated": lambda w: _(
        "Places with fewer than %(large)s inhabitants rarely have people to run it. A service provider can.",
        **w,
    ),
    "decided_by_procurement_office": lambda w: _(
        "Whether and by which procedure you may buy from %(object)s is decided by your procurement office.", **w
    ),
}
_CLOSED: dict[str, Wording] = {
    "status_withdrawn": lambda w: _("%(subject)s has withdrawn the offer.", **w),
    "outside_states": lambda w: _("This route is for %(states)s only.", **w),
    "outside_kinds": lambda w: _("This route is only for: %(kinds)s.", **w),
}


_WORDINGS = {StepState.CLOSED: _CLOSED, StepState.UNKNOWN: _OPEN, StepState.OWN: _OWN_STEP}


def sentence(step: ChainLink, chain: Chain) -> str:
    """Return what is known about a link; of one that does not hold, what is missing or what is against it."""
    if step.known:
        return _statement(step)
    wording = _WORDINGS[step.state].get(step.reason or "")
    return wording(_words(step, chain)) if wording else _statement(step)


def _statement(step: ChainLink) -> str:
    names = {"subject": name_of(step.subject), "object": name_of(step.object)}
    if step.code == "belongs_to":
        return _MEMBERSHIP.get(step.relation or "member", _MEMBERSHIP["member"])(names)
    wording = _STATEMENT.get(step.code)
    return wording(names) if wording else f"{names['subject']} → {names['object']}"


def _words(step: ChainLink, chain: Chain) -> Words:
    eligible = chain.route.eligible
    return {
        "subject": name_of(step.subject),
        "object": name_of(step.object),
        "statement": _statement(step),
        "states": listed("state", eligible.states),
        "kinds": listed("place_kind", eligible.kinds),
        "date": formats.day(step.as_of or formats.UNKNOWN),
        "large": formats.number(LARGE),
    }


_ROLES: dict[str, Callable[[], str]] = {
    "provider": lambda: _("offers the solution"),
    "named_provider": lambda: _("named as a possible provider; no offer is documented"),
    "code_holder": lambda: _("can tell about source code and licence"),
    "admits": lambda: _("decides whom it admits"),
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
    if ask.party:
        return name_of(ask.party)
    own = _OWN.get(ask.code)
    return own() if own else _("unknown")


def asked_lines(asks: Iterable[Ask]) -> tuple[Line, ...]:
    """Return whom to ask, each with the reason and where to find them."""
    return tuple(_line(ask) for ask in asks)


def caution(code: str | None) -> str:
    """Return what stays to be settled; empty where nothing does."""
    words = _CAUTIONS.get(code or "")
    return words() if words else ""


def _line(ask: Ask) -> Line:
    page = page_of(ask.party) if ask.party else ""
    role = _ROLES.get(ask.code) or (_OWN.get(ask.code) if ask.party else None)
    return Line(text=whom(ask), href=page, external=page.startswith("http"), notes=(role(),) if role else ())
