# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The plain answer to what is asked first: whether a solution can be had without a tender."""

from __future__ import annotations

from app.reuse.obtaining.answer import Answer, Chain, Verdict
from app.reuse.obtaining.step import StepState
from app.web.reuse.answer import name_of
from app.web.shell.wording import _

_PURCHASES = frozenset({"tender", "direct_award"})


def without_tender(answer: Answer) -> str:
    """Return in one sentence whether there is a way that is no purchase, and on what it depends."""
    best = next((chain for chain in answer.chains if chain.route.code not in _PURCHASES), None)
    if best is None or not best.verdict.is_open:
        return _("Without a tender: no documented way at present.")
    condition = _condition(best)
    if condition:
        return _("Without a tender: possible, if %(condition)s.", condition=condition)
    return _("Without a tender: possible.")


def _condition(chain: Chain) -> str:
    own = next((step for step in chain.steps if step.state is StepState.OWN), None)
    if chain.verdict is Verdict.UNKNOWN:
        return _("what is still open is settled")
    if own is not None and own.code == "join":
        return _("%(provider)s admits you", provider=name_of(own.object))
    if own is not None:
        return _("you can run it yourselves")
    return _("what you state holds") if any(step.stated for step in chain.steps) else ""
