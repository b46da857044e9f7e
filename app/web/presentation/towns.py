# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""In whose name somebody speaks, in words, and whom to ask where that is wrong or missing."""

from __future__ import annotations

from dataclasses import dataclass

from app.identity import Municipality, Person
from app.web.access import services
from app.web.language import current_language
from app.web.site import mail_link
from app.web.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class WhomToAsk:
    """Who looks after accounts here; empty where the operator has not entered it. `href` opens a mail."""

    name: str
    address: str
    href: str
    phone: str


def town_words(town: Municipality | None) -> str:
    """Return a municipality with its state, such as "Bad Belzig, Brandenburg"; "" for none."""
    return f"{town.name}, {services().schemas.label('state', town.state, current_language())}" if town else ""


def whom_to_ask(person: Person) -> WhomToAsk:
    """Return whom somebody asks to be entered for their municipality."""
    settings = services().settings
    body = _(
        "My account: %(account)s\nMunicipality entered now: %(town)s\n\nRight would be:\n",
        account=f"{person.pseudonym} ({person.display_name})" if person.display_name else person.pseudonym,
        town=town_words(person.municipality) or _("none"),
    )
    return WhomToAsk(
        name=settings.operator_name or settings.name,
        address=settings.operator_email,
        href=mail_link(settings.operator_email, _("My municipality on %(site)s", site=settings.name), body),
        phone=settings.operator_phone,
    )
