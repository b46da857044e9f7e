"""The answer for a place in words: in a sentence, in one line, and for each route with its legal basis."""

from collections.abc import Mapping, Sequence

from app.reuse.obtaining.answer import Answer, Chain, StepState, Verdict
from app.reuse.place import LARGE
from app.shared.wording import N_
from app.web.reuse.answer import according_to, listed, name_of, sentence, whom
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.wording import _, ngettext

_LEGAL: Mapping[str, str] = {
    "inhouse_municipal_it": N_(
        "In-house award under section 108 (1) to (5) GWB: from a body that your municipality controls, alone or with "
        "others, like an office of its own."
    ),
    "inhouse_govdigital": N_(
        "In-house award under section 108 (4) and (5) GWB: over a body that public bodies control together."
    ),
    "efa_marketplace": N_("Supply among public bodies under section 108 GWB, without a tender."),
    "fit_store": N_("Supply among public bodies under section 108 GWB, without a tender."),
    "dvc_portal": N_(
        "In-house award under section 108 GWB where you have a share in the provider, otherwise a purchase."
    ),
    "public_cooperation": N_(
        "Cooperation of public bodies under section 108 (6) GWB: several fulfil a public task together."
    ),
    "tender": N_("Purchase on the market: section 108 GWB does not apply, it goes by an award procedure."),
    "direct_award": N_(
        "Purchase on the market: section 108 GWB does not apply, a direct award only below the limit of your state."
    ),
    "self_host_oss": N_(
        "Use under an open licence: nothing is bought, so section 108 GWB is not needed. An order to a service "
        "provider is a purchase."
    ),
}


_PARAGRAPHS: Mapping[str, str] = {
    "inhouse_municipal_it": N_("in-house award (section 108 (1) to (5) GWB)"),
    "inhouse_govdigital": N_("in-house award (section 108 (4) and (5) GWB)"),
    "efa_marketplace": N_("supply among public bodies (section 108 GWB)"),
    "fit_store": N_("supply among public bodies (section 108 GWB)"),
    "dvc_portal": N_("supply among public bodies where you have a share, else a purchase (section 108 GWB)"),
    "public_cooperation": N_("cooperation of public bodies (section 108 (6) GWB)"),
    "tender": N_("purchase, not section 108 GWB"),
    "direct_award": N_("purchase, not section 108 GWB"),
}


def legal(chain: Chain) -> str:
    """Return the legal rule that may apply to a route; "" for an unknown kind of route."""
    words = _LEGAL.get(chain.route.code)
    return _(words) if words else ""


def paragraph(chain: Chain) -> str:
    """Return the same rule in a few words; "" if none is needed or known."""
    words = _PARAGRAPHS.get(chain.route.code)
    return _("How this site reads the law: %(rule)s.", rule=_(words)) if words else ""


def route_name(code: str) -> str:
    """Return the name of a reuse route."""
    field = services().schemas.kind("solution").field("reuse_routes")
    part = field.part("route") if field else None
    return part.value_label(code, current_language()) if part else code


def headline(answer: Answer, place: str) -> str:
    """Return the answer for a place in one sentence."""
    chain = answer.best
    if chain is None or answer.verdict is Verdict.UNDOCUMENTED:
        return _("%(place)s: no documented way at present", place=place)
    if answer.verdict is Verdict.YES:
        if any(step.stated for step in chain.steps):
            return _("%(place)s: yes, if what you state holds", place=place)
        return _("%(place)s: yes, there is a documented route", place=place)
    if answer.verdict is Verdict.POSSIBLE:
        return f"{place}: {verdict_words(answer)}"
    if answer.verdict is Verdict.UNKNOWN:
        return ngettext(
            "%(place)s: still open, one thing is not documented",
            "%(place)s: still open, %(num)s things are not documented",
            sum(step.state is StepState.UNKNOWN for step in chain.steps),
            place=place,
        )
    return _("%(place)s: not on the routes documented here", place=place)


_OWN_STEPS: Mapping[str, str] = {
    "join": N_("possible, you can ask to be admitted"),
    "award": N_("possible by purchase"),
    "operate": N_("possible with a service provider"),
    "code_published": N_("possible, ask for the present source code"),
}
_OTHER_STEPS: Mapping[str, str] = {
    "join": N_("by joining"),
    "award": N_("by purchase"),
    "operate": N_("with a service provider that runs the open code"),
    "code_published": N_("with the present source code, for which you ask"),
}


def _possible(steps: Sequence[str]) -> str:
    """Return what is possible by the asker's own steps, the best first."""
    if not steps:
        return _("possible")
    said = _(_OWN_STEPS[steps[0]])
    for code in steps[1:]:
        said = _("%(said)s; also %(other)s", said=said, other=_(_OTHER_STEPS[code]))
    return said


def verdict_words(answer: Answer) -> str:
    """Return the answer in a few words, for pages, cards and comparisons."""
    if answer.best is None:
        return _("no documented way at present")
    return _possible(answer.own_steps) if answer.verdict is Verdict.POSSIBLE else verdict_word(answer.best)


def verdict_word(chain: Chain) -> str:
    """Return the verdict on one route in a few words."""
    if chain.verdict is Verdict.POSSIBLE:
        return _possible([chain.own_step.code] if chain.own_step else [])
    is_old = chain.missing is not None and chain.missing.reason == "source_old"
    return {
        Verdict.YES: _("yes"),
        Verdict.UNKNOWN: _("open"),
        Verdict.UNDOCUMENTED: _("only an old source") if is_old else _("no offer documented"),
        Verdict.NO: _("no"),
    }[chain.verdict]


def admits(chain: Chain) -> str:
    """Return in the record's words whom a partnership admits; "" for routes without joining."""
    joining = any(step.code == "join" for step in chain.steps)
    return chain.route.eligible.note or "" if joining else ""


_LEAD: Mapping[str, str] = {
    "available": N_("Known: %(way)s, %(dated)s."),
    "pilot": N_("In a pilot phase: %(way)s, %(dated)s."),
    "planned": N_("Planned: %(way)s, %(dated)s."),
}


def obtainable_line(answer: Answer) -> str:
    """Return the answer for a place in one line, with legal basis, date and source."""
    chain = answer.best
    if chain is None:
        return " ".join([without_tender(answer), *_asking(answer)])
    if answer.verdict in (Verdict.YES, Verdict.POSSIBLE):
        said = _capital(verdict_words(answer))
        text = [_("%(said)s: %(way)s, %(dated)s.", said=said, way=way(chain), dated=sourced(chain))]
    else:
        closed = answer.verdict is Verdict.NO
        before = _("Not on the routes that are documented here.") if closed else lead(chain)
        text = [before, *_what_is_missing(chain), *_asking(answer)]
    return " ".join(filter(None, [without_tender(answer), *text, *_others(answer), paragraph(chain)]))


MAX_WORDS = 12
"""Words of a brief answer."""


def obtainable_brief(answer: Answer) -> str:
    """Return the answer for a place in at most MAX_WORDS: what is possible, from whom, as of when, or whom to ask."""
    chain = answer.best
    if chain is None or answer.verdict is Verdict.UNDOCUMENTED:
        first, *more = without_tender(answer), *_asking(answer)
        return _brief([" ".join([first, *more]), first])
    named = [_("%(way)s, %(dated)s", way=known, dated=as_of(chain)) for known in (way(chain), _offered_by(chain))]
    said = [_capital(words) for words in (verdict_words(answer), verdict_word(chain))]
    told = [_("%(said)s: %(way)s.", said=words, way=one) for words in said for one in (*named, _offered_by(chain))]
    return _brief([*told, f"{said[-1]}."])


def _brief(versions: Sequence[str]) -> str:
    """Return the first version that is short enough, else the last."""
    return next((one for one in versions if len(one.split()) <= MAX_WORDS), versions[-1])


def _offered_by(chain: Chain) -> str:
    return way(chain) if chain.route.code == "self_host_oss" else chain.route.provider.name


def answer_lead(answer: Answer) -> str:
    """Return what is known, and the first open question."""
    chain = answer.best
    if chain is None:
        return " ".join([without_tender(answer), _("Nobody has written down yet how others obtain this solution.")])
    return " ".join([without_tender(answer), lead(chain), *_what_is_missing(chain)])


def _what_is_missing(chain: Chain) -> list[str]:
    """Return the first doubt, except who would run it, which the sentence about the tender says."""
    return [sentence(chain.missing, chain)] if chain.missing and chain.missing.code != "operate" else []


def _asking(answer: Answer) -> list[str]:
    chain = answer.best
    first = next(iter(chain.ask if chain else answer.ask), None) or next(iter(answer.ask), None)
    return [_("Ask: %(name)s.", name=whom(first))] if first else []


def _others(answer: Answer) -> list[str]:
    """Return which nodes state the memberships; the hit itself names the origin of the solution."""
    steps = answer.best.steps if answer.best else ()
    by = according_to(step.origin for step in steps if step.code == "belongs_to")
    return [_("Memberships %(according_to)s.", according_to=by)] if by else []


def lead(chain: Chain) -> str:
    """Return what is known about a route."""
    words = _LEAD.get(chain.route.status, N_("Named in a source: %(way)s, %(dated)s."))
    return _(words, way=way(chain), dated=sourced(chain))


def way(chain: Chain) -> str:
    """Return a route and its provider, with the states if it is limited to some."""
    route, provider = route_name(chain.route.code), chain.route.provider.name
    if chain.route.code == "self_host_oss":
        return route
    if not chain.route.eligible.states:
        return _("%(route)s, %(provider)s", route=route, provider=provider)
    states = listed("state", chain.route.eligible.states)
    return _("%(route)s, %(provider)s (%(states)s)", route=route, provider=provider, states=states)


def as_of(chain: Chain) -> str:
    """Return the date of the oldest source of a chain, not that of the last check."""
    return dated(chain.oldest or formats.UNKNOWN)


def sourced(chain: Chain) -> str:
    """Return the date of the oldest source of a chain, with its publisher."""
    source = chain.oldest_source
    if source is None:
        return as_of(chain)
    return _("%(dated)s (source: %(publisher)s)", dated=as_of(chain), publisher=source.publisher)


def dated(day: str) -> str:
    """Return the date of a source in words."""
    return _("source without a date") if day == formats.UNKNOWN else _("as of %(date)s", date=formats.day(day))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def without_tender(answer: Answer) -> str:
    """Return in one sentence whether there is a route without a purchase, and on what it depends."""
    best = answer.without_purchase
    if best is None:
        return _("Without a tender: no documented way at present.")
    if best.verdict is Verdict.UNKNOWN:
        return _("Without a tender: still open, because something is not documented.")
    if best.own_step is not None and best.own_step.code == "operate":
        return _(
            "Without a tender: only with people of your own. Below %(large)s inhabitants open software is mostly run "
            "by a service provider, which is an order; larger places run it themselves.",
            large=formats.number(LARGE),
        )
    if best.own_step is None:
        condition = _("what you state holds") if any(step.stated for step in best.steps) else ""
    elif best.own_step.code == "code_published":
        condition = _("you get the present source code")
    else:
        condition = _("%(provider)s admits you", provider=name_of(best.own_step.object))
    if condition:
        return _("Without a tender: possible, if %(condition)s.", condition=condition)
    return _("Without a tender: possible.")
