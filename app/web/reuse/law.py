"""Under which rule of law this site sorts a way; no source of a record says so, and none is named beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.reuse.obtaining.answer import Chain
from app.web.shell.wording import _

_LEGAL: Mapping[str, Callable[[], str]] = {
    "inhouse_municipal_it": lambda: _(
        "In-house award under section 108 (1) to (5) GWB: from a body that your municipality controls, alone or with "
        "others, like an office of its own."
    ),
    "inhouse_govdigital": lambda: _(
        "In-house award under section 108 (4) and (5) GWB: over a body that public bodies control together."
    ),
    "efa_marketplace": lambda: _("Supply among public bodies under section 108 GWB, without a tender."),
    "fit_store": lambda: _("Supply among public bodies under section 108 GWB, without a tender."),
    "dvc_portal": lambda: _(
        "In-house award under section 108 GWB where you have a share in the provider, otherwise a purchase."
    ),
    "public_cooperation": lambda: _(
        "Cooperation of public bodies under section 108 (6) GWB: several fulfil a public task together."
    ),
    "tender": lambda: _("Purchase on the market: section 108 GWB does not apply, it goes by an award procedure."),
    "direct_award": lambda: _(
        "Purchase on the market: section 108 GWB does not apply, a direct award only below the limit of your state."
    ),
    "self_host_oss": lambda: _(
        "Use under an open licence: nothing is bought, so section 108 GWB is not needed. An order to a service "
        "provider is a purchase."
    ),
}


_PARAGRAPHS: Mapping[str, Callable[[], str]] = {
    "inhouse_municipal_it": lambda: _("in-house award (section 108 (1) to (5) GWB)"),
    "inhouse_govdigital": lambda: _("in-house award (section 108 (4) and (5) GWB)"),
    "efa_marketplace": lambda: _("supply among public bodies (section 108 GWB)"),
    "fit_store": lambda: _("supply among public bodies (section 108 GWB)"),
    "dvc_portal": lambda: _("supply among public bodies where you have a share, else a purchase (section 108 GWB)"),
    "public_cooperation": lambda: _("cooperation of public bodies (section 108 (6) GWB)"),
    "tender": lambda: _("purchase, not section 108 GWB"),
    "direct_award": lambda: _("purchase, not section 108 GWB"),
}


def legal(chain: Chain) -> str:
    """Return under which rule of law a way may fall; empty for one that is not known here."""
    words = _LEGAL.get(chain.route.code)
    return words() if words else ""


def paragraph(chain: Chain) -> str:
    """Return the same in a few words, for a line; empty where no law is needed or none is known here."""
    words = _PARAGRAPHS.get(chain.route.code)
    return _("How this site reads the law: %(rule)s.", rule=words()) if words else ""
