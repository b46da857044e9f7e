# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Links of a chain in words: what is stated, what is missing, what is against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.reuse import Chain, Step, StepState
from app.web.presentation.obtaining.names import Names, name_of
from app.web.wording import _

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
