# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whom to ask, and what stays to be settled in each single case."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.reuse import Ask
from app.web.presentation.obtaining.names import Names, name_of
from app.web.presentation.shown import Line
from app.web.wording import _

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
