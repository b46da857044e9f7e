# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The plain answer to what is asked first: whether a solution can be had without a tender."""

from __future__ import annotations

from app.reuse.obtaining.answer import Answer, Chain, Verdict
from app.reuse.place import LARGE
from app.web.reuse.answer import name_of
from app.web.shell import formats
from app.web.shell.wording import _


def without_tender(answer: Answer) -> str:
    """Return in one sentence whether there is a way that is no purchase, and on what it depends."""
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
    condition = _condition(best)
    if condition:
        return _("Without a tender: possible, if %(condition)s.", condition=condition)
    return _("Without a tender: possible.")


def _condition(chain: Chain) -> str:
    own = chain.own_step
    if own is None:
        return _("what you state holds") if any(step.stated for step in chain.steps) else ""
    if own.code == "code_published":
        return _("you get the present source code")
    return _("%(provider)s admits you", provider=name_of(own.object))
