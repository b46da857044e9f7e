"""The links of a chain, from a place to a solution, in words, and whom to ask about them."""

from collections.abc import Iterable

from app.reuse.naming import Party, PartyKind
from app.reuse.obtaining.answer import Ask, Chain, ChainLink, StepState
from app.reuse.place import LARGE
from app.shared.wording import N_
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks, node_name
from app.web.shell.shown import Line
from app.web.shell.wording import _


def listed(name: str, codes: Iterable[str]) -> str:
    """Return a comma-separated list of labels for codes of a shared type ("state", "place_kind")."""
    return ", ".join(sorted(services().schemas.label(name, code, current_language()) for code in codes))


def page_of(party: Party) -> str:
    """Return the address of a party's record here, else of its website, else of its record at another node."""
    record = SiteLinks().record(party.ref) if party.ref else None
    there = party.ref if party.ref and "://" in party.ref else ""
    return record.href if record else party.url or there


def according_to(origins: Iterable[str]) -> str:
    """Return which other nodes state something; "" if only this node does."""
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
    """Return the part of a title before the colon; the whole title if it has none."""
    return title.partition(": ")[0]


_MEMBERSHIP: dict[str, str] = {
    "member": N_("%(subject)s is a member of %(object)s."),
    "owner": N_("%(subject)s is one of the owners of %(object)s."),
    "founder": N_("%(subject)s is one of the founders of %(object)s."),
}
_STATEMENT: dict[str, str] = {
    "offers": N_("%(subject)s offers %(object)s."),
    "eligible": N_("%(subject)s meets the conditions of %(object)s."),
    "licence_open": N_("%(subject)s may use the source code: it is under an open licence (%(object)s)."),
    "code_published": N_("The source code is published: %(object)s."),
    "contains": N_("%(object)s is found there."),
    "maintained": N_("%(subject)s keeps %(object)s up."),
    "serves": N_("%(subject)s works for %(object)s."),
    "listed": N_("%(subject)s lists %(object)s."),
}
_OPEN: dict[str, str] = {
    "membership_not_recorded": N_("Whether %(subject)s belongs to %(object)s is not documented here."),
    "body_not_recorded": N_("There is no entry on %(object)s here."),
    "provider_not_recorded": N_("No entry on %(subject)s counts here any more, so the offer is not certain."),
    "status_pilot": N_("Whether the route is open to everybody by now is not known."),
    "status_planned": N_("Whether the route is open by now is not known."),
    "access_not_described": N_(
        "No licence fees are charged. How your municipality gets access is not documented; %(subject)s can tell."
    ),
    "status_unknown": N_("Whether the route is open today is not documented."),
    "conditions_in_words": N_(
        "The source states the conditions in words only. Whether they fit is for %(object)s to say."
    ),
    "licence_covers_a_part": N_("Only a part of the source code is under an open licence."),
    "licence_unknown": N_("Under which licence the source code stands is not documented."),
    "licence_not_open": N_("The licence is not an open one."),
    "source_old": N_("The source code was last shown there in %(date)s; whether it is kept up is not known."),
    "code_not_recorded": N_("Where the source code is published is not documented."),
    "not_listed": N_("That %(subject)s lists %(object)s is not documented."),
    "outside_states": N_("%(subject)s works in %(states)s, as far as documented."),
    "outside_kinds": N_("%(subject)s works for: %(kinds)s, as far as documented."),
    "no_source": N_("A source is missing for this: %(statement)s"),
    "no_date": N_("A date is missing for this: %(statement)s"),
}
_OWN_STEP: dict[str, str] = {
    "accession": N_("%(subject)s can apply to join %(object)s."),
    "accession_in_words": N_("%(subject)s can apply to join %(object)s; it says whom it admits."),
    "shown_long_ago": N_(
        "The source code was last shown there in %(date)s and is still kept up. Ask where it lies today."
    ),
    "few_staff": N_("With fewer than %(large)s inhabitants you rarely have people to run it. A service provider can."),
    "size_not_stated": N_(
        "Places with fewer than %(large)s inhabitants rarely have people to run it. A service provider can."
    ),
    "decided_by_procurement_office": N_(
        "Whether and by which procedure you may buy from %(object)s is decided by your procurement office."
    ),
}
_CLOSED: dict[str, str] = {
    "status_withdrawn": N_("%(subject)s has withdrawn the offer."),
    "outside_states": N_("This route is for %(states)s only."),
    "outside_kinds": N_("This route is only for: %(kinds)s."),
}


_WORDINGS = {StepState.CLOSED: _CLOSED, StepState.UNKNOWN: _OPEN, StepState.OWN: _OWN_STEP}


def sentence(step: ChainLink, chain: Chain) -> str:
    """Return what is known about a link; if it does not hold, what is missing or rules it out."""
    if step.known:
        return _statement(step)
    wording = _WORDINGS[step.state].get(step.reason or "")
    return _(wording, **_words(step, chain)) if wording else _statement(step)


def _statement(step: ChainLink) -> str:
    names = {"subject": name_of(step.subject), "object": name_of(step.object)}
    if step.code == "belongs_to":
        relation = step.relation or "member"
        return _(_MEMBERSHIP[relation], **names)
    wording = _STATEMENT.get(step.code)
    return _(wording, **names) if wording else f"{names['subject']} → {names['object']}"


def _words(step: ChainLink, chain: Chain) -> dict[str, str]:
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


_ROLES: dict[str, str] = {
    "provider": N_("offers the solution"),
    "named_provider": N_("named as a possible provider; no offer is documented"),
    "code_holder": N_("can tell about source code and licence"),
    "admits": N_("decides whom it admits"),
    "body": N_("knows its members"),
    "provider_in_state": N_("IT provider in your state"),
    "product_owner": N_("answers for the product"),
    "publisher": N_("published the solution"),
}
_OWN: dict[str, str] = {
    "own_it_provider": N_("Your own IT provider"),
    "own_procurement_office": N_("Your procurement office"),
}
_CAUTIONS: dict[str, str] = {
    "own_operation": N_("You run it yourselves or let somebody run it; that takes people and money."),
    "procedure_decided_by_procurement_office": N_("Your procurement office decides on the procedure."),
    "in_house_relation_checked_each_time": N_(
        "Whether the order may be placed in-house is checked for each single case."
    ),
    "accession_decided_by_provider": N_("Whom it admits is decided by the provider."),
}


def whom(ask: Ask) -> str:
    """Return the name of whom to ask."""
    return name_of(ask.party) if ask.party else _(_OWN.get(ask.code, N_("unknown")))


def asked_lines(asks: Iterable[Ask]) -> tuple[Line, ...]:
    """Return whom to ask, each with the reason and where to find them."""
    lines = []
    for ask in asks:
        page = page_of(ask.party) if ask.party else ""
        role = _ROLES.get(ask.code) or (_OWN.get(ask.code) if ask.party else None)
        notes = (_(role),) if role else ()
        lines.append(Line(text=whom(ask), href=page, external=page.startswith("http"), notes=notes))
    return tuple(lines)


def caution(code: str | None) -> str:
    """Return what remains to be settled; "" if nothing does."""
    return _(_CAUTIONS[code]) if code else ""
