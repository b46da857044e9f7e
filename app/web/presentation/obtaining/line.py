# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The answer in one line, as it stands at a hit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.reuse import Answer, Chain, Verdict
from app.web import formats
from app.web.presentation.obtaining.asks import whom
from app.web.presentation.obtaining.names import Names, short_title
from app.web.presentation.obtaining.steps import sentence
from app.web.wording import _

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
